"""The classes that put a block into the picture of a day."""

from datetime import time

import pytest

from core import day_steps
from core.day_steps import at_class, for_class, hours, in_lanes, lane_class, span_classes
from core.templatetags.icons import STATIC


def clock(words: str) -> time:
    return time.fromisoformat(words)


def periods(*pairs: str) -> list[tuple[time, time]]:
    return [tuple(map(clock, pair.split("-"))) for pair in pairs]


def test_the_committed_sheet_is_the_one_that_is_written():
    assert (STATIC / "css" / "day-steps.css").read_text() == day_steps.sheet()


@pytest.mark.parametrize(
    ("starts", "class_"),
    [
        ("09:00", "day__at-0900"),
        ("09:02", "day__at-0900"),
        ("09:03", "day__at-0905"),
        ("09:58", "day__at-1000"),
        ("05:30", "day__at-0600"),
        ("23:40", "day__at-2300"),
    ],
)
def test_a_block_begins_at_the_nearest_step_of_the_day(starts, class_):
    assert at_class(clock(starts)) == class_


@pytest.mark.parametrize(
    ("starts", "ends", "class_"),
    [
        ("09:00", "10:30", "day__for-090"),
        ("09:00", "09:02", "day__for-005"),
        ("05:00", "23:59", "day__for-1020"),
        ("23:30", "23:50", "day__for-005"),
    ],
)
def test_a_block_lasts_at_least_one_step(starts, ends, class_):
    assert for_class(clock(starts), clock(ends)) == class_


def test_every_class_that_can_be_named_is_in_the_sheet():
    sheet = day_steps.sheet()
    every_five = [time(hour, minute) for hour in range(24) for minute in range(0, 60, 5)]
    names = {at_class(moment) for moment in every_five}
    names |= {for_class(starts, ends) for starts in every_five for ends in every_five if starts < ends}
    names |= {name for moment in every_five for name in span_classes([(moment, time(23, 59))])}
    names |= {name for moment in every_five[1:] for name in span_classes([(time(0), moment)])}
    names |= {lane_class(lane, lanes) for lanes in range(2, 8) for lane in range(1, lanes + 1)}

    assert sorted(name for name in names if f".{name}{{" not in sheet) == []


def test_a_day_shows_the_whole_hours_around_its_blocks():
    day = periods("09:30-10:00", "16:00-16:30")

    assert span_classes(day) == ("day__from-0900", "day__until-1700")
    assert [hour["label"] for hour in hours(day)] == [
        *("09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00")
    ]


def test_an_empty_day_is_nine_to_five():
    assert span_classes([]) == ("day__from-0900", "day__until-1700")


@pytest.mark.parametrize(
    ("day", "lanes"),
    [
        (periods("09:00-10:00", "10:00-11:00"), [(1, 1), (1, 1)]),
        (periods("09:00-10:00", "09:30-10:30"), [(1, 2), (2, 2)]),
        (periods("09:00-10:00", "09:30-10:30", "10:00-11:00"), [(1, 2), (2, 2), (1, 2)]),
        (periods("09:00-12:00", "09:00-10:00", "09:00-10:00", "12:00-13:00"), [(1, 3), (2, 3), (3, 3), (1, 1)]),
    ],
)
def test_blocks_that_overlap_stand_side_by_side(day, lanes):
    assert in_lanes(day) == lanes


def test_a_block_by_itself_needs_no_lane():
    assert lane_class(1, 1) == ""
    assert lane_class(2, 3) == "day__lane-2-of-3"
