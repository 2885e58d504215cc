"""Everything that can happen to a visit itself. A move locks the visit; for the rest the caller does."""

import datetime
import re
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.access import Refusal
from core.audit import changes_between, values_of
from core.translated import Text
from partners.models import City
from visits.booking.models import Aim, Move, Visit

MOST_DAYS = 14  # of one visit; the longest comparable one lasted five days


@transaction.atomic
def record_visit(
    *,
    city: City,
    title: Text,
    by: User | None,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    purpose: str = "",
    staff_note: str = "",
    via: str = audit.AuditEntry.Via.PAGE,
    **given: Any,
) -> Visit:
    """A new visit, in scoping, led by whoever records it. ``given`` sets further columns (imports)."""
    visit = Visit.objects.create(
        reference=next_reference(city),
        city=city,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        purpose=purpose,
        staff_note=staff_note,
        changed_by=by.pk if by else None,
        **{"lead_coordinator": by, **given},
    )
    Move.objects.create(visit=visit, to_status=visit.status, by_user=by.pk if by else None)
    audit.record("visit.recorded", visit, by=by, via=via, name=title)
    return visit


def next_reference(city: City) -> str:
    """ "brno-1", "brno-2": the next free one. The lock on the city keeps two recordings apart."""
    City.objects.select_for_update().get(pk=city.pk)
    taken = Visit.objects.filter(reference__startswith=f"{city.slug}-").values_list("reference", flat=True)
    numbers = [int(match[1]) for each in taken if (match := re.fullmatch(rf"{re.escape(city.slug)}-(\d+)", each))]
    return f"{city.slug}-{max(numbers, default=0) + 1}"


@transaction.atomic
def edit_visit(*, visit: Visit, before: dict, by: User) -> Visit:
    """Change the record of a visit: city, title, days, purpose, note; ``before`` is its ``snapshot``."""
    visit.changed_by = by.pk
    visit.save()
    changes = changes_between(before, snapshot(visit))
    if changes:
        audit.record("visit.edited", visit, by=by, name=visit.title, fields=[each["field"] for each in changes])
    return visit


def snapshot(row) -> dict:
    return values_of(row, leave_out=("changed_at", "changed_by"))


@transaction.atomic
def move_visit(*, visit: Visit, to: str, by: User | None, why: str = "", via: str = audit.AuditEntry.Via.PAGE) -> Visit:
    """Move a visit along its life; raises Refusal for a move that its state does not have."""
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if not visit.can_become(to):
        raise Refusal(
            _("This visit is %(now)s now, so it cannot become %(wanted)s. Load the page again to see where it stands.")
            % {"now": visit.get_status_display(), "wanted": Visit.Status(to).label}
        )
    Move.objects.create(visit=visit, from_status=visit.status, to_status=to, by_user=by.pk if by else None, why=why)
    audit.record("visit.moved", visit, by=by, via=via, name=visit.title, from_status=visit.status, to_status=to)
    visit.status = to
    visit.save(update_fields=["status", "changed_at"])
    return visit


@transaction.atomic
def add_aim(
    *,
    visit: Visit,
    words: str,
    words_language: str,
    short: Text,
    by: User | None,
    via: str = audit.AuditEntry.Via.PAGE,
    **given: Any,
) -> Aim:
    """What the guests want to learn, at the end of the list. ``words_language`` is the language of their words."""
    place = visit.aims.count()
    aim = Aim.objects.create(
        visit=visit,
        words=words,
        words_language=words_language,
        short=short,
        changed_by=by.pk if by else None,
        **{"position": place, **given},
    )
    audit.record("aim.added", aim, by=by, via=via, whole=visit)
    return aim


@transaction.atomic
def edit_aim(*, aim: Aim, by: User) -> Aim:
    """Change what the guests want to learn; sessions that serve it follow."""
    aim.changed_by = by.pk
    aim.save()
    audit.record("aim.edited", aim, by=by, whole=aim.visit)
    return aim


@transaction.atomic
def remove_aim(*, aim: Aim, by: User) -> None:
    """Take an aim out; sessions that served it stay."""
    audit.record("aim.removed", aim, by=by, whole=aim.visit)
    aim.delete()
