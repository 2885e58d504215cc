"""Where a visit stands: a move along its life, and what its guests are told of it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import User
from core.access import Refusal, require
from partners.on_the_way import safe_next
from visits.booking import actions
from visits.booking.access import visit_for
from visits.booking.forms import MoveForm
from visits.booking.models import Visit
from visits.booking.permissions import can_plan
from visits.delegation.emails import send_move

OFF = {Visit.Status.POSTPONED, Visit.Status.CANCELLED}  # nobody is to come on these days any more


@require_POST
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """One step on. Calling a visit off is asked about first, since everybody who is invited gets a mail."""
    visit = visit_for(request.user, reference)
    require(can_plan(request.user))
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what the visit is to become, with at most 500 characters of reason."))
        return redirect(visit)
    to = form.cleaned_data["to"]
    if to in OFF and visit.can_become(to) and not form.cleaned_data["is_sure"]:
        return render(request, "visits/release/call_off.html", _before_calling_off(visit, form))
    try:
        visit, told = move_and_tell(visit=visit, to=to, by=request.user, why=form.cleaned_data["why"])
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _said_of(visit, told))
    return redirect(safe_next(request) or visit)


@transaction.atomic
def move_and_tell(*, visit: Visit, to: str, by: User, why: str = "") -> tuple[Visit, int]:
    """Move it; guests hear by mail when it is called off, and when it is on again. How many were told."""
    was_off = visit.status in OFF
    moved = actions.move_visit(visit=visit, to=to, by=by, why=why)
    told = send_move(visit=moved) if to in OFF or was_off else 0
    return moved, told


def next_states(visit: Visit) -> list[tuple[str, str]]:
    """The moves that a page offers, in the order of a visit's life."""
    return [(value, label) for value, label in Visit.Status.choices if visit.can_become(value)]


def _before_calling_off(visit: Visit, form: MoveForm) -> dict:
    to = Visit.Status(form.cleaned_data["to"])
    return {
        "visit": visit,
        "to": to,
        "is_cancelled": to == Visit.Status.CANCELLED,
        "why": form.cleaned_data["why"],
        "invited": visit.people.invited().count(),
    }


def _said_of(visit: Visit, told: int) -> str:
    marked = _("Marked as %(status)s.") % {"status": visit.get_status_display()}
    if not told:
        return marked
    mails = ngettext("%(count)s person gets a mail about it.", "%(count)s people get a mail about it.", told)
    return f"{marked} {mails % {'count': told}}"
