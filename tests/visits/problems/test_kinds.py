"""A key is a digest of what was found: a reason holds as long as the facts do, and no longer."""

import datetime
import zoneinfo
from collections import Counter
from uuid import UUID

import pytest

from core.audit import AuditEntry
from core.translated import text
from partners.models import TravelTime
from tests import factories
from tests.factories import DAY_ONE, create_session, moment
from visits.booking.models import Visit
from visits.problems import actions, language_and_pages, people_and_purpose, time_and_place, twice
from visits.problems.find import find
from visits.problems.problem import Kind, Named, kind_of
from visits.programme.programme import Programme

pytestmark = pytest.mark.django_db
DAY_TWO = DAY_ONE + datetime.timedelta(days=1)
ROOMS = (time_and_place, people_and_purpose, twice, language_and_pages)
KINDS = [each for module in ROOMS for each in vars(module).values() if isinstance(each, Kind)]


def the(visit, kind: str):
    [problem] = [problem for problem in find(Programme.of(visit)) if problem.kind == kind]
    return problem


def test_no_two_kinds_have_the_same_name():
    assert [name for name, count in Counter(kind.name for kind in KINDS).items() if count > 1] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (DAY_ONE, DAY_TWO),
        (moment("09:00"), moment("09:00", DAY_TWO)),  # the same on the clock, and so in a sentence
        (datetime.timedelta(minutes=195), datetime.timedelta(hours=8)),
        (Named("cs", "Czech"), Named("de", "Czech")),
        (Visit(id=UUID(int=1)), Visit(id=UUID(int=2))),
        ([Visit(id=UUID(int=1))], [Visit(id=UUID(int=1)), Visit(id=UUID(int=2))]),
    ],
)
def test_another_fact_makes_another_key(one, other):
    kind = KINDS[0]

    assert kind(fact=one).key == kind(fact=one).key
    assert len({kind(fact=one).key, kind(fact=other).key, kind(other=one).key, KINDS[1](fact=one).key}) == 4


def test_a_name_an_order_and_a_time_zone_make_no_other_key():
    rows = [Visit(id=UUID(int=number), title=text(f"Visit {number}")) for number in range(3)]
    renamed = [Visit(id=UUID(int=number), title=text("Another")) for number in (2, 0, 1)]
    start = moment("09:00")
    local = start.astimezone(zoneinfo.ZoneInfo("Europe/Prague"))

    assert KINDS[0](rows=rows, start=start).key == KINDS[0](rows=renamed, start=local).key


def test_a_passed_pause_does_not_stand_when_it_grows(visit, alice):
    create_session(visit, "One", at="09:00", until="11:00")
    last = create_session(visit, "Two", at="11:00", until="12:15")
    problem = the(visit, "pause")
    assert problem.sentence.endswith("no pause for 3 h 15 min. Three hours are the most.")
    actions.pass_problem(visit=visit, key=problem.key, reason="They agreed.", by=alice)
    assert not the(visit, "pause").is_open

    last.ends_at = moment("17:00")
    last.save()

    assert the(visit, "pause").is_open


@pytest.mark.parametrize(("until", "is_told"), [("12:00", False), ("12:01", True)])
def test_three_hours_are_the_most_without_a_pause(visit, until, is_told):
    create_session(visit, "One", at="09:00", until="11:00")
    create_session(visit, "Two", at="11:00", until=until)

    assert any(problem.kind == "pause" for problem in find(Programme.of(visit))) == is_told


def test_a_passed_want_of_an_interpreter_does_not_stand_for_another_session(visit, alice):
    create_session(visit, "One", interpreting="whispered", at="10:00", until="11:00")
    actions.pass_problem(visit=visit, key=the(visit, "interpreter").key, reason="She can.", by=alice)
    assert not the(visit, "interpreter").is_open

    create_session(visit, "Two", interpreting="whispered", at="09:00", until="10:00")

    assert the(visit, "interpreter").is_open
    assert "Two, One" in the(visit, "interpreter").sentence


@pytest.mark.parametrize("kind", ["host-twice", "host-elsewhere", "room-twice", "room-elsewhere", "overlap"])
def test_another_time_is_another_question(visit, kind):
    venue, host = factories.create_venue(capacity=99), factories.create_contact()
    what = {"venue": venue, "space": venue.spaces.get(), "hosts": [host]}
    groups = [None, None] if kind == "overlap" else [visit.groups.create(name=text(name)) for name in "AB"]
    create_session(visit, "One", at="09:00", until="11:00", group=groups[0], **what)
    if kind.endswith("elsewhere"):
        other = create_session(factories.create_visit("Other"), "Two", at="10:00", until="11:00", **what)
    else:
        other = create_session(visit, "Two", at="10:00", until="11:00", group=groups[1], **what)
    before = the(visit, kind)

    other.starts_at += datetime.timedelta(minutes=15)
    other.save()

    assert the(visit, kind).key != before.key


