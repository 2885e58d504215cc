"""What the start page and lists say of a visit is kept with it, written from one look at its programme.

A change to a visit writes its summary in the same transaction. Within a minute the worker counts anew, for every open
visit, what uses anything that this one uses, or that was changed among partners and in the catalogue.
"""

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.changing import after_change
from core.names_by_reference import names_of
from core.published import as_stored
from partners.models import City, Organisation, Venue
from practices.models import Practice
from visits.booking.models import Visit
from visits.problems.find import find_all, open_ones
from visits.problems.problem import Problem, Severity
from visits.programme.day_drawing import day_thumbnails
from visits.programme.programme import Programme
from visits.release.difference import changes
from visits.release.document import write_all
from visits.release.models import Recount, Release, VisitSummary

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
    found: set[UUID | None] = {programme.visit.city_id}
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
    """Count this visit anew, and later all that use what it uses, or used before."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered[visit.pk] = visit
        return None
    before = VisitSummary.objects.filter(visit=visit).values_list("uses", flat=True).first() or []
    [counted] = counted_now(Programme.of_all([visit]))
    now = _save(counted)
    ask_for_recount({*before, *now.uses})
    return now


def _save(summary: VisitSummary) -> VisitSummary:
    return VisitSummary.objects.update_or_create(
        visit=summary.visit, defaults={name: getattr(summary, name) for name in COUNTED}
    )[0]


COUNTED = [field.name for field in VisitSummary._meta.concrete_fields if not field.primary_key]


@after_change(City, Venue, Practice)
def recount_those_who_use(whole: City | Venue | Practice) -> None:
    ask_for_recount({whole.pk})


@after_change(Organisation)
def recount_those_who_use_its_contacts(organisation: Organisation) -> None:
    ask_for_recount(set(organisation.contacts.values_list("pk", flat=True)))


def ask_for_recount(things: Collection[UUID]) -> None:
    if things:
        Recount.objects.create(things=list(things))


def write_those_behind() -> int:
    """Count anew what may not be true any more, and what was never counted; returns how many."""
    asked = list(Recount.objects.all())
    kept = VisitSummary.objects.of_open_visits()
    behind = kept.that_use(_things(asked)) | kept.exclude(pk__in=kept.of_today())
    never = Visit.objects.filter(summary__isnull=True)
    keys = [*behind.values_list("visit_id", flat=True), *never.values_list("pk", flat=True)]
    write_together(keys)
    Recount.objects.filter(pk__in=[row.pk for row in asked]).delete()
    return len(keys)


def _things(asked: Iterable[Recount]) -> set[UUID]:
    return {thing for row in asked for thing in row.things}


def write_together(keys: Sequence[UUID]) -> None:
    """Count these visits anew, some at a time."""
    for first in range(0, len(keys), AT_ONCE):
        with transaction.atomic():
            # Under their locks: a change that comes meanwhile waits, and counts after us.
            visits = Visit.objects.select_for_update(of=("self",)).filter(pk__in=keys[first : first + AT_ONCE])
            for summary in counted_now(Programme.of_all(visits.order_by("pk"))):
                _save(summary)


def summaries_of(visits: list[Visit]) -> dict[UUID, VisitSummary]:
    """As they are kept, by the id of the visit; one that was never counted is counted now."""
    kept = {row.visit_id: row for row in VisitSummary.objects.filter(visit__in=visits)}
    missing = [visit for visit in visits if visit.pk not in kept]
    return kept | {row.visit_id: row for row in counted_now(Programme.of_all(missing))} if missing else kept


def untrue() -> list[str]:
    """The references of open visits whose summary is not what counting anew gives, though no recount is due."""
    kept = (
        VisitSummary.objects.of_open_visits()
        .of_today()
        .exclude(pk__in=VisitSummary.objects.that_use(_things(Recount.objects.all())))
    )
    by_visit = {row.visit_id: row for row in kept}
    return [
        now.visit.reference
        for now in counted_now(Programme.of_all(Visit.objects.filter(pk__in=by_visit)))
        if any(getattr(now, name) != getattr(by_visit[now.visit_id], name) for name in COUNTED)
    ]
