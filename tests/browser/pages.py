"""How somebody finds their way on the portal's pages: by what stands on them."""

import re
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

LOOKED_AT: set[tuple] = set()  # pages whose faults for a screen reader have been looked for in this run


def look_at(page: Page) -> None:
    """The page has one main heading and no faults for a screen reader, and fits into the width of its window.

    Faults are looked for once a page, width and language in a run, since that takes a second.
    """
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    fits(page)
    width, language = page.viewport_size["width"], page.locator("html").get_attribute("lang")
    what = (view_of(page, language), width, language)
    if what not in LOOKED_AT:
        LOOKED_AT.add(what)
        found = faults(page)
        assert not found, found


def fits(page: Page) -> None:
    """Nobody has to move it sideways."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url


def view_of(page: Page, language: str) -> str:
    with translation.override(language):  # public addresses carry it
        return resolve(urlsplit(page.url).path).view_name


def faults(page: Page) -> list[tuple]:
    """What a screen reader, or somebody who sees badly, would stumble over: where, which rule, which elements."""
    violations = Axe().run(page).response["violations"]
    return [(page.url, each["id"], [node["html"] for node in each["nodes"]]) for each in violations]


def is_complaint(said: ConsoleMessage) -> bool:
    """A broken script, something that the policy stops, a file that is missing.

    A page itself may be refused with a 4xx; what it is made of must be there. That a typeface waited
    long for its words tells of a busy machine, not of the page.
    """
    part = urlsplit(said.location["url"]).path.startswith(("/static/", "/pictures/"))
    is_refused_page = "responded with a status of 4" in said.text and not part
    is_late = "was preloaded using link preload but not used" in said.text
    return said.type in {"error", "warning"} and not is_refused_page and not is_late


def sign_in_as(page: Page, part: str) -> None:
    """By one click, as a person of the demonstration."""
    page.goto("/account/login/")
    page.get_by_role("button", name=part).click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_have_count(0)


def box(page: Page, question: str, language: str = "English") -> Locator:
    """The box for one language under a question that is answered in several."""
    return page.get_by_role("group", name=question).get_by_label(language, exact=True)


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer).check()


def press(page: Page, name: str | re.Pattern) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def about(words: str, whom: str) -> re.Pattern:
    """The name of a link or a button among many alike: a screen reader also hears whom it is about."""
    return re.compile(rf"^{re.escape(words)}\s*: {re.escape(whom)}$")


def follow(page: Page, name: str | re.Pattern) -> None:
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def go_to(page: Page, room: str) -> None:
    """Another room of the visit on whose pages one is."""
    page.get_by_role("navigation", name="This visit").get_by_role("link", name=room).click()


def told(page: Page, sentence: str | re.Pattern) -> None:
    """The portal says so at the top of the page."""
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def session(page: Page, title: str) -> Locator:
    """Its block in the drawing of the days."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))


def read_newest_mail(page: Page, address: str) -> None:
    """In the local mailbox, the newest to this address."""
    page.goto("/demonstration/mailbox/")
    page.get_by_role("row").filter(has_text=address).first.get_by_role("link").click()


def in_czech(words: str) -> str:
    """What the portal calls it for a Czech reader."""
    with translation.override("cs"):
        return gettext(words)