def test_a_session_of_another_title_keeps_its_reason(visit, alice):
    session = create_session(visit, "Talk")
    actions.pass_problem(visit=visit, key=the(visit, "venue").key, reason="At the station.", by=alice)

    session.title = text("Walk")
    session.save()

    assert the(visit, "venue").sentence == "Walk has no venue yet."
    assert the(visit, "venue").passed_because == "At the station."


def test_the_log_calls_a_problem_by_the_same_name_both_times(visit, alice):
    here, there = factories.create_venue(), factories.create_venue()
    ends = sorted([here, there], key=lambda venue: venue.pk)
    TravelTime.objects.create(origin=ends[0], destination=ends[1], plan_minutes=35)
    create_session(visit, "One", at="09:00", until="10:00", venue=here)
    create_session(visit, "Two", at="10:10", until="11:00", venue=there)
    for problem in [each for each in find(Programme.of(visit)) if each.can_be_passed]:
        first = AuditEntry.objects.count()
        actions.pass_problem(visit=visit, key=problem.key, reason="So.", by=alice)
        actions.ask_again(visit=visit, key=problem.key, by=alice)

        assert [entry.facts["kind"] for entry in AuditEntry.objects.order_by("pk")[first:]] == [problem.kind] * 2
        assert kind_of(problem.key) == problem.kind


def test_a_reason_of_a_time_before_these_keys_is_kept_and_asked_again(visit, session_without_place):
    visit.passed_problems.create(key=f"venue:{session_without_place.pk}", reason="So.")

    assert the(visit, "venue").is_open
    assert visit.passed_problems.count() == 1


@pytest.fixture
def session_without_place(visit):
    return create_session(visit, "Talk")


def test_a_host_whose_time_with_us_ends_before_the_day_is_asked_about(visit):
    gone, staying = (
        factories.create_contact(name, ends_on=day) for name, day in (("Gone", DAY_ONE), ("Staying", DAY_TWO))
    )
    create_session(visit, "Talk", day=DAY_TWO, hosts=[gone, staying])

    assert the(visit, "host-left").sentence == (
        "Gone is to give Talk on Wednesday 10 March, and is our contact only until Tuesday 9 March."
    )


def test_a_host_wanted_by_two_is_told_for_each_pair_and_host(visit):
    hosts = [factories.create_contact(name) for name in ("Hana", "Jan")]
    create_session(visit, "One", hosts=hosts)
    create_session(visit, "Two", hosts=hosts, at="09:30", until="10:30")

    assert [problem.sentence for problem in find(Programme.of(visit)) if problem.kind == "host-twice"] == [
        "Hana is to give One and Two at the same time.",
        "Jan is to give One and Two at the same time.",
    ]


def test_a_host_who_goes_from_one_to_the_next_is_at_one_place_at_a_time(visit):
    host = factories.create_contact()
    create_session(visit, "One", hosts=[host], at="09:00", until="10:00")
    create_session(visit, "Two", hosts=[host], at="10:00", until="11:00")
    create_session(factories.create_visit(), "Three", hosts=[host], at="11:00", until="12:00")

    assert not [problem for problem in find(Programme.of(visit)) if problem.kind.startswith("host-")]


def test_a_room_that_another_visit_has_is_asked_about(visit):
    venue = factories.create_venue("Hub", capacity=99)
    what = {"venue": venue, "space": venue.spaces.get()}
    create_session(visit, "Here", **what)
    create_session(factories.create_visit("Other visit"), "There", at="09:30", until="10:30", **what)

    assert the(visit, "room-elsewhere").sentence == (
        f"{what['space']} is taken for Here and There (Other visit) at the same time."
    )


def test_whoever_left_the_list_misses_nothing(visit):
    """No undertaking, no interpreting and no language is asked for them."""
    factories.create_person(visit, "Gone", english="none", language="cs", left_at=moment("09:00"))
    create_session(visit, "Team", offer=factories.create_offer(observation="observed"), capacity=0)

    kinds = {problem.kind for problem in find(Programme.of(visit))}
    assert kinds.isdisjoint({"undertaking", "little-english", "language", "capacity"})
    assert "full" in kinds
