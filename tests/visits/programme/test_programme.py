"""A programme is read once, alone or together with others, and tells just what concerns it."""

import datetime

import pytest
from django.utils import timezone

from core.translated import text
from partners.models import TravelTime
from tests import factories
from tests.factories import DAY_ONE, create_session
from visits.booking.models import Visit
from visits.problems import twice
from visits.problems.find import CHECKS, find, find_all
from visits.programme.day_drawing import day_drawings
from visits.programme.overlap import overlapping
from visits.programme.programme import Programme
from visits.release.document import write

pytestmark = pytest.mark.django_db


def full_visit(number: int = 0, **fields) -> Visit:
    visit = factories.create_visit(f"Visit {number}", **fields)
    venue = factories.create_venue(capacity=9)
    venue.opening_hours.create(weekday=1, opens=datetime.time(9), closes=datetime.time(17))
    venue.house_rules.create(text=text("Ask."), reason=text("It is polite."))
    person = factories.create_member(visit, f"Person {number}")
    person.undertakings.create(version="1.0", language="cs", received_on=DAY_ONE)
    session = create_session(
        visit,
        venue=venue,
        space=venue.spaces.get(),
        hosts=[factories.create_contact()],
        aims=[factories.create_aim(visit)],
        offer=factories.create_offer(observation="observed"),
        practice=factories.create_practice(),
        group=visit.groups.create(name=text("A")),
        lead_person=person,
        lead_staff=visit.lead_coordinator,
    )
    session.further_practices.add(factories.create_practice())
    return visit


def look(programme: Programme) -> None:
    """Everything that is ever asked of a programme, but for what others keep of it."""
    for check in CHECKS:
        for problem in check(programme):
            assert problem.key
            assert problem.sentence
    day_drawings(programme.sessions, programme.visit.days, url=lambda session: "")
    programme.aims_served()


@pytest.mark.parametrize("count", [1, 50])
def test_reading_takes_six_queries_and_looking_none(alice, count, django_assert_num_queries):
    visits = [full_visit(number, lead_coordinator=alice) for number in range(count)]

    with django_assert_num_queries(6):
        programmes = Programme.of_all(visits)
    with django_assert_num_queries(0):
        for programme in programmes.values():
            look(programme)
    with django_assert_num_queries(1):
        find_all(programmes)


def test_read_together_they_are_what_each_is_alone(alice):
    host, venue = factories.create_contact(), factories.create_venue(capacity=9)
    visits = [full_visit(number, lead_coordinator=alice) for number in range(3)]
    for visit in visits:
        create_session(visit, f"Talk of {visit}", hosts=[host], venue=venue, space=venue.spaces.get())
    together = Programme.of_all(visits)
    found = find_all(together)

    for visit in visits:
        alone = Programme.of(visit)
        assert write(together[visit.pk]) == write(alone)
        assert [problem.key for problem in found[visit.pk]] == [problem.key for problem in find(alone)]
        assert together[visit.pk].elsewhere == alone.elsewhere
        assert len(alone.elsewhere) == 2


def test_reading_none_gives_none():
    assert Programme.of_all([]) == {}


def test_travel_times_are_those_between_its_places(visit):
    here, there, far = sorted((factories.create_venue() for _n in range(3)), key=lambda venue: venue.pk)
    for origin, destination in ((here, there), (there, far)):
        TravelTime.objects.create(origin=origin, destination=destination, plan_minutes=20)
    create_session(visit, venue=here)
    create_session(visit, venue=here, to_venue=there, kind="travel", at="11:00", until="12:00")

    assert Programme.of(visit).travel_times.keys() == {frozenset([here.pk, there.pk])}


def elsewhere(visit) -> list[str]:
    return [str(session.title) for session in Programme.of(visit).elsewhere]


@pytest.fixture
def taken(visit):
    """What the visit takes from nine to eleven: a host, and a room."""
    venue = factories.create_venue(capacity=9)
    what = {"hosts": [factories.create_contact()], "space": venue.spaces.get(), "venue": venue}
    create_session(visit, at="09:00", until="10:00", **what)
    create_session(visit, at="10:00", until="11:00", **what)
    return what


@pytest.mark.parametrize(("name", "number"), [("hosts", 1), ("space", 1), ("venue", 0)])
def test_elsewhere_is_what_takes_the_same_host_or_room(visit, taken, name, number):
    create_session(factories.create_visit(), "There", **{name: taken[name]})

    assert elsewhere(visit) == ["There"] * number


@pytest.mark.parametrize("status", Visit.Status)
def test_elsewhere_are_open_visits_alone(visit, taken, status):
    create_session(factories.create_visit(status=status), "There", **taken)

    assert elsewhere(visit) == ["There"] * (status in Visit.OPEN)


@pytest.mark.parametrize("status", Visit.Status)
def test_elsewhere_are_open_visits_alone_also_when_read_together(visit, taken, status):
    other = factories.create_visit(status=status)
    create_session(other, "There", **taken)
    together = Programme.of_all([visit, other])

    assert len(together[visit.pk].elsewhere) == (status in Visit.OPEN)


@pytest.mark.parametrize(
    ("at", "until", "number"),
    [("08:00", "09:00", 0), ("08:00", "09:01", 1), ("10:59", "12:00", 1), ("11:00", "12:00", 0), ("08:00", "12:00", 1)],
)
def test_elsewhere_is_what_is_at_the_same_time_and_touching_is_not(visit, taken, at, until, number):
    other = factories.create_visit()
    create_session(other, "There", at=at, until=until, **taken)

    assert elsewhere(visit) == ["There"] * number
    assert len(Programme.of_all([visit, other])[visit.pk].elsewhere) == number


def test_who_has_left_the_list_does_not_come(visit):
    factories.create_person(visit, "Gone", left_at=timezone.now())
    staying = factories.create_person(visit, "Dana")
    session = create_session(visit)
    programme = Programme.of(visit)

    assert len(programme.everybody) == 2
    assert programme.people == programme.guests == [staying]
    assert programme.guests_in(programme.sessions[0]) == [staying]
    assert programme.sessions == [session]


def test_sessions_that_touch_do_not_overlap(visit):
    one = create_session(visit, at="09:00", until="10:00")
    create_session(visit, at="10:00", until="11:00")
    across = create_session(visit, at="09:30", until="10:00")

    assert list(overlapping(visit.sessions.all())) == [(one, across)]


def test_rooms_and_hosts_that_others_want_too_are_found_without_a_query_for_each(visit, django_assert_num_queries):
    venue, host = factories.create_venue(capacity=9), factories.create_contact()
    for each in [visit, *(factories.create_visit() for _n in range(3))]:
        create_session(each, venue=venue, space=venue.spaces.get(), hosts=[host])
    programme = Programme.of(visit)

    with django_assert_num_queries(0):
        found = [problem.kind for check in twice.CHECKS for problem in check(programme) if problem.sentence]
    assert sorted(found) == ["host-elsewhere"] * 3 + ["room-elsewhere"] * 3
