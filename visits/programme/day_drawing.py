"""A day as a drawing: blocks as long as they last, side by side where they run at the same time."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from core.dates import date_in_words, weekday
from core.day_steps import at_class, for_class, hours, in_lanes, lane_class, span_classes
from core.languages import in_order
from visits.programme.clock import LEEDS, on_the_clock
from visits.programme.models import Session

Period = tuple[datetime.time, datetime.time]
SITE_VISITS = {"site_visit", "school_or_team_visit", "walking_visit", "team_meeting_observation"}


@dataclass(kw_only=True)
class Block:
    """One session as the drawing shows it."""

    id: Any
    kind: str
    kind_label: Any
    title: Any
    times: str
    place: str
    who: str
    url: str
    at_class: str
    for_class: str
    lane_class: str
    tags: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    @property
    def severity(self) -> str:
        """The worst of its problems, by which the block is outlined."""
        found = {str(problem.severity) for problem in self.problems}
        return next((each for each in ("stop", "ask", "note") if each in found), "")


@dataclass
class Shape:
    """One session as the thumbnail shows it."""

    kind: str
    at_class: str
    for_class: str
    lane_class: str


@dataclass
class Day:
    date: datetime.date
    weekday: str
    label: str
    blocks: list[Block] | list[Shape]
    hours: list[dict]
    start_class: str
    height_class: str
    is_outside: bool = False


def day_drawings(
    sessions: Iterable[Session],
    days: Iterable[datetime.date],
    *,
    url: Callable[[Session], str],
    problems: dict | None = None,
) -> list[Day]:
    """A drawing for each day of the visit, and for each other day that has a session, in order."""
    beside = problems or {}

    def block(session: Session, place: dict[str, str]) -> Block:
        return _block(session, place, url(session), beside.get(session.pk, []))

    return _days(sessions, days, block)


def day_thumbnails(sessions: Iterable[Session], days: Iterable[datetime.date]) -> list[Day]:
    """The same in small: shapes and colours without words. Of a session only its offer is asked for."""
    return _days(sessions, days, lambda session, place: Shape(look_of(session), **place))


def _days(sessions: Iterable[Session], days: Iterable[datetime.date], block: Callable) -> list[Day]:
    by_day: dict[datetime.date, list[Session]] = {day: [] for day in days}
    inside = set(by_day)
    for session in sorted(sessions, key=lambda each: (each.starts_at, each.ends_at)):
        by_day.setdefault(session.day, []).append(session)
    frame = _frame([_period(session) for day in by_day.values() for session in day])
    return [_day(date, by_day[date], block, is_outside=date not in inside, **frame) for date in sorted(by_day)]


def _frame(periods: list[Period]) -> dict[str, Any]:
    """The hours that every day shows: days stand side by side, and what is at the same height is at the same time."""
    start_class, height_class = span_classes(periods)
    return {"start_class": start_class, "height_class": height_class, "hours": hours(periods)}


def _day(date: datetime.date, sessions: list[Session], block: Callable, **frame) -> Day:
    periods = [_period(session) for session in sessions]
    places = [_place(period, lane) for period, lane in zip(periods, in_lanes(periods), strict=True)]
    return Day(
        date=date,
        weekday=weekday(date),
        label=date_in_words(date),
        blocks=[block(session, place) for session, place in zip(sessions, places, strict=True)],
        **frame,
    )


def _period(session: Session) -> Period:
    return _clock(session.starts_at), _clock(session.ends_at)


def _place(period: Period, lane: tuple[int, int]) -> dict[str, str]:
    starts, ends = period
    return {"at_class": at_class(starts), "for_class": for_class(starts, ends), "lane_class": lane_class(*lane)}


def _block(session: Session, place: dict[str, str], url: str, problems: list) -> Block:
    return Block(
        id=session.pk,
        kind=look_of(session),
        kind_label=session.get_kind_display(),
        title=session.title,
        times=f"{on_the_clock(session.starts_at)}–{on_the_clock(session.ends_at)}",
        place=place_of(session),
        who=who_leads(session),
        url=url,
        tags=[{"label": session.group.name, "tone": "plain"}] if session.group else [],
        problems=problems,
        **place,
    )


def _clock(instant: datetime.datetime) -> datetime.time:
    return instant.astimezone(LEEDS).time()


def look_of(session: Session) -> str:
    """The kind by which a block is coloured: a visit to a place looks different from a talk."""
    if session.kind == Session.Kind.SESSION and session.offer and session.offer.format in SITE_VISITS:
        return "site-visit"
    return session.kind.replace("_", "-")


def place_of(session: Session) -> str:
    if session.to_venue:
        return f"{session.venue or '…'} → {session.to_venue}"
    return str(session.venue or "")


def who_leads(session: Session) -> str:
    """The roles or names of those who lead, in words for staff."""
    if session.led_by == Session.LedBy.GUESTS:
        return str(session.lead_person or "")
    if session.led_by == Session.LedBy.STAFF and not session.host_list:
        return str(session.lead_staff or "")
    return ", ".join(in_order(str(host.role) for host in session.host_list))
