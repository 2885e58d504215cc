"""Pages of the roster: who comes, what they need, what they promised, and their invitations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.forms import tell_kept
from core.languages import in_order
from core.unsent import received
from partners.return_to import safe_next
from visits.booking.access import visit_for, visit_to_change
from visits.booking.models import Visit
from visits.delegation import actions, permissions
from visits.delegation.forms import AddressForm, GroupForm, NeedForm, PersonForm, UndertakingForm
from visits.delegation.needs import need_of, needs_of
from visits.delegation.roster import roster

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def people(request: HttpRequest, reference: str) -> HttpResponse:
    visit = visit_for(request.user, reference)
    require(permissions.can_see_planning(request.user, visit))
    context = {
        "visit": visit,
        "roster": roster(visit),
        "groups": in_order(visit.groups.all()),
        "can_edit": permissions.can_edit_people(request.user, visit),
        "can_see_needs": permissions.can_see_needs(request.user),
    }
    return render(request, "visits/delegation/people.html", context)


@require_safe
def needs(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody's access and meal needs on one page; each look is written down."""
    visit = visit_for(request.user, reference)
    known = needs_of(visit, reader=request.user)
    rows = [(person, known.get(person.pk)) for person in visit.people.here()]
    return render(request, "visits/delegation/needs.html", {"visit": visit, "rows": rows})


@require_http_methods(FORM_METHODS)
def person_add(request: HttpRequest, reference: str) -> HttpResponse:
    visit = visit_to_change(request, reference)
    form = PersonForm(received(request), visit=visit, initial={"language": _likely_language(visit)})
    if request.method == "POST" and form.save_by(actions.add_person, visit=visit, by=request.user):
        messages.success(request, _("%(name)s added.") % {"name": form.saved.name})
        return redirect("visits:person-add" if "another" in request.POST else "visits:people", visit.reference)
    return render(request, "visits/delegation/person_add.html", {"visit": visit, "form": form})


