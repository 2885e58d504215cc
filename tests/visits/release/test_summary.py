"""What the start page and lists say of a visit is what looking at its programme would say."""

import datetime
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from core.translated import text
from partners import actions as partners
from practices import actions as practices
from tests import factories
from tests.factories import DAY_ONE, create_session
from visits.booking import actions as booking
from visits.delegation import actions as delegation
from visits.programme import actions as programme
from visits.release import summary
from visits.release.actions import publish_release
from visits.release.models import Recount, VisitSummary

pytestmark = pytest.mark.django_db


def summary_of(visit) -> VisitSummary:
    return VisitSummary.objects.get(visit=visit)


def is_due(visit) -> bool:
    """Whether the worker will count it anew."""
    things = [thing for row in Recount.objects.all() for thing in row.things]
    return VisitSummary.objects.of_open_visits().that_use(things).filter(visit=visit).exists()


@pytest.fixture
def published(alice, visit):
    """A visit with one session, whose guests see just what the draft says."""
    venue = factories.create_venue()
    create_session(visit, "Talk", venue=venue, hosts=[factories.create_contact()])
    publish_release(visit=visit, by=alice)
    return visit


def test_publishing_counts_the_visit(published):
    kept = summary_of(published)
    assert (kept.sessions, kept.changed, kept.people) == (1, 0, 0)


def test_a_shift_of_the_whole_programme_is_a_change(published, alice):
    programme.shift_sessions(visit=published, days=1, by=alice)
    assert summary_of(published).changed == 1


def test_a_removed_session_is_a_change(published, alice):
    programme.remove_session(session=published.sessions.get(), by=alice)
    assert (summary_of(published).changed, summary_of(published).sessions) == (2, 0)  # and its place


def test_an_edit_that_changes_nothing_is_none(published, alice):
    programme.edit_session(session=published.sessions.get(), by=alice, title=text("Talk"))
    assert summary_of(published).changed == 0


def test_another_address_of_a_venue_is_a_change_as_soon_as_the_worker_has_looked(published):
    Recount.objects.all().delete()
    partners.edit_venue(venue=published.sessions.get().venue, by=None, address="2 Other Street")
    assert is_due(published)

    assert summary.write_those_behind() == 1
    assert (summary_of(published).changed, is_due(published)) == (1, False)


def test_a_contact_an_offer_a_practice_and_the_city_that_a_programme_uses_have_it_counted_anew(visit, alice):
    contact, offer = factories.create_contact(), factories.create_offer()
    session = create_session(visit, hosts=[contact], offer=offer, practice=offer.practice)
    for change in [
        lambda: partners.edit_contact(contact=contact, by=None, role=text("Another role")),
        lambda: practices.edit_part(row=offer, by=None, minutes=45),
        lambda: practices.edit_practice(practice=offer.practice, by=None, title=text("Another title")),
        lambda: partners.edit_city(city=visit.city, by=None, name=text("Another name")),
    ]:
        programme.edit_session(session=session, by=alice, title=text("Talk"))
        summary.write_those_behind()
        change()
        assert is_due(visit)


def test_what_no_programme_uses_has_none_counted_anew(published):
    summary.write_those_behind()
    partners.edit_venue(venue=factories.create_venue(), by=None, address="2 Other Street")
    assert not is_due(published)


def test_a_host_who_is_wanted_twice_is_told_on_both_visits(alice, visit):
    other, host = factories.create_visit(), factories.create_contact()
    mine, theirs = create_session(visit), create_session(other)
    programme.edit_session(session=theirs, by=alice, hosts=[host])
    programme.edit_session(session=mine, by=alice, hosts=[host])
    before = summary_of(other).asks

    summary.write_those_behind()
    assert summary_of(other).asks == before + 1

    programme.edit_session(session=mine, by=alice, hosts=[])  # it used the host before
    summary.write_those_behind()
    assert summary_of(other).asks == before


def test_another_day_counts_anew_and_a_closed_visit_is_left_alone(published, alice):
    summary.write_those_behind()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert summary.write_those_behind() == 1
        assert summary.write_those_behind() == 0
    booking.move_visit(visit=published, to="cancelled", by=alice)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        assert summary.write_those_behind() == 0


def test_what_fails_after_a_change_takes_the_summary_back_as_well(published, alice):
    @transaction.atomic
    def remove_and_fail():
        programme.remove_session(session=published.sessions.get(), by=alice)
        raise LookupError

    with pytest.raises(LookupError):
        remove_and_fail()
    assert summary_of(published).sessions == 1


def test_people_without_an_invitation_or_an_undertaking_are_counted(visit, alice):
    offer = factories.create_offer(observation="observed")
    create_session(visit, offer=offer)
    delegation.add_person(visit=visit, by=alice, name="Ada", english="good")
    kept = summary_of(visit)
    assert (kept.people, kept.not_invited, kept.undertakings_missing) == (1, 1, 1)


def test_a_visit_that_was_never_counted_is_counted_when_it_is_shown(as_person, alice, visit):
    create_session(visit)
    assert "1 session has no venue." in as_person(alice).get("/start/").text
    assert not VisitSummary.objects.exists()
    assert summary.write_those_behind() == 1


def test_counting_several_is_counting_each(alice):
    visits = [factories.create_visit() for _n in range(3)]
    for number, visit in enumerate(visits):
        for _m in range(number):
            create_session(visit)
    together = summary.summaries_of(visits)
    assert {visit.pk: together[visit.pk].sessions for visit in visits} == {
        visit.pk: number for number, visit in enumerate(visits)
    }


def test_the_command_tells_what_is_not_true_and_mends_it(published):
    call_command("count_visits", check=True, stdout=io.StringIO())
    summary.write_those_behind()
    VisitSummary.objects.update(sessions=7)
    with pytest.raises(CommandError, match=published.reference):
        call_command("count_visits", check=True)
    call_command("count_visits", stdout=io.StringIO())
    assert summary_of(published).sessions == 1


def test_what_is_kept_after_many_changes_is_what_counting_says(demonstration_visits, alice):
    """The demonstration, then a day's work on it."""
    for visit in demonstration_visits:
        session = visit.sessions.first()
        programme.move_session(session=session, day=session.day, starts=datetime.time(8, 0), by=alice)
        delegation.add_person(visit=visit, by=alice, name="Ada", english="good")
        programme.remove_session(session=visit.sessions.last(), by=alice)
    summary.write_those_behind()
    assert summary.untrue() == []


@pytest.fixture
def demonstration_visits(db):
    from portal.demonstration import loading
    from visits.booking.models import Visit

    loading.load(first_day=DAY_ONE)
    return [visit for visit in Visit.objects.open() if visit.sessions.count() > 1]
