"""Visits of past and coming years with people, programmes and releases, copied from the demonstration's first."""

import datetime
from collections.abc import Iterator
from itertools import cycle
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Invitation, User
from bench.growth import Sizes
from bench.growth.rows import copy_of, save, shares
from core.published import as_stored, digest, references
from core.translated import text
from partners.models import Contact, Venue
from practices.models import Offer
from visits.booking.models import Aim, Move, Visit
from visits.delegation.actions import UNDERTAKING_VERSION
from visits.delegation.models import Person, Undertaking
from visits.programme.clock import shifted_period
from visits.programme.models import Session
from visits.programme.programme import Programme
from visits.release.document import FORMAT, write_all
from visits.release.models import Release

Status = Visit.Status
STATES_OF_OPEN = [
    Status.PLANNING,
    Status.CONFIRMED,
    Status.PLANNING,
    Status.SCOPING,
    Status.CONFIRMED,
    Status.POSTPONED,
]
STATES_OF_PAST = [Status.CLOSED, Status.CLOSED, Status.CLOSED, Status.FINISHED, Status.DECLINED, Status.CANCELLED]
PUBLISHED_IN = {Status.PLANNING, Status.CONFIRMED, Status.FINISHED, Status.CLOSED}
DAYS_BETWEEN = {"open": 5, "past": 3}  # from the first day of one visit to that of the next
GUESTS_OF_AN_OPEN_VISIT = 8
AT_ONCE = 20


def fill(sizes: Sizes, random: Random, model: Visit) -> None:
    """Visits like ``model`` until there are so many, with all that is in them."""
    visits = _visits(sizes, model)
    _people(visits, sizes.people - Person.objects.count())
    aims = save(copy_of(aim, visit_id=visit.pk) for visit in visits for aim in model.aims.all())
    _sessions(visits, sizes.sessions - Session.objects.count(), Places(random), model, _by_visit(aims))
    published = [visit for visit in visits if visit.status in PUBLISHED_IN]
    for first in range(0, len(published), AT_ONCE):
        _publish(published[first : first + AT_ONCE])


def _visits(sizes: Sizes, model: Visit) -> list[Visit]:
    coming = sizes.open_visits - Visit.objects.open().count()
    past = sizes.visits - Visit.objects.count() - coming
    first_days = [
        *(model.starts_on + datetime.timedelta(days=DAYS_BETWEEN["open"] * number) for number in range(coming)),
        *(model.starts_on - datetime.timedelta(days=DAYS_BETWEEN["past"] * (number + 40)) for number in range(past)),
    ]
    states = [*_times(STATES_OF_OPEN, coming), *_times(STATES_OF_PAST, past)]
    visits = save(
        copy_of(
            model, reference=f"growth-{number}", title=text(f"Visit {number}", cs=f"Návštěva {number}"), live_id=None,
            starts_on=day, ends_on=day + (model.ends_on - model.starts_on), status=state,
        )
        for number, (day, state) in enumerate(zip(first_days, states, strict=True))
    )  # fmt: skip
    save(Move(visit=visit, to_status=visit.status) for visit in visits)
    return visits


def _times(values: list[str], count: int) -> list[str]:
    endless = cycle(values)
    return [next(endless) for _number in range(count)]


def _by_visit(rows: list[Aim]) -> dict[UUID, list[Aim]]:
    found: dict[UUID, list[Aim]] = {}
    for row in rows:
        found.setdefault(row.visit_id, []).append(row)
    return found


# --- people --------------------------------------------------------------------------------------


