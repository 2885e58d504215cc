"""When a venue is open, by the clock on its own wall."""

import datetime
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from partners.models import OpeningHours

LEEDS = ZoneInfo("Europe/London")
WEEKDAYS = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]

Stretch = tuple[int, datetime.time, datetime.time]  # the weekday, with Monday 0, and from when until when


def day_lines(hours: Iterable[Stretch]) -> dict[str, str]:
    """A line for each day, as people write it: {"day_0": "09:00-12:00, 13:00-17:00", "day_1": "", ...}."""
    lines: dict[str, list[str]] = {f"day_{number}": [] for number in range(7)}
    for weekday, opens, closes in sorted(set(hours)):
        lines[f"day_{weekday}"].append(f"{opens:%H:%M}-{closes:%H:%M}")
    return {day: ", ".join(stretches) for day, stretches in lines.items()}


def stretches(lines: Mapping[str, str]) -> list[Stretch]:
    """The week from its ``day_lines``."""
    parts = [(day, part.split("-")) for day, line in lines.items() for part in line.split(", ") if part]
    clock = datetime.time.fromisoformat
    return sorted((int(day.removeprefix("day_")), clock(opens), clock(closes)) for day, (opens, closes) in parts)


def is_open(
    venue_hours: Iterable[OpeningHours], start: datetime.datetime, end: datetime.datetime, *, zone: ZoneInfo = LEEDS
) -> bool | None:
    """Whether the venue is open all the time from ``start`` to ``end`` (aware moments).

    None when nobody has entered its hours: then nothing is known. Two stretches that touch count as
    one. A period that runs over midnight is never inside opening hours.
    """
    hours = list(venue_hours)
    if not hours:
        return None
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    if begins.date() != ends.date():
        return False
    today = [(each.opens, each.closes) for each in hours if each.weekday == begins.weekday()]
    return any(opens <= begins.time() and ends.time() <= closes for opens, closes in joined(today))


def joined(stretches: Iterable[tuple[datetime.time, datetime.time]]) -> list[tuple[datetime.time, datetime.time]]:
    """The stretches in order, with those that touch or overlap made one."""
    whole: list[tuple[datetime.time, datetime.time]] = []
    for opens, closes in sorted(stretches):
        if whole and opens <= whole[-1][1]:
            opens, last = whole.pop()
            closes = max(closes, last)
        whole.append((opens, closes))
    return whole


def week(venue_hours: Iterable[OpeningHours]) -> list[tuple[str, list[OpeningHours]]]:
    """Each day of the week with its hours, for a page; an empty list where nothing is known."""
    hours = list(venue_hours)
    days = [(name, [each for each in hours if each.weekday == number]) for number, name in enumerate(WEEKDAYS)]
    return days if hours else []
