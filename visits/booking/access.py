"""Fetches a visit for somebody: one place decides whether it is there for them."""

from collections.abc import Callable

from django.http import Http404, HttpRequest

from accounts.models import User
from core.access import require
from visits.booking.models import Visit, VisitIsOver
from visits.booking.permissions import can_plan


def visit_for(user: User, reference: str) -> Visit:
    """The visit, if this person plans it or is a member of it. Raises Http404 for one that is not theirs."""
    visit = Visit.objects.visible_to(user).for_list().filter(reference=reference).first()
    if visit is None:
        raise Http404
    return visit


def visit_to_change(request: HttpRequest, reference: str, *, may: Callable[[User, Visit], bool] | None = None) -> Visit:
    """The visit for a page that changes something of it; the action looks at its state again, under the lock.

    ``may`` says whose role it is; coordinators' alone unless given. Raises Http404 for a visit that is
    not theirs, PermissionDenied for another role, and VisitIsOver for one that has moved on already.
    """
    visit = visit_for(request.user, reference)
    require(may(request.user, visit) if may else can_plan(request.user))
    if not visit.is_open:
        raise VisitIsOver(visit)
    return visit
