"""What the start page and lists say of a visit is kept with it, written from one look at its programme.

A change to a visit writes its summary in the same transaction. Whatever it shares with other visits, or uses of
partners and of the catalogue, marks theirs as behind, and the worker counts those anew within a minute.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.changing import after_change
from core.names_by_reference import names_of
from core.published import as_stored
from partners.models import Organisation, Venue
from practices.models import Practice
from visits.booking.models import Visit
from visits.problems.find import find_all, open_ones
from visits.problems.problem import Problem, Severity
from visits.programme.day_drawing import day_thumbnails
from visits.programme.programme import Programme
from visits.release.difference import changes
from visits.release.document import write_all
from visits.release.models import Release, VisitSummary

AT_ONCE = 20  # visits whose programmes are looked at together by the worker


def counted_now(programmes: Mapping[UUID, Programme]) -> list[VisitSummary]:
    """Not saved yet. The same number of queries for any number of visits."""
    problems, changed = find_all(programmes), _changed(list(programmes.values()))
    return [_summary(programme, problems[key], changed[key]) for key, programme in programmes.items()]


def _summary(programme: Programme, problems: list[Problem], changed: int) -> VisitSummary:
    still_open = open_ones(problems)
    by_severity = Counter(problem.severity for problem in still_open)
    return VisitSummary(
        visit=programme.visit,
        stops=by_severity[Severity.STOP],
        asks=by_severity[Severity.ASK],
        notes=sum(problem.severity == Severity.NOTE for problem in problems),
        open_by_kind=dict(Counter(problem.kind for problem in still_open)),
        undertakings_missing=len(_without_undertaking(still_open)),
        sessions=len(programme.sessions),
        aims=len(programme.aims),
        guests=len(programme.guests),
        people=len(programme.people),
        not_invited=sum(person.invitation_id is None for person in programme.people),
        changed=changed,
        thumbnail=_thumbnail(programme),
        uses=sorted(_used(programme), key=str),
        counted_on=timezone.localdate(),
    )


def _without_undertaking(problems: Iterable[Problem]) -> set[UUID]:
    return {person for problem in problems if problem.kind == "undertaking" for person in problem.people}


def _changed(programmes: list[Programme]) -> dict[UUID, int]:
    """How many sessions, places and so on of each differ from what guests see."""
    lives = Release.objects.filter(pk__in={each.visit.live_id for each in programmes} - {None})
    seen = {release.visit_id: release.body for release in lives}
    published = [programme for programme in programmes if programme.visit.pk in seen]
    drafts = {
        each.visit.pk: as_stored(document) for each, document in zip(published, write_all(published), strict=True)
    }
    names = names_of(*seen.values(), *drafts.values())
    found = {visit: len(changes(seen[visit], draft, names)) for visit, draft in drafts.items()}
    return {each.visit.pk: found.get(each.visit.pk, 0) for each in programmes}


def _thumbnail(programme: Programme) -> list[dict]:
    return [
        {
            "start_class": day.start_class,
            "height_class": day.height_class,
            "blocks": [dataclasses.asdict(block) for block in day.blocks],
        }
        for day in day_thumbnails(programme.sessions, programme.visit.days)
    ]


def _used(programme: Programme) -> set[UUID]:
    found: set[UUID | None] = set()
    for session in programme.sessions:
        found |= {host.pk for host in session.host_list} | {each.pk for each in session.further_list}
        found |= {session.space_id, session.venue_id, session.to_venue_id, session.practice_id}
        found |= {session.offer.practice_id} if session.offer else set()
    return found - {None}


# --- when ----------------------------------------------------------------------------------------

_gathered: ContextVar[dict[UUID, Visit] | None] = ContextVar("visits whose summary is written at the end", default=None)


@contextmanager
def written_at_the_end() -> Iterator[None]:
    """Within it a visit that is changed many times is counted once; for imports."""
    gathered: dict[UUID, Visit] = {}
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    for visit in Visit.objects.filter(pk__in=gathered):
        write(visit)


@after_change(Visit)
def write(visit: Visit) -> VisitSummary | None:
    """Count this visit anew, and mark others that use what it uses, or used before."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered[visit.pk] = visit
        return None
    before = VisitSummary.objects.filter(visit=visit).values_list("uses", flat=True).first() or []
    [counted] = counted_now(Programme.of_all([visit]))
    now = _save(counted)
    mark_behind({*before, *now.uses}, but=visit)
    return now


def _save(summary: VisitSummary) -> VisitSummary:
    return VisitSummary.objects.update_or_create(
        visit=summary.visit, defaults={name: getattr(summary, name) for name in COUNTED}
    )[0]


COUNTED = [field.name for field in VisitSummary._meta.concrete_fields if not field.primary_key]


@after_change(Venue, Practice)
def mark_those_who_use(whole: Venue | Practice) -> None:
    mark_behind([whole.pk])


@after_change(Organisation)
def mark_those_who_use_its_contacts(organisation: Organisation) -> None:
    mark_behind(organisation.contacts.values_list("pk", flat=True))


def mark_behind(things: Iterable[UUID], *, but: Visit | None = None) -> None:
    """The summaries of visits that use one of these may not be true any more."""
    others = VisitSummary.objects.filter(uses__overlap=list(things), is_behind=False)
    others.exclude(visit=but).update(is_behind=True)


def write_those_behind() -> int:
    """Count anew what is behind, and what was never counted; returns how many."""
    behind = VisitSummary.objects.behind().values_list("visit_id", flat=True)
    never = Visit.objects.filter(summary__isnull=True).values_list("pk", flat=True)
    keys = [*behind, *never]
    for first in range(0, len(keys), AT_ONCE):
        _write_together(keys[first : first + AT_ONCE])
    return len(keys)


@transaction.atomic
def _write_together(keys: list[UUID]) -> None:
    # Under their locks: a change that comes meanwhile waits, and counts after us.
    visits = Visit.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    for summary in counted_now(Programme.of_all(visits)):
        _save(summary)


def summaries_of(visits: list[Visit]) -> dict[UUID, VisitSummary]:
    """As they are kept, by the id of the visit; one that was never counted is counted now."""
    kept = {row.visit_id: row for row in VisitSummary.objects.filter(visit__in=visits)}
    missing = [visit for visit in visits if visit.pk not in kept]
    return kept | {row.visit_id: row for row in counted_now(Programme.of_all(missing))} if missing else kept


def untrue() -> list[str]:
    """The references of visits whose kept summary is not what counting anew gives, though it is not behind."""
    kept = {row.visit_id: row for row in VisitSummary.objects.filter(is_behind=False, counted_on=timezone.localdate())}
    return [
        now.visit.reference
        for now in counted_now(Programme.of_all(Visit.objects.filter(pk__in=kept)))
        if any(getattr(now, name) != getattr(kept[now.visit_id], name) for name in COUNTED)
    ]
