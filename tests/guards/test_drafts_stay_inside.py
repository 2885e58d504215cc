"""What is not published is read by nobody but those who work on it.

A secret stands in every draft, note and need. Everybody follows every link that the portal gives them,
and what they meet of the secrets is compared with what they are to see.
"""

import datetime
import re
from collections import Counter, deque

import pytest
from django.conf import settings
from django.db.models import Model
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import actions as accounts
from core.translated import TranslatedField, text
from partners import actions as partners
from partners.models import City
from practices import actions as practices
from practices.models import Practice, Term
from practices.parts import PARTS
from tests import factories
from tests.guards.routes import every_route
from tests.guards.sent_forms import addresses_for
from tests.guards.two_visits import OUR, PEOPLE, SECRET, SECRET_PHONE, STAFF, TwoVisits, secret
from tests.guards.visitors import Visitors, undone
from visits.delegation import actions as delegation
from visits.delegation.models import Person
from visits.release.actions import publish_release

DOORS = ["/", "/cs/", "/sitemap.xml", "/robots.txt", "/start/"]
LINKS_IN_TEXT = re.compile(rf"{re.escape(settings.SITE_URL)}(/[^\s<\"']*)")
MOST_PAGES = 400
MOST_QUERIES = 3  # of one path that links lead to with many: filters, days, languages

PLANNING = {
    "visit-note",
    "session-note",
    "fallback",
    "draft-session",
    "release-note",
    "new-practice",
    "edited-practice",
}
CATALOGUE = {"unverified", "edited-practice", "new-practice", "edited-term", "new-term"}
CITIES = {"city-note", "edited-city", "new-city"}
PARTNERS = {"host", "phone", "picture"}
SEES = {
    **{who: set() for who in PEOPLE},
    "student": PLANNING,
    "coordinator": {*PLANNING, *CITIES, *PARTNERS, "new-visit", "needs-access", "needs-meals", "mail"},
    "editor": {*CATALOGUE, *CITIES, *PARTNERS},
    "administrator": {"mail", "picture"},
}


def met(text: str) -> set[str]:
    found = set(re.findall(rf"{SECRET}-([a-z]+(?:-[a-z]+)?)", text))
    told = {next((name for name in known() if each.startswith(name)), each) for each in found}
    return told | ({"phone"} if SECRET_PHONE in text else set())


def known() -> set[str]:
    return {name for names in SEES.values() for name in names}


def walk(visitors: Visitors, who: str) -> dict[str, str]:
    """Every address that the links lead this person to, with what was read there."""
    waiting, read, queries = deque(doors_of(who, visitors.two_visits)), {}, Counter()
    while waiting and len(read) < MOST_PAGES:
        address = waiting.popleft()
        path = address.partition("?")[0]
        if address in read or not address.startswith("/") or address.startswith(settings.STATIC_URL):
            continue
        queries[path] += 1
        if queries[path] > MOST_QUERIES:
            continue
        answer = visitors.get(who, address)
        body = answer.body if answer.streaming else answer.content
        read[address] = f"{answer.status_code} {answer.headers} {body.decode(errors='replace')}"
        page = visitors.read(answer, address)
        waiting.extend(page.links if page else [])
        waiting.extend(LINKS_IN_TEXT.findall(read[address]))
        waiting.extend([answer.url.removeprefix(settings.SITE_URL)] if 300 <= answer.status_code < 400 else [])
    assert len(read) < MOST_PAGES, "the walk did not come to an end"
    return read


def doors_of(who: str, two_visits: TwoVisits) -> list[str]:
    """Those who work here also type in addresses to which no link of theirs leads."""
    return [*DOORS, *(addresses_for(who, two_visits) if who in {"student", *STAFF} else [])]


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_meets_just_the_drafts_that_are_theirs(who: str, two_visits: TwoVisits, visitors: Visitors):
    with undone():
        read = walk(visitors, who)

    assert {name for text in read.values() for name in met(text)} == SEES[who]
    assert [address for address, text in read.items() if text.startswith("5")] == []


