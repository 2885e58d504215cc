"""Pages of the visit itself: the list, the record, its aims and its state."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import require
from core.forms import tell_kept
from core.unsent import received
from visits.booking import actions, permissions
from visits.booking.access import visit_to_change
from visits.booking.forms import AimForm, VisitForm
from visits.booking.models import Aim


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    require(permissions.can_plan(request.user))
    form = VisitForm(received(request), initial={"city": request.GET.get("city")})
    if request.method == "POST" and form.save_by(actions.record_visit, by=request.user):
        messages.success(request, _("Visit recorded. Now write down what the guests want to learn."))
        return redirect("visits:aim-add", form.saved.reference)
    return render(request, "visits/booking/add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    visit = visit_to_change(request, reference)
    form = VisitForm(received(request), instance=visit)
    if request.method == "POST" and form.save_by(actions.edit_visit, visit=visit, by=request.user):
        tell_kept(request, form)
        messages.success(request, _("Visit saved."))
        return redirect(visit)
    return render(request, "visits/booking/edit.html", {"form": form, "visit": visit}, status=form.status_code)


@require_http_methods(["GET", "HEAD", "POST"])
def aim_add(request: HttpRequest, reference: str) -> HttpResponse:
    visit = visit_to_change(request, reference)
    form = AimForm(received(request), initial={"words_language": visit.city.interpreter_language or "en"})
    if request.method == "POST" and form.save_by(actions.add_aim, visit=visit, by=request.user):
        messages.success(request, _("Aim added."))
        return redirect("visits:aim-add" if "another" in request.POST else "visits:visit", visit.reference)
    context = {"form": form, "visit": visit, "aims": visit.aims.all()}
    return render(request, "visits/booking/aim_add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def aim_edit(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    aim = get_object_or_404(visit.aims, pk=pk)
    form = AimForm(received(request), instance=aim)
    if request.method == "POST" and form.save_by(actions.edit_aim, aim=aim, by=request.user):
        tell_kept(request, form)
        messages.success(request, _("Aim saved."))
        return redirect(visit)
    context = {"form": form, "visit": visit, "aim": aim}
    return render(request, "visits/booking/aim_edit.html", context, status=form.status_code)


@require_http_methods(["GET", "HEAD", "POST"])
def aim_remove(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    aim = get_object_or_404(Aim.objects.prefetch_related("sessions"), visit=visit, pk=pk)
    if request.method == "POST":
        actions.remove_aim(aim=aim, by=request.user)
        messages.success(request, _("Aim removed."))
        return redirect(visit)
    return render(request, "visits/booking/aim_remove.html", {"visit": visit, "aim": aim})
