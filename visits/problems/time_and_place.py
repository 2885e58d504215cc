"""Checks of time and place: days, overlaps, travel, rooms, opening hours."""

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from partners.opening_hours import is_open
from partners.travel import route_between
from visits.problems.mends import add_travel_time, begin_at, change, change_the_days
from visits.problems.problem import Kind, Problem, Severity
from visits.programme.models import Session
from visits.programme.overlap import overlap, overlapping, share_guests
from visits.programme.programme import Programme

NEEDS_PLACE = {Session.Kind.SESSION, Session.Kind.MEAL, Session.Kind.REFLECTION, Session.Kind.GUESTS_TURN}


OUTSIDE = Kind(
    "outside",
    Severity.ASK,
    _("Day"),
    _("%(session)s is on %(day)s, but the visit lasts from %(first)s to %(last)s."),
)


def outside_the_days(programme: Programme) -> Iterator[Problem]:
    days = programme.visit.days
    for day, sessions in programme.days.items():
        if days and day not in days:
            for session in sessions:
                mends = [change(session), change_the_days(programme.visit)]
                yield OUTSIDE(session=session, day=day, first=days[0], last=days[-1], mends=mends)


OVERLAP = Kind(
    "overlap",
    Severity.ASK,
    _("Same time"),
    _("%(one)s lasts until %(end)s, and %(other)s begins at %(start)s for the same guests."),
)


def overlaps(programme: Programme) -> Iterator[Problem]:
    for one, other in overlapping(programme.sessions):
        if share_guests(one, other):
            mends = [begin_at(other, _earliest(programme, one, other)), change(one)]
            yield OVERLAP(one=one, end=one.ends_at, other=other, start=other.starts_at, mends=mends)


def _earliest(programme: Programme, last: Session, following: Session) -> datetime.datetime:
    """When the following one can begin: after the last, and after the travel to it where that is known."""
    here, there = last.ends_at_venue, following.venue
    route = route_between(programme.travel_times, here, there) if here and there and here != there else None
    return last.ends_at + datetime.timedelta(minutes=route.plan if route else 0)


TRAVEL = Kind(
    "travel",
    Severity.ASK,
    _("Travel"),
    _("The way from %(from)s to %(to)s takes %(need)s minutes to plan; %(session)s has %(have)s."),
)
GAP = Kind(
    "gap",
    Severity.ASK,
    _("Travel"),
    _(
        "%(last)s ends at %(end)s at %(here)s; the way to %(there)s needs %(need)s minutes, "
        "and %(next)s begins at %(start)s."
    ),
)
NO_TIME = Kind(
    "no-time",
    Severity.ASK,
    _("Travel"),
    _("%(last)s ends at %(end)s at %(here)s, and %(next)s begins at %(start)s at %(there)s: no time for the way."),
)
UNKNOWN = Kind(
    "way",
    Severity.NOTE,
    _("Travel"),
    _("We do not know how long the way from %(here)s to %(there)s takes, before %(next)s."),
)


def travel(programme: Programme) -> Iterator[Problem]:
    """Whether there is time to get from each place to the next, and whether planned travel is long enough."""
    for sessions in programme.days.values():
        for group in {session.group_id for session in sessions} or {None}:
            own = [each for each in sessions if each.group_id in {None, group}]
            yield from _travel_of(programme, own)


def _travel_of(programme: Programme, sessions: list[Session]) -> Iterator[Problem]:
    last = None  # the last entry that says where the guests are
    for session in sessions:
        if session.to_venue_id and session.venue_id:
            yield from _travel_too_short(programme, session)
        if session.venue_id:
            if last and last.ends_at_venue.pk != session.venue_id and not overlap(last, session):
                yield from _gap_too_short(programme, last, session)
            last = session


def _travel_too_short(programme: Programme, session: Session) -> Iterator[Problem]:
    route = route_between(programme.travel_times, session.venue_id, session.to_venue_id)
    if route and session.minutes < route.plan:
        ends = {"from": session.venue, "to": session.to_venue}
        yield TRAVEL(**ends, need=route.plan, session=session, have=session.minutes, mends=[change(session)])