def test_the_walk_of_a_stranger_reaches_every_public_page_in_every_language(two_visits: TwoVisits, visitors: Visitors):
    """Else it would prove nothing."""
    reached = {(name_at(address), address.startswith("/cs/")) for address in walk(visitors, "anonymous")}

    expected = {(route.name, is_czech) for route in every_route() if route.has_language for is_czech in (False, True)}
    assert expected <= reached


def name_at(address: str) -> str:
    with override("cs" if address.startswith("/cs/") else "en"):
        try:
            return resolve(address.split("?")[0]).view_name
        except Resolver404:
            return ""


def test_search_finds_no_draft(two_visits: TwoVisits, visitors: Visitors):
    for language in ("en", "cs"):
        with override(language):
            address = reverse("practices:search")
        for words in (
            SECRET,
            secret("unverified"),
            secret("new-practice"),
            secret("new-term"),
            secret("edited-practice"),
        ):
            for who in ("anonymous", "delegate", "another"):
                found = visitors.get(who, f"{address}?q={words}").content.decode().replace(words, "")
                assert met(found) == set(), (who, words)


def fill_with_drafts(*rows: Model) -> None:
    """A secret in every text of these rows, unpublished."""
    for row in rows:
        for field in row._meta.concrete_fields:
            if isinstance(field, TranslatedField):
                setattr(row, field.name, text(secret("draft"), cs=secret("draft")))
        row.save()


def publish_beside_drafts(two_visits: TwoVisits) -> None:
    """Another entry and another visit that point to what has an unpublished draft, or was never published."""
    practice, city = Practice.objects.get(slug=f"{OUR}-practice"), City.objects.get(slug=f"{OUR}-city")
    parts = [row for part in PARTS.values() for row in part.rows(practice)]
    term = Term.objects.get(slug=f"{OUR}-term")
    fill_with_drafts(practice, *parts, term, city, *city.topics.all(), *city.agreements.all())
    fill_with_drafts(*(two_visits.hidden[name] for name in ("practice", "term", "city")))

    neighbour = factories.create_practice("Neighbour", slug="neighbour")
    practices.edit_practice(practice=neighbour, by=None, related=[practice, two_visits.hidden["practice"]])
    practices.publish_practice(practice=neighbour, by=None)

    soon = timezone.localdate() + datetime.timedelta(days=10)
    visit = factories.create_visit("Neighbours", city=city, starts_on=soon, ends_on=soon, status="confirmed")
    factories.create_member(visit, user=two_visits.users["delegate"])
    factories.create_session(visit, practice=practice, offer=practice.offers.get())
    publish_release(visit=visit, by=None)


@pytest.mark.parametrize("who", ["anonymous", "delegate"])
def test_no_draft_is_read_on_the_pages_of_what_points_to_it(who: str, two_visits: TwoVisits, visitors: Visitors):
    with undone():
        publish_beside_drafts(two_visits)
        read = walk(visitors, who)
        found = visitors.get(who, f"{reverse('practices:search')}?q={secret('draft')}").context["found"]

    assert [address for address, text in read.items() if secret("draft") in text] == []
    assert found.count == 0
    # Else it would prove nothing: these pages do name what has a draft.
    related = re.search(r'<section id="related">.*?</section>', read["/practices/neighbour/"], re.S).group()
    assert re.findall(rf"{OUR} practice|{secret('new-practice')}", related) == [f"{OUR} practice"]
    if who == "anonymous":
        assert f"Our next guests come from {OUR} city" in read["/"]
    else:
        assert f"{OUR} city" in read["/start/"]


def test_a_picture_for_staff_is_not_there_for_others(two_visits: TwoVisits, visitors: Visitors):
    address = reverse("core:picture", args=[two_visits.hidden["picture"].pk])

    answers = {who: visitors.get(who, address).status_code for who in PEOPLE}

    assert answers == dict.fromkeys(PEOPLE, 404) | dict.fromkeys(["coordinator", "editor", "administrator"], 200)


# --- taken back ----------------------------------------------------------------------------------


def public_addresses(name: str, slug: str) -> list[str]:
    found = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.append(reverse(name, args=[slug]))
    return found


def conditions_of(answer) -> dict[str, str]:
    """What a browser that has the page sends to ask whether it is still so."""
    kept = {"If-None-Match": answer.headers.get("ETag"), "If-Modified-Since": answer.headers.get("Last-Modified")}
    return {name: value for name, value in kept.items() if value}


