"""What the checks find does not depend on the order in which the sessions come."""

import datetime
import uuid

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import DAY_ONE
from visits.booking.models import Visit
from visits.problems.ground import Ground
from visits.problems.people_and_purpose import pauses, reflection
from visits.problems.time_and_place import capacity, missing_places, outside_the_days, overlaps
from visits.programme.clock import moment
from visits.programme.models import Session

examples = settings(max_examples=200, deadline=None, database=None, derandomize=True)
VISIT = Visit(reference="brno-1", starts_on=DAY_ONE, ends_on=DAY_ONE + datetime.timedelta(days=1))
GROUPS = [None, uuid.UUID(int=1), uuid.UUID(int=2)]
PURE = [overlaps, outside_the_days, capacity, missing_places, pauses, reflection]  # those that ask no row


@st.composite
def programmes(draw):
    """Up to ten sessions on three days, in steps of a quarter of an hour, for everybody or one of two groups."""
    drawn = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(1, 10)), max_size=10))
    return [
        Session(
            id=uuid.UUID(int=number),
            visit=VISIT,
            title={"en": f"Session {number}"},
            kind=draw(st.sampled_from(["session", "break", "reflection", "meal"])),
            starts_at=moment(DAY_ONE + datetime.timedelta(days=day), datetime.time(8 + step // 4, step % 4 * 15)),
            ends_at=moment(DAY_ONE + datetime.timedelta(days=day), datetime.time(8 + step // 4, step % 4 * 15))
            + datetime.timedelta(minutes=15 * length),
            group_id=draw(st.sampled_from(GROUPS)),
            capacity=draw(st.sampled_from([None, 0, 5])),
        )
        for number, (day, step, length) in enumerate(drawn)
    ]


def ground(sessions) -> Ground:
    return Ground(visit=VISIT, sessions=sessions, people=[], aims=[], ways={}, elsewhere=[])


def found(sessions) -> set:
    return {(problem.key, str(problem.sentence)) for check in PURE for problem in check(ground(sessions))}


@examples
@given(programmes(), st.randoms(use_true_random=False))
def test_the_same_is_found_whatever_the_order(sessions, random):
    shuffled = random.sample(sessions, len(sessions))

    assert found(shuffled) == found(sessions)


def collide(one: Session, other: Session) -> bool:
    """The oracle: some quarter of an hour and some guest are in both."""
    quarter = datetime.timedelta(minutes=15)
    taken = [{each.starts_at + n * quarter for n in range(each.minutes // 15)} for each in (one, other)]
    guests = [set(GROUPS[1:]) if each.group_id is None else {each.group_id} for each in (one, other)]
    return bool(taken[0] & taken[1]) and bool(guests[0] & guests[1])


@examples
@given(programmes())
def test_every_pair_that_collides_is_told_once_and_no_other(sessions):
    told = [frozenset(problem.sessions) for problem in overlaps(ground(sessions))]
    collisions = {
        frozenset([one.pk, other.pk])
        for index, one in enumerate(sessions)
        for other in sessions[index + 1 :]
        if collide(one, other)
    }

    assert set(told) == collisions
    assert len(told) == len(collisions)


@examples
@given(programmes())
def test_the_step_that_is_offered_ends_the_overlap(sessions):
    for problem in overlaps(ground(sessions)):
        first, second = (next(each for each in sessions if each.pk == key) for key in problem.sessions)
        assert first.starts_at <= second.starts_at < first.ends_at
        assert problem.mends[0].url.endswith(f"&starts={first.ends_at:%H:%M}")
