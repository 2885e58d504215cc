"""No words of anybody become markup, on any page of the catalogue."""

import re

import pytest
from django.urls import get_resolver, reverse

from core.translated import text
from practices import actions
from practices.models import PracticePart, Reading, Rule
from tests import factories

CANARY = "\"><img src=x onerror=alert(1)>'</script>{{ 7|add:7 }}"


def catalogue_addresses(practice, term):
    """Each address of the editors' desk, with real ids."""
    ids = {
        "slug": practice.slug, "part": "offers", "pk": practice.offers.first().pk, "number": 1, "code": "S01",
    }  # fmt: skip
    found = []
    for name in names():
        kwargs = {key: ids[key] for key in arguments(name)}
        if name.startswith("term"):
            kwargs = {"slug": term.slug} if kwargs else {}
        found.append(reverse(f"catalogue:{name}", kwargs=kwargs))
    return found


def names():
    from practices import catalogue_urls

    return [pattern.name for pattern in catalogue_urls.urlpatterns]


def arguments(name):
    [(_possible, arguments)] = get_resolver().namespace_dict["catalogue"][1].reverse_dict.getlist(name)[0][0]
    return arguments


@pytest.fixture
def canary(editor, source):
    """An entry and a term in which every text is an attempt at markup."""
    words = text(CANARY, cs=CANARY)
    practice = factories.create_practice(
        words, slug="canary", how=words, question=words, summary=words, aliases=[CANARY[:100]]
    )
    for kind in PracticePart.Kind.values:
        PracticePart.objects.create(practice=practice, kind=kind, label=words, text=words, when="<b>2018")
    factories.create_offer(words, practice=practice, text=words, venue=factories.create_venue(CANARY))
    factories.create_offer(words, practice=practice, text=words, observation="never")
    Rule.objects.create(practice=practice, text=words, reason=words, contact_role=words)
    source.title = source.publisher = CANARY
    source.save()
    factories.create_claim(words, practice=practice, caveat=words, sources=[source])
    Reading.objects.create(practice=practice, title=CANARY, publisher=CANARY, source=source)
    actions.publish_practice(practice=practice, by=editor, note=CANARY)
    actions.edit_practice(practice=practice, by=editor, how=text(f"changed {CANARY}", cs=CANARY))
    actions.publish_practice(practice=practice, by=editor, note=CANARY)
    term = factories.create_term(words, slug="canary", definition=words, abbreviation="<b>x")
    actions.publish_term(term=term, by=editor, note=CANARY)
    actions.edit_term(row=term, by=editor, definition=text(f"changed {CANARY}"))
    return practice, term


def test_no_words_of_anybody_become_markup(canary, desk, reader):
    practice, term = canary
    pages = [
        "/practices/", "/practices/canary/", "/cs/practices/canary/", "/practices/glossary/", "/cs/practices/glossary/",
        "/practices/search/?q=onerror", "/practices/search/?q=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
        "/practices/?q=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    ]  # fmt: skip
    compare = reverse("catalogue:practice-compare", args=["canary"]) + "?from=1&to=2"
    seen = [reader.get(page) for page in pages]
    seen += [desk.get(page) for page in [*catalogue_addresses(practice, term), compare] if not page.endswith("/move/")]

    for answer in seen:
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "<img src=x" not in page, answer.request["PATH_INFO"]
        assert "<b>" not in page, answer.request["PATH_INFO"]
        assert not re.search(r"\son\w+=[\"']", re.sub(r'value="[^"]*"', "", page)), answer.request["PATH_INFO"]
        assert ">14<" not in page
