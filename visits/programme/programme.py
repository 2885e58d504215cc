"""One look at a programme: what its checks, its document, its drawing and its aims need, read once."""

import datetime
import uuid
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import OuterRef

from core.nested_rows import NestedRows
from core.translated import Text, as_text
from partners.models import HouseRule, OpeningHours, Venue
from partners.travel import TravelTimes, known_travel_times
from visits.booking.models import CITY_NAME, Aim, Visit
from visits.delegation.models import Group, Person
from visits.programme.models import Session
from visits.programme.overlap import time_order


@dataclass
class Programme:
    """The working draft of one visit, with everybody and everything in it. It asks the database nothing more."""

    visit: Visit
    sessions: list[Session] = field(default_factory=list)  # as SessionQuerySet.for_programme gives them
    everybody: list[Person] = field(default_factory=list)  # those who have left the list among them
    aims: list[Aim] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    travel_times: TravelTimes = field(default_factory=dict)  # between the venues of the programmes read together
    elsewhere: list[Session] = field(default_factory=list)  # of other open visits, with a host or a space of this one
    city_name: Text = field(default_factory=Text)  # as its public page calls it
    time_zone: str = ""  # of the city

    @classmethod
    def of(cls, visit: Visit) -> "Programme":
        return cls.of_all([visit])[visit.pk]

    @classmethod
    def of_all(cls, visits: Iterable[Visit]) -> dict[uuid.UUID, "Programme"]:
        """By the id of the visit; six queries for any number of visits and sessions."""
        found = {visit.pk: cls(visit) for visit in visits}
        _read_parts(found)
        _sort_into(found, "everybody", Person.objects.filter(visit__in=found).for_list())
        _sort_into(found, "sessions", Session.objects.filter(visit__in=found).for_programme())
        venues = _venues(found.values())
        travel_times = known_travel_times(between=venues)
        for programme in found.values():
            programme.connect(venues)
            programme.travel_times = travel_times
        _read_elsewhere(found)
        return found

    def connect(self, venues: dict[uuid.UUID, Venue]) -> None:
        """Lets every session know its visit, places, group and leader as rows that were read already."""
        groups = {group.pk: group for group in self.groups}
        people = {person.pk: person for person in self.everybody}
        for session in self.sessions:
            session.visit = self.visit
            for name, rows in (("venue", venues), ("to_venue", venues), ("group", groups), ("lead_person", people)):
                if row := rows.get(getattr(session, f"{name}_id")):
                    setattr(session, name, row)

    @property
    def venues(self) -> list[Venue]:
        """Every place in it, by slug."""
        places = {each.pk: each for session in self.sessions for each in (session.venue, session.to_venue) if each}
        return sorted(places.values(), key=lambda venue: venue.slug)

    @cached_property
    def people(self) -> list[Person]:
        """Who comes: nobody who has left the list."""
        return [person for person in self.everybody if person.left_at is None]

    @cached_property
    def guests(self) -> list[Person]:
        return [person for person in self.people if person.counts_as_guest]

    @cached_property
    def in_time(self) -> list[Session]:
        """The sessions in order of time; of those at the very same time always the same one first."""
        return sorted(self.sessions, key=time_order)

    @cached_property
    def days(self) -> dict[datetime.date, list[Session]]:
        """The sessions of each day, in order of time."""
        days: dict[datetime.date, list[Session]] = {}
        for session in self.in_time:
            days.setdefault(session.day, []).append(session)
        return days

    def guests_in(self, session: Session) -> list[Person]:
        """The guests who go to this session: there on that day, and of its group."""
        return self._guests[session.day, session.group_id]

    def companions_in(self, session: Session) -> list[Person]:
        """Who comes along without being a guest: interpreters and students who are there on that day."""
        return self._companions[session.day]

    @cached_property
    def _guests(self) -> dict[tuple, list[Person]]:
        return {
            (day, group): [
                person for person in self.guests if person.is_there_on(day) and group in {None, person.group_id}
            ]
            for day, group in {(session.day, session.group_id) for session in self.sessions}
        }

    @cached_property
    def _companions(self) -> dict[datetime.date, list[Person]]:
        along = [person for person in self.people if not person.counts_as_guest]
        return {day: [person for person in along if person.is_there_on(day)] for day in self.days}

    def aims_served(self) -> list[tuple[Aim, int]]:
        """Each aim with the number of sessions that serve it."""
        served = Counter(aim.pk for session in self.sessions for aim in session.aim_list)
        return [(aim, served[aim.pk]) for aim in self.aims]


