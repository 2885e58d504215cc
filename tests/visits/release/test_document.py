"""The document that a release freezes: whole, readable without the rows, with nothing that is not for guests."""

import pytest
from django.db import DatabaseError, transaction

from core.published import as_stored, digest
from core.translated import text
from partners.models import Space, Venue
from practices.actions import publish_practice
from practices.models import Offer
from tests import factories
from tests.visits.release.documents import CANARY, full_visit
from visits.delegation.models import Person
from visits.programme.models import Session
from visits.programme.programme import Programme
from visits.release.actions import publish_release
from visits.release.document import write
from visits.release.models import Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def brno(alice):
    return full_visit(alice)


def test_the_document_is_the_whole_programme_in_every_language(brno, alice):
    sessions = {str(session): session for session in brno.sessions.all()}
    talk = sessions["Talk"]
    venues = {str(venue): venue for venue in Venue.objects.all()}
    hub, station = venues["Rothwell Hub"], venues["Leeds station"]
    [host], [aim], [group] = talk.hosts.all(), brno.aims.all(), brno.groups.all()
    further = next(each for each in talk.further_practices.all() if each != talk.practice)
    nothing = {
        "about": {},
        "venue": None,
        "space": None,
        "to_venue": None,
        "mode": {},
        "group": None,
        "led_by": "hosts",
        "leads": [],
        "practices": [],
        "offer": None,
        "aims": [],
        "interpreting": "none",
        "content_note": {},
        "guest_note": {},
    }

    assert as_stored(write(Programme.of(brno))) == {
        "format": 1,
        "kind": "proposal",
        "time_zone": "Europe/London",
        "visit": {
            "id": str(brno.pk),
            "reference": brno.reference,
            "title": {"en": "Social workers from Brno", "cs": "Sociální pracovníci z Brna"},
            "city": {"name": {"en": "Brno"}, "time_zone": "Europe/Prague"},
            "starts_on": "2027-03-09",
            "ends_on": "2027-03-10",
        },
        "coordinator": {"user": str(alice.pk)},
        "aims": [{"id": str(aim.pk), "short": {"en": "Trust", "cs": "Důvěra"}}],
        "groups": [{"id": str(group.pk), "name": {"en": "Group A", "cs": "Skupina A"}}],
        "venues": [
            {
                "id": str(hub.pk),
                "name": {"en": "Rothwell Hub"},
                "kind": {"en": "family hub"},
                "address": "1 Commercial Street",
                "postcode": "LS26 0AA",
                "latitude": 53.751,
                "longitude": -1.481,
                "entrance": {"en": "The door beside the library.", "cs": "Dveře vedle knihovny."},
                "access": {"en": "No steps."},
                "house_rules": [
                    {
                        "id": str(hub.house_rules.get().pk),
                        "text": {"en": "Wear your badge."},
                        "reason": {"en": "So that children know you."},
                    }
                ],
            },
            {
                "id": str(station.pk),
                "name": {"en": "Leeds station"},
                "kind": {},
                "address": "New Station Street",
                "postcode": "",
                "latitude": None,
                "longitude": None,
                "entrance": {},
                "access": {},
                "house_rules": [],
            },
        ],
        "sessions": [
            {
                **nothing,
                "id": str(sessions["Arrival"].pk),
                "kind": "arrival",
                "look": "arrival",
                "title": {"en": "Arrival"},
                "starts_at": "2027-03-09T08:30:00Z",
                "ends_at": "2027-03-09T09:00:00Z",
                "venue": str(station.pk),
                "led_by": "staff",
                "leads": [{"user": str(alice.pk)}],
            },
            {
                **nothing,
                "id": str(sessions["Minibus"].pk),
                "kind": "travel",
                "look": "travel",
                "title": {"en": "Minibus"},
                "starts_at": "2027-03-09T09:00:00Z",
                "ends_at": "2027-03-09T09:30:00Z",
                "venue": str(station.pk),
                "to_venue": str(hub.pk),
                "mode": {"en": "minibus", "cs": "mikrobus"},
                "guest_note": {"en": "Bring a coat."},
            },
            {
                "id": str(talk.pk),
                "kind": "session",
                "look": "site-visit",
                "title": {"en": "Talk"},
                "about": {"en": "How families decide."},
                "starts_at": "2027-03-09T09:30:00Z",
                "ends_at": "2027-03-09T10:45:00Z",
                "venue": str(hub.pk),
                "space": {"id": str(talk.space_id), "name": {"en": "Hall"}, "note": {"en": "First floor."}},
                "to_venue": None,
                "mode": {},
                "group": str(group.pk),
                "led_by": "hosts",
                "leads": [{"contact": str(host.pk), "role": {"en": "Manager", "cs": "Vedoucí"}}],
                "practices": [
                    {
                        "id": str(talk.practice_id),
                        "slug": talk.practice.slug,
                        "title": {"en": "Family group conference"},
                    },
                    {"id": str(further.pk), "slug": further.slug, "title": {"en": "Early help"}},
                ],
                "offer": {"id": str(talk.offer_id), "title": {"en": "Plan clinic"}, "observation": "observed"},
                "aims": [str(aim.pk)],
                "interpreting": "consecutive",
                "content_note": {"en": "It is about loss."},
                "guest_note": {"en": "Ask anything."},
            },
            {
                **nothing,
                "id": str(sessions["Their turn"].pk),
                "kind": "guests_turn",
                "look": "guests-turn",
                "title": {"en": "Their turn"},
                "starts_at": "2027-03-10T14:00:00Z",
                "ends_at": "2027-03-10T15:00:00Z",
                "led_by": "guests",
                "leads": [{"person": str(Person.objects.get().pk)}],
            },
        ],
    }


