"""Everything that can happen to a visit itself."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.access import Refusal
from core.audit import AuditEntry
from core.changing import changing
from partners.models import City
from visits.booking.models import Aim, Move, Visit
from visits.booking.rules import trouble_with_days

PAGE = AuditEntry.Via.PAGE


def record_visit(*, city: City, by: User | None, via: str = PAGE, **values: Any) -> Visit:
    """A new visit, in scoping, led by whoever records it. Raises Refusal for days that no visit can have."""
    with changing(Visit(city=city, lead_coordinator=by), by=by, via=via) as change:
        visit = change.whole
        visit.reference = next_reference(city)
        change.add("visit.recorded", visit, values, rule=trouble_with_days, name="title")
        Move.objects.create(visit=visit, to_status=visit.status, by_user=by.pk if by else None)
        return visit


def next_reference(city: City) -> str:
    """ "brno-1", "brno-2": the next free one. The lock on the city keeps two recordings apart."""
    City.objects.select_for_update().get(pk=city.pk)
    taken = Visit.objects.filter(reference__startswith=f"{city.slug}-").values_list("reference", flat=True)
    numbers = [int(match[1]) for each in taken if (match := re.fullmatch(rf"{re.escape(city.slug)}-(\d+)", each))]
    return f"{city.slug}-{max(numbers, default=0) + 1}"


def edit_visit(*, visit: Visit, by: User, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Visit:
    """Correct what is known of the visit. Raises Refusal for days that no visit can have."""
    with changing(visit, by=by, via=via, states=Visit.OPEN) as change:
        return change.edit("visit.edited", change.whole, values, base=base, rule=trouble_with_days, name="title")


def move_visit(*, visit: Visit, to: str, by: User | None, why: str = "", via: str = PAGE) -> Visit:
    """Move a visit along its life; raises Refusal for a move that its state does not have."""
    with changing(visit, by=by, via=via) as change:
        visit, came_from = change.whole, change.whole.status
        if not visit.can_become(to):
            raise Refusal(
                _(
                    "This visit is %(now)s now, so it cannot become %(wanted)s. "
                    "Load the page again to see where it stands."
                )
                % {"now": visit.get_status_display(), "wanted": Visit.Status(to).label}
            )
        Move.objects.create(visit=visit, from_status=came_from, to_status=to, by_user=by.pk if by else None, why=why)
        visit.status = to
        visit.save(update_fields=["status", "changed_at"])
        change.record("visit.moved", visit, name="title", from_status=came_from, to_status=to)
        return visit


def add_aim(*, visit: Visit, by: User | None, via: str = PAGE, **values: Any) -> Aim:
    """What the guests want to learn, at the end of the list; ``words_language`` is the language of their ``words``."""
    with changing(visit, by=by, via=via, states=Visit.OPEN) as change:
        return change.add("aim.added", Aim(visit=change.whole, **{"position": change.whole.aims.count(), **values}))


def edit_aim(*, aim: Aim, by: User, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Aim:
    """Correct an aim, or say it better in short."""
    with changing(aim.visit, by=by, via=via, states=Visit.OPEN) as change:
        return change.edit("aim.edited", change.fresh(aim), values, base=base)


def remove_aim(*, aim: Aim, by: User, via: str = PAGE) -> None:
    """Take an aim out; sessions that served it stay."""
    with changing(aim.visit, by=by, via=via, states=Visit.OPEN) as change:
        change.remove("aim.removed", change.fresh(aim))
