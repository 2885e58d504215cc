"""Every way to change a programme."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from accounts.models import User
from core.audit import AuditEntry
from core.changing import changing
from partners.models import Space
from practices.models import Offer
from visits.booking.models import Aim, Visit
from visits.programme.clock import moment, on_the_clock, period, shifted_period
from visits.programme.models import Session
from visits.programme.rules import trouble_with_session

PAGE = AuditEntry.Via.PAGE
CLOCK = ("day", "starts", "ends")  # a period as people write it; stored are starts_at and ends_at


def add_session(*, visit: Visit, by: User | None, via: str = PAGE, **values: Any) -> Session:
    """Put a session into the programme. What does not fit is kept and told as a problem.

    The period is ``day``, ``starts`` and ``ends`` by the clock in Leeds, or ``starts_at`` and ``ends_at``.
    Raises Refusal for an offer that is never open to visitors.
    """
    with changing(visit, by=by, via=via, states=Visit.OPEN) as change:
        session, values = Session(visit=change.whole), _with_period(values)
        return change.add("session.added", session, values, rule=trouble_with_session, name="title")


def edit_session(*, session: Session, by: User, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Session:
    """Correct what is known of a session. Raises Refusal as ``add_session`` does."""
    with changing(session.visit, by=by, via=via, states=Visit.OPEN) as change:
        session = change.fresh(session)
        values = _with_period(change.merge(session, values, base), session)
        return change.edit("session.edited", session, values, rule=trouble_with_session, name="title")


def move_session(
    *,
    session: Session,
    day: datetime.date,
    starts: datetime.time,
    by: User,
    via: str = PAGE,
    base: Mapping | None = None,
) -> Session:
    """Give a session another time; its length stays."""
    with changing(session.visit, by=by, via=via, states=Visit.OPEN) as change:
        session = change.fresh(session)
        wanted = {"day": session.day, "starts": session.starts}
        wanted |= change.merge(session, {"day": day, "starts": starts}, base)
        starts_at, length = moment(wanted["day"], wanted["starts"]), session.ends_at - session.starts_at
        if starts_at == session.starts_at:
            return session
        change.write(session, {"starts_at": starts_at, "ends_at": starts_at + length})
        told = {"day": session.day.isoformat(), "time": on_the_clock(starts_at)}
        change.record("session.moved", session, name="title", **told)
        return session


def remove_session(*, session: Session, by: User, via: str = PAGE) -> None:
    """Take a session out of the draft. Guests see it until the next release."""
    with changing(session.visit, by=by, via=via, states=Visit.OPEN) as change:
        change.remove("session.removed", change.fresh(session), name="title")


def take_offer(
    *,
    visit: Visit,
    offer: Offer,
    day: datetime.date,
    starts: datetime.time,
    by: User,
    via: str = PAGE,
    aims: Iterable[Aim] = (),
) -> Session:
    """Put an offer of the catalogue into the programme, with what the catalogue knows about it."""
    starts_at = moment(day, starts)
    return add_session(
        visit=visit,
        starts_at=starts_at,
        ends_at=starts_at + datetime.timedelta(minutes=offer.minutes),
        by=by,
        via=via,
        title=offer.title,
        about=offer.text,
        practice=offer.practice,
        offer=offer,
        venue=offer.venue,
        space=Space.objects.only_one_of(offer.venue_id),
        capacity=offer.group_max,
        hosts=list(offer.hosts.current()),
        aims=aims,
    )


def shift_sessions(*, visit: Visit, days: int, by: User, via: str = PAGE) -> int:
    """Move the whole programme by so many days; every session keeps its time on the clock. Returns how many."""
    with changing(visit, by=by, via=via, states=Visit.OPEN) as change:
        sessions = list(change.whole.sessions.all())
        for session in sessions:
            session.starts_at, session.ends_at = shifted_period(session.starts_at, session.ends_at, days)
            session.changed_by = by.pk
            session.changed_at = timezone.now()
        Session.objects.bulk_update(sessions, ["starts_at", "ends_at", "changed_by", "changed_at"])
        change.record("programme.shifted", change.whole, name="title", days=days)
        return len(sessions)


def _with_period(values: dict[str, Any], session: Session | None = None) -> dict[str, Any]:
    """The values with the moments in place of the clock; what the clock does not say is as it was."""
    if not values.keys() & set(CLOCK):
        return values
    clock = {name: values[name] if name in values else getattr(session, name) for name in CLOCK}
    starts_at, ends_at = period(**clock)
    return {name: value for name, value in values.items() if name not in CLOCK} | {
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
