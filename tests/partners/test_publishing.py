"""A city page is published as a numbered document that never changes."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from core import sources
from core.access import Refusal
from core.audit import AuditEntry
from core.pictures import Picture
from core.published import NothingNew, digest
from core.translated import text
from partners import actions, editions
from partners.models import City, CityEdition
from tests.factories import create_city, create_home
from tests.partners.published import publishable_city, published_city

pytestmark = pytest.mark.django_db


def test_the_document_holds_the_whole_page_in_every_language(monkeypatch):
    monkeypatch.setattr(sources, "_look_up", [lambda codes: {code: {"code": code, "title": "T"} for code in codes}])
    city = publishable_city(
        local_name="Brno",
        local_language="cs",
        partner_since=1991,
        since_words=text("Early 1990s"),
        interpreter_language="cs",
        provenance={"status": ["S60"]},
        staff_note="canary",
    )
    topic = actions.add_topic(city=city, name=text("Trees", cs="Stromy"), by=None)
    day = datetime.date(2021, 11, 24)
    agreement = actions.add_agreement(city=city, year=2021, on=day, what=text("Signed."), sources=["S64"], by=None)
    assert editions.as_published(city) == {
        "id": str(city.pk),
        "slug": city.slug,
        "name": {"en": "Brno"},
        "local_names": [{"language": "cs", "name": "Brno"}],
        "country": "CZ",
        "latitude": 49.19522,
        "longitude": 16.60796,
        "time_zone": "Europe/Prague",
        "home": {"name": {"en": "Leeds"}, "latitude": None, "longitude": None, "time_zone": "Europe/London"},
        "status": "partner",
        "certainty": {"en": "The partnership is in force.", "cs": "Partnerství trvá."},
        "partner_since": 1991,
        "since_words": {"en": "Early 1990s"},
        "languages": ["cs"],
        "interpreter_language": "cs",
        "entry": {
            "category": "eta",
            "summary": {"en": "An ETA is needed.", "cs": "Nutné je povolení ETA."},
            "checked_on": "2026-11-22",
        },
        "summary": {"en": "Demo summary.", "cs": "Ukázkový souhrn."},
        "picture": None,
        "topics": [{"id": str(topic.pk), "name": {"en": "Trees", "cs": "Stromy"}}],
        "agreements": [
            {
                "id": str(agreement.pk),
                "year": 2021,
                "on": "2021-11-24",
                "what": {"en": "Signed."},
                "sources": [{"code": "S64", "title": "T"}],
            }
        ],
        "sources": [{"code": "S60", "title": "T"}],
    }


def test_a_picture_gets_in_when_everybody_may_see_it():
    shown = {"name": "a" * 32, "width": 960, "height": 640, "alt": text("A tram."), "shows_people": False}
    picture = Picture.objects.create(audience="public", **shown)
    city = publishable_city(picture=picture)
    assert editions.as_published(city)["picture"] == {
        "id": str(picture.pk),
        "alt": {"en": "A tram."},
        "credit": "",
        "width": 960,
        "height": 640,
    }
    Picture.objects.update(audience="staff")
    assert editions.as_published(city)["picture"] is None


def test_publishing_twice_makes_one_number(alice):
    city = publishable_city()
    edition = actions.publish_city(city=city, by=alice)
    with pytest.raises(NothingNew) as refused:
        actions.publish_city(city=city, by=alice)
    assert refused.value.edition == edition
    assert list(CityEdition.objects.values_list("number", flat=True)) == [1]


def test_a_change_is_published_as_the_next_number():
    city = published_city()
    actions.add_topic(city=city, name=text("Another topic"), by=None)
    assert actions.publish_city(city=city, by=None).number == 2
    assert len(city.editions.get(number=1).body["topics"]) == 1


def test_what_was_not_looked_at_is_not_published():
    city = published_city()
    seen = digest(editions.as_published(city))
    actions.add_topic(city=city, name=text("Meanwhile"), by=None)
    with pytest.raises(Refusal):
        actions.publish_city(city=city, by=None, seen=seen)
    assert city.editions.count() == 1


def test_an_edition_cannot_be_changed_or_deleted():
    edition = published_city().live
    for change in (lambda: CityEdition.objects.update(note="x"), edition.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_withdrawn_city_can_be_published_again_under_a_new_number(alice):
    city = published_city()
    assert actions.withdraw_city(city=city, by=alice, note="A mistake").live is None
    assert actions.publish_city(city=city, by=alice).number == 2


def test_a_city_that_is_not_public_cannot_be_withdrawn(alice):
    with pytest.raises(Refusal):
        actions.withdraw_city(city=publishable_city(), by=alice)


def test_what_is_missing_is_said_before_publishing():
    bare = create_city("Colombo", status="uncertain", entry="visa")
    assert len(editions.missing(bare)) == 4  # our own city, a summary, how certain, when checked
    with pytest.raises(Refusal):
        actions.publish_city(city=bare, by=None)
    assert not CityEdition.objects.exists()


def test_our_own_city_has_no_page():
    create_home()
    assert str(editions.missing(City.objects.home().get())[0]).startswith("Our own city")


def test_each_step_stands_in_the_log_with_who_did_it(alice):
    city = publishable_city()
    actions.edit_city(city=city, by=alice, partner_since=1991)
    actions.publish_city(city=city, by=alice, note="First")
    actions.withdraw_city(city=city, by=alice)
    log = AuditEntry.objects.about(city).order_by("id")
    assert [(entry.verb, entry.by_user, entry.note) for entry in log] == [
        ("city.edited", alice.pk, ""),
        ("city.published", alice.pk, "First"),
        ("city.withdrawn", alice.pk, ""),
    ]
    assert log[0].changes == [{"field": "partner_since", "before": None, "after": 1991}]


def test_the_log_never_holds_the_note_for_staff(alice):
    city = publishable_city()
    actions.edit_city(city=city, by=alice, staff_note="canary")
    entry = AuditEntry.objects.get(verb="city.edited")
    assert (entry.changes, entry.facts) == ([], {"fields": ["staff_note"]})


def test_saving_without_a_change_leaves_no_trace(alice):
    city = publishable_city()
    edited = actions.edit_city(city=city, by=alice, country="CZ", latitude=Decimal("49.19522"), name=city.name)
    assert (AuditEntry.objects.count(), edited.revision) == (0, 0)


def test_a_city_whose_clock_nobody_knows_is_not_published():
    city = publishable_city(time_zone="Mars/Olympus")
    assert [str(sentence) for sentence in editions.missing(city)] == [
        "Choose a time zone that there is, for example Europe/Prague."
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "twin"},
        {"entry": "no"},
        {"country": "XX"},
        {"name": text()},
        {"local_name": "Lille", "local_language": "x" * 11},
    ],
)
def test_an_import_brings_nothing_that_a_form_would_refuse(wrong):
    values = {"name": text("Lille"), "country": "FR", "time_zone": "Europe/Paris", "slug": "lille", **wrong}
    with pytest.raises(ValidationError):
        actions.add_city(by=None, via="import", **values)
    assert not City.objects.exists()