@require_http_methods(FORM_METHODS)
def person_edit(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    person = get_object_or_404(visit.people.here().for_list(), pk=pk)
    form = PersonForm(received(request), instance=person, visit=visit)
    if request.method == "POST" and form.save_by(actions.edit_person, person=person, by=request.user):
        tell_kept(request, form)
        messages.success(request, _("%(name)s saved.") % {"name": form.saved.name})
        return redirect("visits:people", visit.reference)
    context = {"visit": visit, "person": person, "form": form}
    return render(request, "visits/delegation/person_edit.html", context, status=form.status_code)


@require_http_methods(FORM_METHODS)
def person_remove(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    person = get_object_or_404(visit.people.here().select_related("invitation"), pk=pk)
    if request.method == "POST":
        actions.let_person_leave(person=person, by=request.user)
        messages.success(request, _("%(name)s is off the list. You can bring them back below.") % {"name": person.name})
        return redirect("visits:people", visit.reference)
    return render(request, "visits/delegation/person_remove.html", {"visit": visit, "person": person})


@require_POST
def person_restore(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    person = get_object_or_404(visit.people.filter(left_at__isnull=False), pk=pk)
    actions.bring_person_back(person=person, by=request.user)
    messages.success(request, _("%(name)s is back on the list.") % {"name": person.name})
    return redirect("visits:people", visit.reference)


@require_http_methods(FORM_METHODS)
def person_needs(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    person = get_object_or_404(visit.people.here(), pk=pk)
    need = need_of(person, reader=request.user)
    form = NeedForm(received(request), instance=need)
    if request.method == "POST" and form.save_by(actions.write_needs, person=person, by=request.user):
        tell_kept(request, form)
        messages.success(request, _("What %(name)s needs is saved.") % {"name": person.name})
        return redirect("visits:people", visit.reference)
    context = {"visit": visit, "person": person, "form": form}
    return render(request, "visits/delegation/person_needs.html", context, status=form.status_code)


@require_http_methods(FORM_METHODS)
def undertaking(request: HttpRequest, reference: str, pk) -> HttpResponse:
    """Record that a person's confidentiality promise has arrived; take back what was a mistake."""
    visit = visit_to_change(request, reference)
    person = get_object_or_404(visit.people.here(), pk=pk)
    back = safe_next(request) or reverse("visits:people", args=[visit.reference])
    form = UndertakingForm(received(request), initial={"language": person.language})
    if request.method == "POST" and form.save_by(actions.record_undertaking, person=person, by=request.user):
        messages.success(request, _("Undertaking of %(name)s recorded.") % {"name": person.name})
        return redirect(back)
    context = {
        "visit": visit,
        "person": person,
        "form": form,
        "undertakings": person.undertakings.all(),
        "back": back,
    }
    return render(request, "visits/delegation/undertaking.html", context)


@require_POST
def undertaking_remove(request: HttpRequest, reference: str, pk, number: int) -> HttpResponse:
    visit = visit_to_change(request, reference)
    person = get_object_or_404(visit.people.here(), pk=pk)
    actions.remove_undertaking(undertaking=get_object_or_404(person.undertakings, pk=number), by=request.user)
    messages.success(request, _("Record of the undertaking removed."))
    return redirect("visits:undertaking", visit.reference, person.pk)


@require_http_methods(FORM_METHODS)
def group_add(request: HttpRequest, reference: str) -> HttpResponse:
    visit = visit_to_change(request, reference)
    form = GroupForm(received(request))
    if request.method == "POST" and form.save_by(actions.add_group, visit=visit, by=request.user):
        messages.success(request, _("Group added. Put people into it on their own pages."))
        return redirect("visits:people", visit.reference)
    return render(request, "visits/delegation/group.html", {"visit": visit, "form": form})


@require_http_methods(FORM_METHODS)
def group_edit(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    group = get_object_or_404(visit.groups, pk=pk)
    form = GroupForm(received(request), instance=group)
    if request.method == "POST" and form.save_by(actions.edit_group, group=group, by=request.user):
        tell_kept(request, form)
        messages.success(request, _("Group saved."))
        return redirect("visits:people", visit.reference)
    context = {"visit": visit, "form": form, "group": group}
    return render(request, "visits/delegation/group.html", context, status=form.status_code)


@require_POST
def group_remove(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    group = get_object_or_404(visit.groups, pk=pk)
    actions.remove_group(group=group, by=request.user)
    messages.success(request, _("Group removed."))
    return redirect("visits:people", visit.reference)


@require_POST
def invite_all(request: HttpRequest, reference: str) -> HttpResponse:
    visit = visit_to_change(request, reference)
    invited, refused = actions.invite_everybody(visit=visit, by=request.user)
    for refusal in refused:
        messages.error(request, str(refusal.sentence))
    message = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", len(invited))
    messages.success(request, message % {"count": len(invited)})
    return redirect("visits:people", visit.reference)


@require_POST
def invite(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    person = get_object_or_404(visit.people.here().for_list(), pk=pk)
    actions.invite_again(person=person, by=request.user)
    messages.success(request, _("The invitation to %(name)s is on its way.") % {"name": person.name})
    return redirect("visits:people", visit.reference)


@require_POST
def invitation_withdraw(request: HttpRequest, reference: str, pk) -> HttpResponse:
    visit = visit_to_change(request, reference)
    person = get_object_or_404(visit.people.here().for_list(), pk=pk)
    actions.withdraw_invitation(person=person, by=request.user)
    messages.success(request, _("Invitation of %(name)s withdrawn.") % {"name": person.name})
    return redirect("visits:people", visit.reference)


@require_http_methods(FORM_METHODS)
def address(request: HttpRequest, reference: str, pk) -> HttpResponse:
    """A wrong address corrected: the old invitation stops, a new one goes out."""
    visit = visit_to_change(request, reference)
    person = get_object_or_404(visit.people.here().for_list(), pk=pk)
    form = AddressForm(received(request), person=person, initial={"email": person.email})
    if request.method == "POST" and form.save_by(actions.correct_address, person=person, by=request.user):
        told = _("Address of %(name)s corrected.")
        if form.saved.invitation:
            told = _("Address of %(name)s corrected. A new invitation is on its way.")
        messages.success(request, told % {"name": person.name})
        return redirect("visits:people", visit.reference)
    return render(request, "visits/delegation/address.html", {"visit": visit, "person": person, "form": form})


def _likely_language(visit: Visit) -> str:
    offered = {code for code, _name in PersonForm.base_fields["language"].choices}
    return visit.city.interpreter_language if visit.city.interpreter_language in offered else "en"
