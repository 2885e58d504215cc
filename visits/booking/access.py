"""Fetches a visit for somebody: one place decides whether it is there for them."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.access import Refusal, require
from visits.booking.models import Visit
from visits.booking.permissions import can_plan


def visit_for(user: User, reference: str, *, lock: bool = False) -> Visit:
    """The visit, if this person plans it or is a member of it.

    ``lock`` holds its row until the end of the transaction: every change of a visit and of anything
    that belongs to it happens under this lock. Raises Http404 for a visit that is not theirs.
    """
    visit = Visit.objects.visible_to(user).for_list().filter(reference=reference).first()
    if visit is None:
        raise Http404
    if lock:
        # A second query, since PostgreSQL locks no rows of a query that is told to be distinct.
        visit = Visit.objects.select_for_update(of=("self",)).for_list().get(pk=visit.pk)
    return visit


class VisitIsOver(Refusal):
    """The visit has moved on: nothing of it is changed any more."""

    def __init__(self, visit: Visit):
        message = _("This visit is %(state)s, so nothing of it can be changed any more.")
        super().__init__(message % {"state": visit.get_status_display()})


def visit_to_change(request: HttpRequest, reference: str, *, may: Callable[[User, Visit], bool] | None = None) -> Visit:
    """The visit for a page that changes something of it, locked when something was sent.

    ``may`` says whose role it is; coordinators' alone unless given. Raises Http404 for a visit that is
    not theirs, PermissionDenied for another role, and VisitIsOver for one that has moved on already,
    which ``changes_a_visit`` answers.
    """
    visit = visit_for(request.user, reference, lock=request.method == "POST")
    require(may(request.user, visit) if may else can_plan(request.user))
    if not visit.is_open:
        raise VisitIsOver(visit)
    return visit


def changes_a_visit(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates a view: all that it does happens or nothing, and a visit that is over is told in a sentence."""

    @wraps(view)
    def answer(request: HttpRequest, reference: str, *args, **kwargs) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, reference, *args, **kwargs)
        except VisitIsOver as over:
            messages.error(request, str(over.sentence))
            return redirect("visits:visit", reference)

    return answer