def _people(visits: list[Visit], count: int) -> None:
    """A delegation for each open visit; the rest of the people for the others. All have taken up their invitation."""
    coming = [visit for visit in visits if visit.is_open]
    past = [visit for visit in visits if not visit.is_open]
    counts = [GUESTS_OF_AN_OPEN_VISIT] * len(coming)
    counts += shares(count - sum(counts), len(past))
    visits_of_people = [visit for visit, each in zip([*coming, *past], counts, strict=True) for _guest in range(each)]
    users = save(
        User(email=f"growth{number}@example.org", name=f"Guest {number}", password=make_password(None))
        for number in range(len(visits_of_people))
    )
    now = timezone.now()
    invitations = save(
        Invitation(
            user=user, sent_count=1, opened_at=now, accepted_at=now, expires_at=now + datetime.timedelta(days=21)
        )
        for user in users
    )
    people = save(
        Person(visit=visit, name=invitation.user.name, email=invitation.user.email, invitation=invitation)
        for visit, invitation in zip(visits_of_people, invitations, strict=True)
    )
    save(
        Undertaking(person=each, version=UNDERTAKING_VERSION, language="en", received_on=now.date()) for each in people
    )


# --- programmes ----------------------------------------------------------------------------------


class Places:
    """Where sessions of a programme can be, with whom, and what they can show."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.venues = list(
            Venue.objects.prefetch_related("spaces", "usual_hosts").filter(spaces__isnull=False).distinct()
        )
        self.hosts = list(Contact.objects.hosts())
        self.offers = list(Offer.objects.for_programme().values_list("pk", "practice_id"))

    def venue(self) -> Venue:
        return self.random.choice(self.venues)

    def space_of(self, venue: Venue) -> UUID:
        return self.random.choice(venue.spaces.all()).pk

    def host_at(self, venue: Venue) -> Contact:
        return self.random.choice(venue.usual_hosts.all() or self.hosts)

    def offer(self) -> tuple[UUID, UUID]:
        """Its id, and its practice's."""
        return self.random.choice(self.offers)


def _sessions(visits: list[Visit], count: int, places: Places, model: Visit, aims: dict[UUID, list[Aim]]) -> None:
    """So many, as even as can be; each visit has its days at places of its own."""
    rows = list(model.sessions.all())
    sessions = save(
        session
        for visit, each in zip(visits, shares(count, len(visits)), strict=True)
        for session in _programme(visit, rows[:each], places, (visit.starts_on - model.starts_on).days)
    )
    save(
        Session.hosts.through(session_id=session.pk, contact_id=places.host_at(session.venue).pk)
        for session in sessions
        if session.venue_id and session.led_by == Session.LedBy.HOSTS
    )
    save(
        Session.aims.through(
            session_id=session.pk, aim_id=aims[session.visit_id][place % len(aims[session.visit_id])].pk
        )
        for place, session in enumerate(sessions)
        if session.kind == Session.Kind.SESSION
    )


def _programme(visit: Visit, rows: list[Session], places: Places, days: int) -> Iterator[Session]:
    venues = {day: places.venue() for day in {row.day for row in rows}}
    for row in rows:
        starts_at, ends_at = shifted_period(row.starts_at, row.ends_at, days)
        venue = venues[row.day] if row.venue_id else None
        offer, practice = places.offer() if row.offer_id else (None, None)
        yield copy_of(
            row, visit_id=visit.pk, starts_at=starts_at, ends_at=ends_at, venue_id=venue and venue.pk,
            space_id=places.space_of(venue) if venue and row.space_id else None, to_venue_id=None, group_id=None,
            lead_person_id=None, offer_id=offer, practice_id=practice,
        )  # fmt: skip


def _publish(visits: list[Visit]) -> None:
    """A release of each, which is live."""
    programmes = list(Programme.of_all(visits).values())
    for programme, document in zip(programmes, write_all(programmes), strict=True):
        body = as_stored(document)
        programme.visit.live = Release(
            visit=programme.visit, number=1, format=FORMAT, kind=body["kind"], body=body, digest=digest(body),
            published_at=timezone.now(), contacts=sorted(references(body, "contact")),
            users=sorted(references(body, "user")), people=sorted(references(body, "person")),
        )  # fmt: skip
    save(programme.visit.live for programme in programmes)
    Visit.objects.bulk_update([programme.visit for programme in programmes], ["live"])
