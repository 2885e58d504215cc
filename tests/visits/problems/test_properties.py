"""What the checks find does not depend on the order of the sessions, and is what a comparison of all pairs finds."""

import datetime
import itertools
import uuid

from hypothesis import given, settings
from hypothesis import strategies as st

from partners.models import Contact, Space
from tests.factories import DAY_ONE
from visits.booking.models import Visit
from visits.delegation.models import Person
from visits.problems.people_and_purpose import pauses, reflection
from visits.problems.time_and_place import capacity, missing_places, outside_the_days, overlaps, rooms
from visits.problems.twice import hosts_twice, rooms_twice
from visits.programme.clock import moment
from visits.programme.models import Session
from visits.programme.programme import Programme

examples = settings(max_examples=50, deadline=None, database=None, derandomize=True)
DAYS = [DAY_ONE + datetime.timedelta(days=number) for number in range(3)]
VISIT = Visit(reference="brno-1", starts_on=DAYS[0], ends_on=DAYS[1])
OTHER = Visit(reference="lille-1", title={"en": "Lille"})
GROUPS = [None, uuid.UUID(int=1), uuid.UUID(int=2)]
HOSTS = [Contact(id=uuid.UUID(int=number), name=f"Host {number}") for number in range(3)]
SPACES = [None, *(Space(id=uuid.UUID(int=number), name={"en": f"Room {number}"}, capacity=3) for number in range(2))]
QUARTER = datetime.timedelta(minutes=15)
CHECKS = [
    overlaps,
    outside_the_days,
    capacity,
    rooms,
    missing_places,
    pauses,
    reflection,
    hosts_twice,
    rooms_twice,
]


@st.composite
def session_lists(draw, visit: Visit = VISIT, first: int = 0):
    """Up to ten sessions on three days, in steps of a quarter of an hour, for everybody or one of two groups."""
    drawn = draw(st.lists(st.tuples(st.sampled_from(DAYS), st.integers(0, 20), st.integers(1, 10)), max_size=10))
    sessions = []
    for number, (day, step, length) in enumerate(drawn, first):
        starts_at = moment(day, datetime.time(8 + step // 4, step % 4 * 15))
        session = Session(
            id=uuid.UUID(int=number),
            visit=visit,
            title={"en": f"Session {number}"},
            kind=draw(st.sampled_from(["session", "break", "reflection", "meal"])),
            starts_at=starts_at,
            ends_at=starts_at + length * QUARTER,
            group_id=draw(st.sampled_from(GROUPS)),
            space=draw(st.sampled_from(SPACES)),
            capacity=draw(st.sampled_from([None, 0, 2])),
        )
        session.host_list = draw(st.lists(st.sampled_from(HOSTS), unique_by=lambda host: host.pk))
        sessions.append(session)
    return sessions


@st.composite
def rosters(draw):
    persons = st.builds(
        Person,
        name=st.just("Dana"),
        part=st.sampled_from(["lead", "delegate", "interpreter", "student"]),
        days=st.lists(st.sampled_from(DAYS), max_size=2),
        group_id=st.sampled_from(GROUPS),
        left_at=st.sampled_from([None, None, moment(DAY_ONE, datetime.time(9))]),
    )
    return draw(st.lists(persons, max_size=6))


def found(programme: Programme) -> set:
    return {(problem.key, problem.sentence) for check in CHECKS for problem in check(programme)}


def together(one: Session, other: Session) -> bool:
    """Some quarter of an hour is in both."""
    taken = [{each.starts_at + n * QUARTER for n in range(each.minutes // 15)} for each in (one, other)]
    return bool(taken[0] & taken[1])


def for_the_same(one: Session, other: Session) -> bool:
    """Some guest is in both."""
    guests = [set(GROUPS[1:]) if each.group_id is None else {each.group_id} for each in (one, other)]
    return bool(guests[0] & guests[1])


def pairs(sessions, elsewhere=()):
    """Every two of which one is of this visit."""
    yield from itertools.combinations(sessions, 2)
    yield from itertools.product(sessions, elsewhere)


@examples
@given(session_lists(), session_lists(OTHER, 50), rosters(), st.randoms(use_true_random=False))
def test_the_same_is_found_whatever_the_order(sessions, elsewhere, people, random):
    def programme(rows, others):
        return Programme(VISIT, sessions=rows, elsewhere=others, everybody=people)

    shuffled = [random.sample(rows, len(rows)) for rows in (sessions, elsewhere)]

    assert found(programme(*shuffled)) == found(programme(sessions, elsewhere))


@examples
@given(session_lists())
def test_every_pair_that_collides_is_told_once_and_no_other(sessions):
    told = [frozenset(problem.sessions) for problem in overlaps(Programme(VISIT, sessions=sessions))]
    collisions = {
        frozenset([one.pk, other.pk])
        for one, other in pairs(sessions)
        if together(one, other) and for_the_same(one, other)
    }

    assert set(told) == collisions
    assert len(told) == len(collisions)


@examples
@given(session_lists(), session_lists(OTHER, 50))
def test_every_host_of_two_sessions_at_once_is_told_and_no_other(sessions, elsewhere):
    problems = list(hosts_twice(Programme(VISIT, sessions=sessions, elsewhere=elsewhere)))
    told = [(problem.facts["host"].pk, frozenset(problem.sessions)) for problem in problems]
    clashes = {
        (host.pk, frozenset([one.pk, other.pk]))
        for one, other in pairs(sessions, elsewhere)
        for host in one.host_list
        if host in other.host_list and together(one, other)
    }

    assert set(told) == clashes
    assert len(told) == len(clashes)


@examples
@given(session_lists(), session_lists(OTHER, 50))
def test_every_room_of_two_sessions_at_once_is_told_and_no_other(sessions, elsewhere):
    problems = list(rooms_twice(Programme(VISIT, sessions=sessions, elsewhere=elsewhere)))
    told = [frozenset(problem.sessions) for problem in problems]
    clashes = {
        frozenset([one.pk, other.pk])
        for one, other in pairs(sessions, elsewhere)
        if one.space_id is not None and one.space_id == other.space_id and together(one, other)
        if one.visit is not other.visit or not for_the_same(one, other)
    }

    assert set(told) == clashes
    assert len(told) == len(clashes)


@examples
@given(session_lists(), rosters())
def test_whoever_comes_is_counted_person_by_person(sessions, people):
    programme = Programme(VISIT, sessions=sessions, everybody=people)
    for session in sessions:
        there = [each for each in people if each.left_at is None and (not each.days or session.day in each.days)]
        guests = [each for each in there if each.part in {"lead", "delegate"}]
        mine = [each for each in guests if session.group_id is None or each.group_id == session.group_id]

        assert programme.guests_in(session) == mine
        assert programme.companions_in(session) == [each for each in there if each not in guests]


@examples
@given(session_lists())
def test_the_step_that_is_offered_ends_the_overlap(sessions):
    for problem in overlaps(Programme(VISIT, sessions=sessions)):
        first, second = (next(each for each in sessions if each.pk == key) for key in problem.sessions)
        assert first.starts_at <= second.starts_at < first.ends_at
        assert problem.mends[0].url.endswith(f"&starts={first.ends_at:%H:%M}")
