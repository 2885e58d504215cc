"""Everything that the checks look at, fetched once at a constant number of queries."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from partners.travel import TravelTimes, known_travel_times
from practices.models import Offer
from visits.booking.models import Aim, Visit
from visits.delegation.models import Person
from visits.programme.clock import day_of
from visits.programme.models import Session


@dataclass
class Ground:
    visit: Visit
    sessions: list[Session]
    people: list[Person]
    aims: list[Aim]
    ways: TravelTimes
    elsewhere: list[Session]  # of other visits, at overlapping days, by the same hosts

    @classmethod
    def of(cls, visit: Visit) -> "Ground":
        sessions = list(visit.sessions.for_programme().prefetch_related("venue__opening_hours"))
        return cls(
            visit=visit,
            sessions=sessions,
            people=list(visit.people.here().select_related("invitation__user").prefetch_related("undertakings")),
            aims=list(visit.aims.all()),
            ways=known_travel_times(),
            elsewhere=_elsewhere(visit, sessions),
        )

    @cached_property
    def guests(self) -> list[Person]:
        return [person for person in self.people if person.counts_as_guest]

    @cached_property
    def in_time(self) -> list[Session]:
        """The sessions in order of time; of those at the very same time always the same one first."""
        return sorted(self.sessions, key=lambda each: (each.starts_at, each.ends_at, each.pk))

    @cached_property
    def days(self) -> dict[datetime.date, list[Session]]:
        """The sessions of each day, in order of time."""
        days: dict[datetime.date, list[Session]] = {}
        for session in self.in_time:
            days.setdefault(day_of(session.starts_at), []).append(session)
        return days

    def guests_in(self, session: Session) -> list[Person]:
        """The guests who go to this session: there on that day, and of its group."""
        day = day_of(session.starts_at)
        return [
            person for person in self.guests if person.is_there_on(day) and session.group_id in {None, person.group_id}
        ]


def _elsewhere(visit: Visit, sessions: list[Session]) -> list[Session]:
    hosts = {host.pk for session in sessions for host in session.hosts.all()}
    if not hosts:
        return []
    first, last = min(each.starts_at for each in sessions), max(each.ends_at for each in sessions)
    others = Session.objects.exclude(visit=visit).filter(
        hosts__in=hosts, starts_at__lt=last, ends_at__gt=first, visit__status__in=Visit.OPEN
    )
    return list(others.distinct().select_related("visit").prefetch_related("hosts"))


def overlap(one: Session, other: Session) -> bool:
    """Periods are half-open: touching ends do not overlap."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def share_guests(one: Session, other: Session) -> bool:
    return one.group_id is None or other.group_id is None or one.group_id == other.group_id


def is_observed(session: Session) -> bool:
    return bool(session.offer and session.offer.observation == Offer.Observation.OBSERVED)
