"""Who may open which page about partners, and with what."""

import pytest
from django.test import Client
from django.urls import reverse

from core.audit import AuditEntry
from core.translated import text
from partners import actions
from tests import factories
from tests.partners.published import published_city

pytestmark = pytest.mark.django_db

# Alice coordinates, Edith edits, Ada administers; Bob is a guest.
READ = {"alice": 200, "editor": 200, "administrator": 403, "bob": 403, "nobody": 302}
COORDINATE = {"alice": 200, "editor": 403, "administrator": 403, "bob": 403, "nobody": 302}
EDIT = {"alice": 403, "editor": 200, "administrator": 403, "bob": 403, "nobody": 302}
REMOVE_COORDINATE = {**COORDINATE, "alice": 302}  # a button: done, then back to the page
REMOVE_EDIT = {**EDIT, "editor": 302}

PAGES = {
    "venues": READ,
    "venue": READ,
    "contacts": READ,
    "contact": READ,
    "organisations": READ,
    "organisation": READ,
    "cities": READ,
    "city": READ,
    "city-preview": READ,
    "city-history": READ,
    "city-difference": READ,
    "venue-add": COORDINATE,
    "venue-edit": COORDINATE,
    "space-add": COORDINATE,
    "space-edit": COORDINATE,
    "house-rule-add": COORDINATE,
    "house-rule-edit": COORDINATE,
    "opening-edit": COORDINATE,
    "travel-time-add": COORDINATE,
    "travel-time-edit": COORDINATE,
    "contact-add": COORDINATE,
    "contact-edit": COORDINATE,
    "organisation-add": COORDINATE,
    "organisation-edit": COORDINATE,
    "city-add": EDIT,
    "city-edit": EDIT,
    "city-publish": EDIT,
    "city-withdraw": EDIT,
    "topic-add": EDIT,
    "topic-edit": EDIT,
    "agreement-add": EDIT,
    "agreement-edit": EDIT,
}
BUTTONS = {
    "space-remove": REMOVE_COORDINATE,
    "house-rule-remove": REMOVE_COORDINATE,
    "travel-time-remove": REMOVE_COORDINATE,
    "topic-remove": REMOVE_EDIT,
    "agreement-remove": REMOVE_EDIT,
}


@pytest.fixture
def addresses(db):
    """Every route of the namespace, with rows that are there."""
    venue = factories.create_venue(capacity=12)
    other = factories.create_venue("Demo hub", organisation=venue.organisation)
    contact = factories.create_contact(organisation=venue.organisation)
    rule = actions.add_house_rule(venue=venue, text=text("Ask."), reason=text("It is polite."), by=None)
    actions.set_travel_time(origin=venue, destination=other, plan_minutes=20, by=None)
    city = published_city()
    actions.add_topic(city=city, name=text("Second topic"), by=None)
    actions.publish_city(city=city, by=None)
    place, travel_time = [venue.slug], [venue.slug, other.slug]
    space, topic = [venue.slug, venue.spaces.get().pk], [city.slug, city.topics.first().pk]
    agreement = [city.slug, city.agreements.get().pk]
    given = {
        "venue": place,
        "venue-edit": place,
        "space-add": place,
        "space-edit": space,
        "space-remove": space,
        "house-rule-add": place,
        "house-rule-edit": [venue.slug, rule.pk],
        "house-rule-remove": [venue.slug, rule.pk],
        "opening-edit": place,
        "travel-time-add": place,
        "travel-time-edit": travel_time,
        "travel-time-remove": travel_time,
        "contact": [contact.pk],
        "contact-edit": [contact.pk],
        "organisation": [venue.organisation.slug],
        "organisation-edit": [venue.organisation.slug],
        **{name: [city.slug] for name in ("city", "city-preview", "city-history", "city-edit")},
        **{name: [city.slug] for name in ("city-publish", "city-withdraw", "topic-add", "agreement-add")},
        "city-difference": [city.slug, 1, 2],
        "topic-edit": topic,
        "topic-remove": topic,
        "agreement-edit": agreement,
        "agreement-remove": agreement,
    }
    return {name: reverse(f"partners:{name}", args=given.get(name, [])) for name in {*PAGES, *BUTTONS}}


@pytest.fixture
def people(alice, bob, editor, administrator):
    everybody = {"alice": alice, "bob": bob, "editor": editor, "administrator": administrator}
    return {name: factories.sign_in(Client(), person) for name, person in everybody.items()} | {"nobody": Client()}


def test_every_route_has_its_row_here():
    from partners.urls import urlpatterns

    assert {pattern.name for pattern in urlpatterns} == {*PAGES, *BUTTONS}


def test_pages_open_for_those_who_need_them(addresses, people):
    found = {name: {who: one.get(addresses[name]).status_code for who, one in people.items()} for name in PAGES}
    assert found == PAGES


def test_who_may_not_change_changes_nothing(addresses, people):
    before = AuditEntry.objects.count()
    for name, expected in {**PAGES, **BUTTONS}.items():
        for who, status in expected.items():
            if (
                status in (403, 302)
                and expected is not READ
                and not (name in BUTTONS and status == 302 and who != "nobody")
            ):
                assert people[who].post(addresses[name], {}).status_code == status, (name, who)
    assert AuditEntry.objects.count() == before


def test_buttons_work_for_those_who_may(addresses, people):
    found = {
        name: {who: people[who].post(addresses[name]).status_code for who in reversed(list(people))} for name in BUTTONS
    }
    assert found == BUTTONS


def test_buttons_do_nothing_when_they_are_only_looked_at(addresses, people):
    assert {people["alice"].get(addresses[name]).status_code for name in BUTTONS} == {405}


@pytest.mark.parametrize("name", ["venue", "venue-edit", "opening-edit", "organisation", "city", "city-edit"])
def test_what_is_not_there_is_404(people, name):
    who = "editor" if name.startswith("city") else "alice"
    assert people[who].get(reverse(f"partners:{name}", args=["nowhere"])).status_code == 404


def test_a_part_of_another_venue_is_not_there(people):
    mine, theirs = factories.create_venue(capacity=5), factories.create_venue(capacity=5)
    address = reverse("partners:space-edit", args=[mine.slug, theirs.spaces.get().pk])
    assert people["alice"].get(address).status_code == 404


def test_telephone_and_address_of_a_contact_stay_inside(people, client):
    factories.create_contact("Canary Person", phone="0113 496 0999", email="canary@example.org")
    published_city()
    for address in (reverse("cities:cities"), "/"):
        page = client.get(address).text
        assert not any(canary in page for canary in ("Canary", "0113 496 0999", "canary@example.org"))
