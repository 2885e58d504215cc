"""Every way to change a programme. The caller holds the lock on the visit."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.access import Refusal
from partners.models import Space
from practices.models import Offer
from visits.booking.models import Aim, Visit
from visits.programme.clock import moment, on_the_clock, shifted_period
from visits.programme.models import Session

SETS = ("hosts", "aims", "further_practices")  # what a session points to many of


@transaction.atomic
def add_session(
    *,
    visit: Visit,
    starts_at: datetime.datetime,
    ends_at: datetime.datetime,
    by: User | None,
    via: str = audit.AuditEntry.Via.PAGE,
    **values: Any,
) -> Session:
    """Put a session into the programme. What does not fit is kept and told as a problem.

    Raises Refusal for an offer that is never open to visitors.
    """
    refuse_what_is_never_observed(values.get("offer"))
    sets = {name: values.pop(name) for name in SETS if name in values}
    session = Session.objects.create(
        visit=visit, starts_at=starts_at, ends_at=ends_at, changed_by=by.pk if by else None, **values
    )
    for name, members in sets.items():
        getattr(session, name).set(members)
    audit.record("session.added", session, by=by, via=via, whole=visit, name=session.title)
    return session


@transaction.atomic
def edit_session(*, session: Session, before: dict, sets: dict[str, Iterable], by: User) -> Session:
    """Change a session of the draft; ``before`` is its ``snapshot``, ``sets`` its new hosts, practices and aims.

    Raises Refusal for an offer that is never open to visitors.
    """
    refuse_what_is_never_observed(session.offer)
    session.changed_by = by.pk
    session.save()
    for name, members in sets.items():
        getattr(session, name).set(members)
    fields = [each["field"] for each in audit.changes_between(before, snapshot(session))]
    audit.record("session.edited", session, by=by, whole=session.visit, name=session.title, fields=fields)
    return session


@transaction.atomic
def move_session(*, session: Session, day: datetime.date, starts: datetime.time, by: User) -> Session:
    """Give a session another time; its length stays."""
    length = datetime.timedelta(minutes=session.minutes)
    session.starts_at = moment(day, starts)
    session.ends_at = session.starts_at + length
    session.changed_by = by.pk
    session.save(update_fields=["starts_at", "ends_at", "changed_by", "changed_at"])
    facts = {"day": day.isoformat(), "time": on_the_clock(session.starts_at)}
    audit.record("session.moved", session, by=by, whole=session.visit, name=session.title, **facts)
    return session


@transaction.atomic
def remove_session(*, session: Session, by: User) -> None:
    """Take a session out of the draft. Guests see it until the next release."""
    audit.record("session.removed", session, by=by, whole=session.visit, name=session.title)
    session.delete()


@transaction.atomic
def take_offer(
    *, visit: Visit, offer: Offer, starts_at: datetime.datetime, by: User, aims: Iterable[Aim] = ()
) -> Session:
    """Put an offer of the catalogue into the programme, with what the catalogue knows about it."""
    return add_session(
        visit=visit,
        starts_at=starts_at,
        ends_at=starts_at + datetime.timedelta(minutes=offer.minutes),
        by=by,
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


@transaction.atomic
def shift_sessions(*, visit: Visit, days: int, by: User) -> int:
    """Move the whole programme by so many days; every session keeps its time on the clock. Returns how many."""
    sessions = list(visit.sessions.all())
    for session in sessions:
        session.starts_at, session.ends_at = shifted_period(session.starts_at, session.ends_at, days)
        session.changed_by = by.pk
    Session.objects.bulk_update(sessions, ["starts_at", "ends_at", "changed_by"])
    audit.record("programme.shifted", visit, by=by, name=visit.title, days=days)
    return len(sessions)


def refuse_what_is_never_observed(offer: Offer | None) -> None:
    """Private family time belongs to the family: no way into a programme (RS2-07)."""
    if offer and offer.observation == Offer.Observation.NEVER:
        raise Refusal(
            _("%(offer)s is never open to visitors, so it cannot be in a programme. Its page says why.")
            % {"offer": offer.title}
        )


def snapshot(session: Session) -> dict:
    return audit.values_of(session, leave_out=("changed_at", "changed_by"))
