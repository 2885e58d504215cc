"""Where a block stands in the drawing of a day, and how tall it is, as names of classes.

The content security policy allows no style attribute, so a place cannot be written into the page as a
number. It is one of a few hundred classes instead, in steps of five minutes, each setting one number
that static/css/day.css calculates with. The sheet with them is written by

    python -m core.day_steps > static/css/day-steps.css
"""

import sys
from collections.abc import Sequence
from datetime import time

STEP = 5  # minutes
FIRST, LAST = time(6, 0), time(23, 0)  # what lies outside is drawn at the edge
MOST_LANES = 4


def minutes(clock: time) -> int:
    """Minutes since midnight."""
    return clock.hour * 60 + clock.minute


def to_step(number: float) -> int:
    return round(number / STEP) * STEP


def clamped(clock: time) -> int:
    return min(max(to_step(minutes(clock)), minutes(FIRST)), minutes(LAST))


def written(number: int) -> str:
    return f"{number // 60:02}{number % 60:02}"


def at_class(starts: time) -> str:
    """Where a block begins: ``day__at-0930``."""
    return f"day__at-{written(clamped(starts))}"


def for_class(starts: time, ends: time) -> str:
    """How long a block lasts: ``day__for-090``. Never nothing, so that everything can be seen."""
    length = clamped(ends) - clamped(starts)
    return f"day__for-{max(length, STEP):03}"


def lane_class(lane: int, lanes: int) -> str:
    """Which of the blocks that run side by side: ``day__lane-2-of-3``; nothing for a block by itself."""
    if lanes == 1:
        return ""
    return f"day__lane-{min(lane, MOST_LANES)}-of-{min(lanes, MOST_LANES)}"


def span_classes(periods: Sequence[tuple[time, time]]) -> tuple[str, str]:
    """The whole hours that a day shows: ``("day__from-0800", "day__until-1700")``."""
    first, last = whole_hours(periods)
    return f"day__from-{written(first * 60)}", f"day__until-{written(last * 60)}"


def hours(periods: Sequence[tuple[time, time]]) -> list[dict[str, str]]:
    """The lines of a day: label and class of each whole hour that it shows."""
    first, last = whole_hours(periods)
    return [{"label": f"{hour:02}:00", "class": f"day__at-{hour:02}00"} for hour in range(first, last)]


def whole_hours(periods: Sequence[tuple[time, time]]) -> tuple[int, int]:
    """From the hour in which the day begins to the one in which it ends; an empty day is nine to five."""
    if not periods:
        return 9, 17
    first = min(clamped(starts) for starts, _ in periods) // 60
    last = -(-max(clamped(ends) for _, ends in periods) // 60)
    return first, max(last, first + 1)


def in_lanes(periods: Sequence[tuple[time, time]]) -> list[tuple[int, int]]:
    """(lane, lanes) for each period, counted from 1: those that overlap stand side by side.

    The periods come in the order in which they begin. Touching ends do not overlap.
    """
    placed: list[list[int]] = []
    group: list[int] = []  # indexes of periods that hang together by overlaps
    ends_in: list[time] = []  # when each lane of the group is free again
    for index, (starts, ends) in enumerate(periods):
        if all(end <= starts for end in ends_in):
            group, ends_in = [], []
        lane = next((lane for lane, end in enumerate(ends_in) if end <= starts), len(ends_in))
        ends_in[lane : lane + 1] = [ends]
        group.append(index)
        placed.append([lane + 1, 1])
        for member in group:
            placed[member][1] = len(ends_in)
    return [(lane, lanes) for lane, lanes in placed]


def sheet() -> str:
    """The style sheet with all these classes. Numbers are steps, counted from midnight."""
    day = range(minutes(FIRST), minutes(LAST) + STEP, STEP)
    lengths = range(STEP, minutes(LAST) - minutes(FIRST) + STEP, STEP)
    whole = range(minutes(FIRST) // 60, minutes(LAST) // 60 + 2)
    lines = [f".day__at-{written(at)}{{--at:{at // STEP}}}" for at in day]
    lines += [f".day__for-{length:03}{{--for:{length // STEP}}}" for length in lengths]
    lines += [f".day__from-{hour:02}00{{--from:{hour * 60 // STEP}}}" for hour in whole]
    lines += [f".day__until-{hour:02}00{{--until:{hour * 60 // STEP}}}" for hour in whole]
    lines += [
        f".day__lane-{lane}-of-{lanes}{{--lane:{lane - 1};--lanes:{lanes}}}"
        for lanes in range(2, MOST_LANES + 1)
        for lane in range(1, lanes + 1)
    ]
    return "\n".join(["/* Written by python -m core.day_steps. */", *lines, ""])


if __name__ == "__main__":
    sys.stdout.write(sheet())