def test_nothing_that_is_not_for_guests_is_in_it(brno, alice):
    release = publish_release(visit=brno, by=alice, note="for colleagues")

    assert CANARY not in str(release.body)
    assert "for colleagues" not in str(release.body)
    for name in (alice.name, alice.email, "Dana", "Hana Host"):
        assert name not in str(release.body)


def test_what_is_published_elsewhere_goes_by_its_public_name_and_not_by_its_draft(visit):
    visit.city = factories.create_public_city("Brno")
    practice = factories.create_public_practice("Family court")
    offer = factories.create_offer("A morning in court", practice=practice)
    publish_practice(practice=practice, by=None)
    factories.create_session(visit, "Talk", practice=practice, offer=offer)
    for row, field in ((visit.city, "name"), (practice, "title"), (offer, "title")):
        setattr(row, field, text(CANARY))
        row.save(update_fields=[field])

    document = as_stored(write(Programme.of(visit)))

    assert CANARY not in str(document)
    assert document["visit"]["city"]["name"] == {"en": "Brno"}
    [session] = document["sessions"]
    assert session["practices"][0]["title"] == {"en": "Family court"}
    assert session["offer"]["title"] == {"en": "A morning in court"}


def test_an_offer_that_is_on_no_public_page_stands_there_without_a_name(visit):
    factories.create_session(visit, "Talk", offer=factories.create_offer("Not yet"))

    assert as_stored(write(Programme.of(visit)))["sessions"][0]["offer"].keys() == {"id", "observation"}


def test_every_field_of_a_session_is_told_or_kept_back_on_purpose(brno):
    """A new field fails here until somebody has decided whether guests read it."""
    told = set(as_stored(write(Programme.of(brno)))["sessions"][0])
    fields = {field.name for field in [*Session._meta.concrete_fields, *Session._meta.many_to_many]}

    assert fields - told == {
        "capacity",  # how many fit is for those who plan
        "changed_at",
        "changed_by",
        "fallback",
        "further_practices",  # told as practices
        "hosts",  # told as leads
        "lead_person",
        "lead_staff",
        "practice",
        "provenance",
        "staff_note",
        "visit",
    }
    assert told - fields == {"leads", "look", "practices"}


@pytest.mark.parametrize("count", [1, 25])
def test_writing_takes_the_same_number_of_queries(visit, count, django_assert_num_queries):
    for number in range(count):
        venue = factories.create_venue(f"Venue {number}", capacity=9)
        factories.create_session(
            visit,
            venue=venue,
            space=venue.spaces.get(),
            practice=factories.create_practice(),
            offer=factories.create_offer(),
            hosts=[factories.create_contact()],
            aims=[factories.create_aim(visit)],
            group=visit.groups.create(name=text("A")),
        )

    with django_assert_num_queries(7):
        write(Programme.of(visit))


# --- frozen --------------------------------------------------------------------------------------


def test_a_release_does_not_change_while_its_rows_do(brno, alice):
    body = publish_release(visit=brno, by=alice).body
    for session in brno.sessions.all():
        session.title, session.starts_at = text("Changed"), factories.moment("07:00")
        session.save()
        session.hosts.clear()
    Venue.objects.update(name=text("Changed"), entrance=text("Changed"))
    Space.objects.update(name=text("Changed"))
    Offer.objects.update(title=text("Changed"))
    brno.groups.update(name=text("Changed"))
    brno.aims.all().delete()
    brno.sessions.first().delete()

    release = brno.releases.get()
    assert (release.number, release.body, release.digest) == (1, body, digest(body))
    assert "Changed" not in str(release.body)


def test_the_database_refuses_to_change_or_delete_a_release(brno, alice):
    publish_release(visit=brno, by=alice)
    attempts = [
        lambda: Release.objects.update(note="Changed"),
        lambda: Release.objects.update(body={}),
        lambda: Release.objects.all().delete(),
        lambda: Release.objects.get().delete(),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            attempt()
    assert Release.objects.get().number == 1