def _read_parts(found: dict[uuid.UUID, Programme]) -> None:
    """Aims, groups and the city of each visit. One query."""
    rows = Visit.objects.filter(pk__in=found).values_list(
        "pk",
        NestedRows(Aim.objects.filter(visit=OuterRef("pk")), "id", "words", "words_language", "short"),
        NestedRows(Group.objects.filter(visit=OuterRef("pk")), "id", "name"),
        CITY_NAME,
        "city__time_zone",
    )
    for key, aims, groups, city_name, time_zone in rows:
        programme = found[key]
        programme.aims, programme.groups = aims, groups
        programme.city_name, programme.time_zone = as_text(city_name), time_zone


def _sort_into(found: dict[uuid.UUID, Programme], name: str, rows: Iterable[Session | Person]) -> None:
    for row in rows:
        getattr(found[row.visit_id], name).append(row)


def _venues(programmes: Iterable[Programme]) -> dict[uuid.UUID, Venue]:
    """Every place of these programmes by its id, with its opening hours and house rules. One query."""
    sessions = [session for programme in programmes for session in programme.sessions]
    ids = {key for session in sessions for key in (session.venue_id, session.to_venue_id) if key}
    rows = Venue.objects.filter(pk__in=ids).annotate(
        hours_list=NestedRows(OpeningHours.objects.filter(venue=OuterRef("pk")), "weekday", "opens", "closes"),
        rule_list=NestedRows(HouseRule.objects.filter(venue=OuterRef("pk")), "id", "text", "reason"),
    )
    return {venue.pk: venue for venue in rows}


def _read_elsewhere(found: dict[uuid.UUID, Programme]) -> None:
    """What takes a host or a space of a programme meanwhile, in any other open visit. One query.

    The programmes that are read together are there already, and look at each other's sessions.
    """
    own = [session for programme in found.values() for session in programme.sessions]
    if not own:
        return
    others = [session for session in own if session.visit.is_open]
    others += Session.objects.in_open_visits().exclude(visit__in=found).that_take(*_taken(own), *_span(own))
    by_taken = _by_taken(others)
    for programme in found.values():
        if programme.sessions:
            programme.elsewhere = _meanwhile(programme, by_taken)


def _meanwhile(programme: Programme, by_taken: dict[uuid.UUID, list[Session]]) -> list[Session]:
    first, last = _span(programme.sessions)
    taken = {
        session.pk: session
        for key in set().union(*_taken(programme.sessions))
        for session in by_taken.get(key, [])
        if session.visit_id != programme.visit.pk and session.starts_at < last and session.ends_at > first
    }
    return sorted(taken.values(), key=time_order)


def _by_taken(sessions: Iterable[Session]) -> dict[uuid.UUID, list[Session]]:
    """The sessions by the id of each host and space that they take."""
    by_taken: dict[uuid.UUID, list[Session]] = {}
    for session in sessions:
        for key in set().union(*_taken([session])):
            by_taken.setdefault(key, []).append(session)
    return by_taken


def _taken(sessions: Iterable[Session]) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """The ids of the hosts, and of the spaces."""
    hosts = {host.pk for session in sessions for host in session.host_list}
    return hosts, {session.space_id for session in sessions if session.space_id}


def _span(sessions: Collection[Session]) -> tuple[datetime.datetime, datetime.datetime]:
    """From the first start to the last end."""
    return min(each.starts_at for each in sessions), max(each.ends_at for each in sessions)