def withdraw_practice() -> None:
    practices.withdraw_practice(practice=Practice.objects.get(slug=f"{OUR}-practice"), by=None)


def withdraw_city() -> None:
    partners.withdraw_city(city=City.objects.get(slug=f"{OUR}-city"), by=None)


@pytest.mark.parametrize(
    ("name", "slug", "withdraw", "status"),
    [
        ("practices:practice", f"{OUR}-practice", withdraw_practice, 410),  # it was here: a release may link to it
        ("cities:city", f"{OUR}-city", withdraw_city, 404),
    ],
)
def test_a_page_that_was_withdrawn_is_gone_at_once(
    name, slug, withdraw, status, two_visits: TwoVisits, visitors: Visitors
):
    pages = {address: visitors.get("anonymous", address) for address in public_addresses(name, slug)}
    lists = {
        address: visitors.get("anonymous", address) for address in walk(visitors, "anonymous") if address not in pages
    }
    assert [answer.status_code for answer in pages.values()] == [200, 200]
    assert all(conditions_of(answer) for answer in pages.values())

    withdraw()

    for address, before in pages.items():
        assert visitors.get("anonymous", address).status_code == status
        assert visitors.get("anonymous", address, **conditions_of(before)).status_code == status
    for address, before in lists.items():
        now = visitors.get("anonymous", address, **conditions_of(before))
        assert f"/{slug}/" not in text_of(now), address
        assert now.status_code == 200 or f"/{slug}/" not in text_of(before), address


def text_of(answer) -> str:
    return (answer.body if answer.streaming else answer.content).decode(errors="replace")


def test_a_term_that_was_withdrawn_is_gone_at_once(two_visits: TwoVisits, visitors: Visitors):
    address = reverse("practices:glossary")
    before = visitors.get("anonymous", address)
    assert f"{OUR} term" in text_of(before)

    practices.withdraw_term(term=Term.objects.get(slug=f"{OUR}-term"), by=None)

    now = visitors.get("anonymous", address, **conditions_of(before))
    assert now.status_code == 200
    assert f"{OUR} term" not in text_of(now)


# --- a place on the list that was taken away -----------------------------------------------------


def leave(person: Person, two_visits: TwoVisits) -> None:
    delegation.let_person_leave(person=person, by=two_visits.users["coordinator"])


def withdraw_invitation(person: Person, two_visits: TwoVisits) -> None:
    delegation.withdraw_invitation(person=person, by=two_visits.users["coordinator"])


def close_account(person: Person, two_visits: TwoVisits) -> None:
    accounts.deactivate(user=person.invitation.user, by=two_visits.users["administrator"])


def sign_out_everywhere(person: Person, two_visits: TwoVisits) -> None:
    accounts.end_all_sessions(user=person.invitation.user)


@pytest.mark.parametrize("end", [leave, withdraw_invitation, close_account, sign_out_everywhere])
def test_whoever_lost_their_place_gets_no_itinerary_not_even_an_unchanged_one(
    end, two_visits: TwoVisits, visitors: Visitors
):
    address = reverse("visits:itinerary", args=[two_visits.ours.visit.reference])
    before = visitors.get("delegate", address)
    kept = conditions_of(before)
    assert visitors.get("delegate", address, **kept).status_code == 304
    person = Person.objects.select_related("invitation__user", "visit").get(
        visit=two_visits.ours.visit, invitation__user=two_visits.users["delegate"]
    )

    end(person, two_visits)

    assert visitors.get("delegate", address, **kept).status_code in {302, 404}
    assert visitors.get("delegate", address).status_code in {302, 404}


@pytest.mark.parametrize("who", [each for each in PEOPLE if each != "delegate"])
def test_the_mark_of_an_itinerary_is_of_no_use_to_anybody_else(who: str, two_visits: TwoVisits, visitors: Visitors):
    address = reverse("visits:itinerary", args=[two_visits.ours.visit.reference])
    kept = conditions_of(visitors.get("delegate", address))

    assert visitors.get(who, address, **kept).status_code != 304
