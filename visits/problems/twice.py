"""Checks of what can be at one place at a time only: a host, and a room; in this visit and across visits."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from visits.problems.mends import change
from visits.problems.problem import Facts, Kind, Problem, Severity
from visits.programme.models import Session
from visits.programme.overlap import overlapping, share_guests
from visits.programme.programme import Programme

Clash = tuple[Any, Session, Session]  # what is wanted twice, the session of this visit, the other one

HOST_TWICE = Kind(
    "host-twice",
    Severity.ASK,
    _("Host"),
    _("%(host)s is to give %(session)s and %(other)s at the same time."),
)
HOST_ELSEWHERE = Kind(
    "host-elsewhere",
    Severity.ASK,
    _("Host"),
    _("%(host)s is to give %(session)s and %(other)s (%(visit)s) at the same time."),
)


def hosts_twice(programme: Programme) -> Iterator[Problem]:
    """The same host at two places at once, in this visit or in another; told once for each host."""
    for host, session, other in _clashes(programme, lambda session: session.host_list):
        facts = {"host": host, **_of_both(session, other)}
        if other.visit_id == programme.visit.pk:
            yield HOST_TWICE(**facts, mends=[change(session)])
        else:
            yield HOST_ELSEWHERE(**facts, visit=other.visit, mends=[change(session)])


ROOM_TWICE = Kind(
    "room-twice",
    Severity.ASK,
    _("Room"),
    _("%(room)s is taken for %(session)s and %(other)s at the same time."),
)
ROOM_ELSEWHERE = Kind(
    "room-elsewhere",
    Severity.ASK,
    _("Room"),
    _("%(room)s is taken for %(session)s and %(other)s (%(visit)s) at the same time."),
)


def rooms_twice(programme: Programme) -> Iterator[Problem]:
    """The same room for two groups at once, or for another visit. The same guests at once are an overlap already."""
    for room, session, other in _clashes(programme, lambda session: [session.space] if session.space_id else []):
        facts = {"room": room, **_of_both(session, other)}
        mends = [change(session, _("Choose another room"))]
        if other.visit_id != programme.visit.pk:
            yield ROOM_ELSEWHERE(**facts, visit=other.visit, mends=mends)
        elif not share_guests(session, other):
            yield ROOM_TWICE(**facts, mends=mends)


def _clashes(programme: Programme, wanted: Callable[[Session], Iterable]) -> Iterator[Clash]:
    """Whatever two sessions want at the same time, when at least one of them is of this programme."""
    takers: dict[uuid.UUID, tuple[Any, list[Session]]] = {}
    for session in programme.sessions:
        for each in wanted(session):
            takers.setdefault(each.pk, (each, []))[1].append(session)
    for session in programme.elsewhere:
        for each in wanted(session):
            if each.pk in takers:
                takers[each.pk][1].append(session)
    for each, sessions in takers.values():
        for one, other in overlapping(sessions):
            own = [session for session in (one, other) if session.visit_id == programme.visit.pk]
            if own:
                yield each, own[0], other if own[0] is one else one


def _of_both(session: Session, other: Session) -> Facts:
    """When one of them is moved, it is another question whether they may be at the same time."""
    return {"session": session, "other": other, "start": session.starts_at, "other_start": other.starts_at}


CHECKS = [hosts_twice, rooms_twice]
