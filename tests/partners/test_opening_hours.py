"""When a venue is open."""

import datetime

import pytest

from partners.models import OpeningHours
from partners.opening_hours import is_open, week
from tests.factories import DAY_ONE, moment

TUESDAY = DAY_ONE.weekday()


def stretch(opens: str, closes: str, weekday: int = TUESDAY) -> OpeningHours:
    clock = datetime.time.fromisoformat
    return OpeningHours(weekday=weekday, opens=clock(opens), closes=clock(closes))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("09:00", "17:00", True),  # just as long as it is open
        ("10:00", "11:00", True),
        ("08:59", "10:00", False),
        ("16:00", "17:01", False),
        ("18:00", "19:00", False),
    ],
)
def test_a_period_lies_within_the_hours_or_not(start, end, expected):
    assert is_open([stretch("09:00", "17:00")], moment(start), moment(end)) is expected


def test_on_another_day_it_is_closed():
    assert is_open([stretch("09:00", "17:00", weekday=5)], moment("10:00"), moment("11:00")) is False


def test_without_hours_nothing_is_known():
    assert is_open([], moment("10:00"), moment("11:00")) is None


def test_two_stretches_that_touch_count_as_one():
    hours = [stretch("13:00", "17:00"), stretch("09:00", "13:00")]
    assert is_open(hours, moment("12:00"), moment("14:00")) is True


def test_a_pause_at_noon_closes_it():
    hours = [stretch("09:00", "12:00"), stretch("13:00", "17:00")]
    assert is_open(hours, moment("11:30"), moment("13:30")) is False


def test_over_midnight_it_is_never_open():
    next_day = DAY_ONE + datetime.timedelta(days=1)
    hours = [stretch("05:00", "23:30"), stretch("05:00", "23:30", next_day.weekday())]
    assert is_open(hours, moment("23:00"), moment("06:00", next_day)) is False


def test_the_clock_on_the_wall_counts_in_summer_too():
    monday = datetime.date(2027, 6, 7)
    hours = [stretch("09:00", "17:00", monday.weekday())]
    eight_in_utc = datetime.datetime(2027, 6, 7, 8, tzinfo=datetime.UTC)  # nine in Leeds
    assert is_open(hours, eight_in_utc, eight_in_utc + datetime.timedelta(hours=8)) is True


def test_the_week_has_seven_days_or_nothing_is_known():
    assert [len(hours) for _day, hours in week([stretch("09:00", "17:00")])] == [0, 1, 0, 0, 0, 0, 0]
    assert week([]) == []
