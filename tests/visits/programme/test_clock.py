"""Days and times on the clock in Leeds, also in the two nights in which it is changed."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.day_steps import in_lanes
from visits.programme.clock import (
    LEEDS,
    day_of,
    minutes_since_midnight,
    moment,
    on_the_clock,
    shifted,
    shifted_period,
)
from visits.programme.models import Session
from visits.programme.overlap import overlap

SPRING = datetime.date(2027, 3, 28)  # 01:00 becomes 02:00
AUTUMN = datetime.date(2027, 10, 31)  # 02:00 becomes 01:00
ONE_DAY = datetime.timedelta(days=1)
examples = settings(max_examples=200, deadline=None, database=None, derandomize=True)

# Half of them close to a night in which clocks change, where the mistakes are.
days = st.one_of(
    st.dates(datetime.date(2026, 1, 1), datetime.date(2030, 12, 31)),
    st.sampled_from([SPRING - ONE_DAY, SPRING, SPRING + ONE_DAY, AUTUMN - ONE_DAY, AUTUMN, AUTUMN + ONE_DAY]),
)
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
moments = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(minutes=minutes)
)
shifts = st.integers(-366, 366)


def is_skipped(day: datetime.date, clock: datetime.time) -> bool:
    """Whether clocks in Leeds never show this time on this day."""
    written = datetime.datetime.combine(day, clock, tzinfo=LEEDS)
    return written.astimezone(datetime.UTC).astimezone(LEEDS).replace(tzinfo=None) != written.replace(tzinfo=None)


@examples
@given(days, clocks)
def test_a_time_that_was_written_is_read_again(day, clock):
    at = moment(day, clock)

    assert at.tzinfo == datetime.UTC
    assert day_of(at) == day
    if not is_skipped(day, clock):
        assert on_the_clock(at) == f"{clock:%H:%M}"
        assert minutes_since_midnight(at) == clock.hour * 60 + clock.minute


@examples
@given(moments, shifts)
def test_a_shifted_moment_keeps_its_time_on_the_clock(at, by):
    later = shifted(at, by)

    assert day_of(later) - day_of(at) == datetime.timedelta(days=by)
    local = at.astimezone(LEEDS)
    if not is_skipped(day_of(later), local.time()):
        assert on_the_clock(later) == on_the_clock(at)


@examples
@given(moments)
def test_shifting_by_no_day_moves_nothing(at):
    assert shifted(at, 0) == at


@examples
@given(days, clocks, shifts)
def test_shifting_there_and_back_ends_where_it_began(day, clock, by):
    there = shifted(moment(day, clock), by)

    if not is_skipped(day, clock) and not is_skipped(day_of(there), clock):
        assert shifted(there, -by) == moment(day, clock)


@examples
@given(moments, st.integers(1, 16 * 60), st.one_of(shifts, st.just(0)))
def test_a_shifted_session_ends_after_it_begins(starts_at, minutes, by):
    ends_at = starts_at + datetime.timedelta(minutes=minutes)
    starts, ends = shifted_period(starts_at, ends_at, by)

    assert starts == shifted(starts_at, by)
    assert starts < ends
    assert ends == shifted(ends_at, by) or ends - starts == ends_at - starts_at


@examples
@given(st.sampled_from([SPRING, AUTUMN]), st.integers(0, 3 * 60), st.integers(5, 120), st.sampled_from([-1, 1]))
def test_a_session_in_a_night_of_changing_clocks_can_be_shifted(day, begins, minutes, by):
    starts_at = moment(day, datetime.time()) + datetime.timedelta(minutes=begins)
    here = (starts_at, starts_at + datetime.timedelta(minutes=minutes))
    for away in (by, 0):
        starts, ends = shifted_period(*here, away)
        assert starts < ends
        # And onto that night, from the day beside it.
        starts, ends = shifted_period(*shifted_period(*here, by), -by)
        assert starts < ends


def test_a_visit_that_moves_into_summer_time_keeps_its_clock_times():
    morning = moment(SPRING - ONE_DAY, datetime.time(9, 30))

    assert (on_the_clock(morning), morning.hour) == ("09:30", 9)
    assert (on_the_clock(shifted(morning, 1)), shifted(morning, 1).hour) == ("09:30", 8)
    assert shifted(morning, 1) - morning == datetime.timedelta(hours=23)


def test_a_visit_that_moves_into_winter_time_keeps_its_clock_times():
    morning = moment(AUTUMN - ONE_DAY, datetime.time(9, 30))

    assert shifted(morning, 1) - morning == datetime.timedelta(hours=25)
    assert on_the_clock(shifted(morning, 1)) == "09:30"


def test_a_skipped_time_is_the_same_wait_after_midnight():
    assert on_the_clock(moment(SPRING, datetime.time(1, 30))) == "02:30"


def test_a_doubled_time_is_its_first_passing():
    assert moment(AUTUMN, datetime.time(1, 30)) == datetime.datetime(2027, 10, 31, 0, 30, tzinfo=datetime.UTC)


def test_the_night_of_changing_clocks_is_no_longer_day():
    for day in (SPRING, AUTUMN):
        midnight = moment(day, datetime.time())
        assert [day_of(midnight - datetime.timedelta(minutes=1)), day_of(midnight)] == [day - ONE_DAY, day]


# --- whether two sessions overlap ----------------------------------------------------------------


@st.composite
def sessions(draw):
    """Within a few hours, in steps of five minutes, so that ends often touch."""
    begins, lasts = draw(st.integers(0, 24)), draw(st.integers(1, 12))
    first = moment(draw(st.sampled_from([SPRING, AUTUMN, SPRING + ONE_DAY])), datetime.time())
    starts_at = first + datetime.timedelta(minutes=5 * begins)
    return Session(starts_at=starts_at, ends_at=starts_at + datetime.timedelta(minutes=5 * lasts))


def minutes_of(session: Session) -> set:
    """The oracle: every minute of it, one by one."""
    count = int((session.ends_at - session.starts_at).total_seconds() // 60)
    return {session.starts_at + datetime.timedelta(minutes=minute) for minute in range(count)}


@examples
@given(sessions(), sessions())
def test_two_sessions_overlap_when_they_share_a_minute(one, other):
    assert overlap(one, other) == bool(minutes_of(one) & minutes_of(other))


@examples
@given(sessions(), sessions())
def test_overlapping_is_mutual(one, other):
    assert overlap(one, other) == overlap(other, one)


@examples
@given(sessions(), st.integers(1, 120))
def test_touching_ends_do_not_overlap(one, minutes):
    following = Session(starts_at=one.ends_at, ends_at=one.ends_at + datetime.timedelta(minutes=minutes))

    assert not overlap(one, following)
    assert not overlap(following, one)


@examples
@given(sessions())
def test_every_session_overlaps_itself(one):
    assert overlap(one, one)


# --- lanes of the drawing ------------------------------------------------------------------------


@st.composite
def a_days_periods(draw):
    periods = draw(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=12))
    return sorted(
        (
            datetime.time(8 + begins // 12, begins % 12 * 5),
            datetime.time(8 + (begins + lasts) // 12, (begins + lasts) % 12 * 5),
        )
        for begins, lasts in periods
    )


@examples
@given(a_days_periods())
def test_no_two_blocks_of_a_day_cover_each_other(periods):
    lanes = in_lanes(periods)

    assert len(lanes) == len(periods)
    assert all(1 <= lane <= count for lane, count in lanes)
    for index, (starts, ends) in enumerate(periods):
        for other in range(index):
            if starts < periods[other][1] and periods[other][0] < ends:
                assert lanes[index][0] != lanes[other][0]
                assert lanes[index][1] == lanes[other][1]


@pytest.mark.parametrize(
    ("clocks", "lanes"),
    [
        ([], []),
        ([("09:00", "10:00"), ("10:00", "11:00")], [(1, 1), (1, 1)]),
        ([("09:00", "10:00"), ("09:30", "11:00")], [(1, 2), (2, 2)]),
        (
            [("09:00", "12:00"), ("09:30", "10:00"), ("10:00", "11:00"), ("12:00", "13:00")],
            [(1, 2), (2, 2), (2, 2), (1, 1)],
        ),
        ([("09:00", "10:00")] * 3, [(1, 3), (2, 3), (3, 3)]),
    ],
)
def test_blocks_stand_side_by_side_where_they_run_at_the_same_time(clocks, lanes):
    periods = [(datetime.time.fromisoformat(starts), datetime.time.fromisoformat(ends)) for starts, ends in clocks]

    assert in_lanes(periods) == lanes
