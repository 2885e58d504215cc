"""The page actions that move a visit from one status to the next, and the message about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.access import require
from partners.return_to import safe_next
from visits.booking.access import visit_for
from visits.booking.forms import MoveForm
from visits.booking.models import Visit
from visits.booking.permissions import can_plan
from visits.delegation import actions


@require_POST
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Move a visit to its next status. Calling it off is asked first: all who are invited get a mail."""
    visit = visit_for(request.user, reference)
    require(can_plan(request.user))
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what the visit is to become, with at most 500 characters of reason."))
        return redirect(visit)
    to = form.cleaned_data["to"]
    if to in Visit.OFF and visit.can_become(to) and not form.cleaned_data["is_sure"]:
        return render(request, "visits/delegation/call_off.html", _before_calling_off(visit, form))
    visit, mails = actions.move_visit_and_mail(visit=visit, to=to, by=request.user, why=form.cleaned_data["why"])
    messages.success(request, _message(visit, mails))
    return redirect(safe_next(request) or visit)


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


def _message(visit: Visit, message: int) -> str:
    marked = _("Marked as %(status)s.") % {"status": visit.get_status_display()}
    if not message:
        return marked
    mails = ngettext("%(count)s person gets a mail about it.", "%(count)s people get a mail about it.", message)
    return f"{marked} {mails % {'count': message}}"