def _gap_too_short(programme: Programme, last: Session, session: Session) -> Iterator[Problem]:
    """No time at all is never enough between two places; while there is some, an unknown way is worth a note."""
    here, there = last.ends_at_venue, session.venue
    route = route_between(programme.travel_times, here, there)
    facts = {"last": last, "end": last.ends_at, "here": here, "there": there, "next": session}
    facts["start"] = session.starts_at
    gap = int((session.starts_at - last.ends_at).total_seconds() // 60)
    if route is None:
        mends = [add_travel_time(programme.visit, here, there), change(session)]
        yield NO_TIME(**facts, mends=mends) if gap == 0 else UNKNOWN(here=here, there=there, next=session, mends=mends)
    elif gap < route.plan:
        yield GAP(**facts, need=route.plan, mends=[begin_at(session, _earliest(programme, last, session))])


TOO_MANY = Kind(
    "capacity",
    Severity.ASK,
    _("Too many"),
    ngettext_lazy(
        "%(session)s takes %(most)s guest, and %(count)s are to come.",
        "%(session)s takes %(most)s guests, and %(count)s are to come.",
        "most",
    ),
)
FULL = Kind(
    "full",
    Severity.NOTE,
    _("Full"),
    _("%(session)s is full: %(count)s of %(most)s. One more guest would not fit."),
)


def capacity(programme: Programme) -> Iterator[Problem]:
    for session in programme.sessions:
        if session.capacity is None:
            continue
        facts = {"session": session, "most": session.capacity, "count": len(programme.guests_in(session))}
        if facts["count"] > facts["most"]:
            yield TOO_MANY(**facts, mends=[change(session)])
        elif facts["count"] == facts["most"]:
            yield FULL(**facts)


ROOM = Kind(
    "room",
    Severity.ASK,
    _("Room"),
    ngettext_lazy(
        "%(room)s at %(venue)s holds %(most)s person; with hosts and interpreter %(count)s come to %(session)s.",
        "%(room)s at %(venue)s holds %(most)s people; with hosts and interpreter %(count)s come to %(session)s.",
        "most",
    ),
)


def rooms(programme: Programme) -> Iterator[Problem]:
    """Whether everybody who comes fits the room: guests, those who come with them, and hosts."""
    for session in programme.sessions:
        if not session.space_id:
            continue
        guests, companions = programme.guests_in(session), programme.companions_in(session)
        count = len(guests) + len(companions) + len(session.host_list)
        if count > session.space.capacity:
            where = {"room": session.space, "venue": session.venue, "most": session.space.capacity}
            yield ROOM(**where, count=count, session=session, mends=[change(session, _("Choose another room"))])


CLOSED = Kind(
    "closed",
    Severity.ASK,
    _("Opening hours"),
    _("%(venue)s is not open for the whole of %(session)s (%(start)s to %(end)s)."),
)


def opening_hours(programme: Programme) -> Iterator[Problem]:
    for session in programme.sessions:
        hours = session.venue.hours_list if session.venue_id else []
        if session.kind == Session.Kind.TRAVEL or not hours:
            continue
        if not is_open(hours, session.starts_at, session.ends_at):
            when = {"start": session.starts_at, "end": session.ends_at}
            yield CLOSED(venue=session.venue, session=session, **when, mends=[change(session)])


NO_VENUE = Kind("venue", Severity.ASK, _("Venue"), _("%(session)s has no venue yet."))


def missing_places(programme: Programme) -> Iterator[Problem]:
    for session in programme.sessions:
        if session.kind in NEEDS_PLACE and not session.venue_id:
            yield NO_VENUE(session=session, mends=[change(session, _("Choose a venue"))])


CHECKS = [outside_the_days, overlaps, travel, capacity, rooms, opening_hours, missing_places]
