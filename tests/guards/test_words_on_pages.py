"""Pages speak to people: nothing on them is written as a program writes to itself."""

import re

from tests.guards.pages import read
from tests.guards.sent_forms import addresses_for
from tests.guards.two_visits import PEOPLE, TwoVisits
from tests.guards.visitors import Visitors

# A dictionary, a list, an id, an object or a lazy text that nobody put into words; a tag that nobody closed.
OF_PROGRAMS = re.compile(r"\{'|\['|needs_review'|UUID\(|datetime\.|object at 0x|__proxy__|%\(\w+\)s|\{%|\{\{")


def of_programs(html: str) -> list[str]:
    """Where a page's words, the title and the values of its boxes sound like a program."""
    page = read("/", html)
    values = [given.get("value", "") for tag, given in page.elements if tag != "option"]
    return [words.strip() for words in [*page.words, *values] if OF_PROGRAMS.search(words)]


def test_no_page_speaks_like_a_program(two_visits: TwoVisits, visitors: Visitors):
    faults = {}
    for who in PEOPLE:
        for address in addresses_for(who, two_visits):
            answer = visitors.get(who, address)
            if answer.get("Content-Type", "").startswith("text/html") and (found := of_programs(answer.text)):
                faults[address] = found

    assert faults == {}


def test_the_guard_hears_a_program():
    assert of_programs("<h1>Edit {'en': 'Brno'}</h1>") == ["Edit {'en': 'Brno'}"]
    assert of_programs("<p>Edit Brno</p>") == []
