"""Every way to change a programme by hand: take an offer, add, change, move, remove, shift."""

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require
from core.forms import tell_kept
from core.unsent import received
from practices.models import Offer
from visits.booking.access import visit_for, visit_to_change
from visits.booking.models import Visit
from visits.programme import actions, permissions
from visits.programme.add_missing import add_buttons, came_back, is_to_be_saved, leave, sent
from visits.programme.forms import MoveSessionForm, OfferForm, SessionForm, ShiftForm, TakeOfferForm
from visits.programme.models import Session
from visits.programme.offers import offers_by_practice

FORM_METHODS = ["GET", "HEAD", "POST"]
FIRST_MORNING = datetime.time(9, 0)


@require_safe
def offers(request: HttpRequest, reference: str) -> HttpResponse:
    """What the catalogue offers, practice by practice, to be taken into this programme."""
    visit = visit_for(request.user, reference)
    require(permissions.can_see_programme(request.user, visit))
    context = {"visit": visit, "practices": offers_by_practice(visit)}
    return render(request, "visits/programme/offers.html", context)


@require_http_methods(FORM_METHODS)
def take(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = _visit_to_draft(request, reference)
    offer = get_object_or_404(Offer.objects.select_related("practice", "venue").prefetch_related("hosts"), pk=pk)
    form = TakeOfferForm(received(request), visit=visit, initial=_next_free_time(visit))
    if request.method == "POST" and form.save_by(actions.take_offer, visit=visit, offer=offer, by=request.user):
        messages.success(request, _("%(session)s is in the programme.") % {"session": form.saved.title})
        return _to_the_day(visit, form.saved)
    return render(request, "visits/programme/take.html", {"visit": visit, "offer": offer, "form": form})


@require_http_methods(FORM_METHODS)
def add(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    visit = _visit_to_draft(request, reference)
    if kind not in Session.Kind.values:
        raise Http404
    if leaving := leave(request):
        return leaving
    form = SessionForm(sent(request), visit=visit, kind=kind, initial=_first_values(request, visit, kind))
    came_back(request, form)
    if is_to_be_saved(request) and form.save_by(actions.add_session, visit=visit, kind=kind, by=request.user):
        messages.success(request, _("%(session)s is in the programme.") % {"session": form.saved.title})
        return _to_the_day(visit, form.saved)
    context = {"visit": visit, "form": form, "kind": Session.Kind(kind), "add_buttons": add_buttons(request.user, form)}
    return render(request, "visits/programme/add.html", context)


@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = _visit_to_draft(request, reference)
    session = get_object_or_404(visit.sessions, pk=pk)
    if leaving := leave(request):
        return leaving
    form = SessionForm(sent(request), instance=session, visit=visit, kind=session.kind)
    came_back(request, form)
    if is_to_be_saved(request) and form.save_by(actions.edit_session, session=session, by=request.user):
        tell_kept(request, form)
        messages.success(request, _("%(session)s saved.") % {"session": form.saved.title})
        return _to_the_day(visit, form.saved)
    context = {"visit": visit, "session": session, "form": form, "add_buttons": add_buttons(request.user, form)}
    return render(request, "visits/programme/edit.html", context, status=form.status_code)


@require_http_methods(FORM_METHODS)
def move(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = _visit_to_draft(request, reference)
    session = get_object_or_404(visit.sessions, pk=pk)
    form = MoveSessionForm(received(request), instance=session)
    if not form.is_bound:
        form.refill(_asked_for(request))
    if request.method == "POST" and form.save_by(actions.move_session, session=session, by=request.user):
        tell_kept(request, form)
        messages.success(request, _("%(session)s moved.") % {"session": form.saved.title})
        return _to_the_day(visit, form.saved)
    context = {"visit": visit, "session": session, "form": form}
    return render(request, "visits/programme/move.html", context, status=form.status_code)


@require_http_methods(FORM_METHODS)
def remove(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = _visit_to_draft(request, reference)
    session = get_object_or_404(visit.sessions, pk=pk)
    if request.method == "POST":
        actions.remove_session(session=session, by=request.user)
        messages.success(request, _("%(session)s is out of the programme.") % {"session": session.title})
        return redirect("visits:programme", visit.reference)
    return render(request, "visits/programme/remove.html", {"visit": visit, "session": session})


@require_http_methods(FORM_METHODS)
def shift(request: HttpRequest, reference: str) -> HttpResponse:
    """Move the whole programme, for example after the days of the visit have changed."""
    visit = _visit_to_draft(request, reference)
    form = ShiftForm(received(request), initial={"days": _days_off(visit)})
    if request.method == "POST" and form.save_by(actions.shift_sessions, visit=visit, by=request.user):
        told = ngettext("%(count)s session moved.", "%(count)s sessions moved.", form.saved)
        messages.success(request, told % {"count": form.saved})
        return redirect("visits:programme", visit.reference)
    return render(request, "visits/programme/shift.html", {"visit": visit, "form": form})


def _visit_to_draft(request: HttpRequest, reference: str) -> Visit:
    return visit_to_change(request, reference, may=permissions.can_see_programme)


def _to_the_day(visit: Visit, session: Session) -> HttpResponse:
    return redirect(f"{reverse('visits:programme', args=[visit.reference])}#session-{session.pk}")


def _next_free_time(visit: Visit) -> dict:
    """Right after the last session of all where that is on a day of the visit, else the first morning."""
    last = visit.sessions.order_by("-ends_at").first()
    if last and last.day in visit.days:
        return {"day": last.day, "starts": last.ends}
    return {"day": visit.starts_on, "starts": FIRST_MORNING}


def _first_values(request: HttpRequest, visit: Visit, kind: str) -> dict:
    """A sensible start for a new session, and what the address asks for."""
    asked, free = _asked_for(request), _next_free_time(visit)
    day, starts = asked.get("day"), asked.get("starts")
    led_by = Session.LedBy.GUESTS if kind == Session.Kind.GUESTS_TURN else Session.LedBy.HOSTS
    if kind in {Session.Kind.MEAL, Session.Kind.ARRIVAL, Session.Kind.REFLECTION}:
        led_by = Session.LedBy.STAFF
    starts = starts or (free["starts"] if not day or day == free["day"] else FIRST_MORNING)
    return {"day": day or free["day"], "starts": starts, "led_by": led_by}


def _asked_for(request: HttpRequest) -> dict:
    """The day and the time for which the address asks, as far as they are any."""
    form = OfferForm(request.GET)
    form.is_valid()
    return form.cleaned_data


def _days_off(visit: Visit) -> int:
    """By how many days the programme begins before or after the visit does."""
    first = visit.sessions.order_by("starts_at").first()
    return (visit.starts_on - first.day).days if first and visit.starts_on else 0
