"""Staff accounts, for administrators: who has one, with which roles, and their invitations."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts import actions
from accounts.forms import InviteForm
from accounts.models import Invitation, Role, User
from accounts.permissions import can_manage_people
from accounts.staff_list import role_names, rows
from core.access import require
from core.answers import leading_to
from core.languages import in_order
from core.unsent import received


def for_administrators(view: Callable) -> Callable:
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs) -> HttpResponse:
        require(can_manage_people(request.user))
        return view(request, **kwargs)

    return guarded


@for_administrators
@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    people = in_order(User.objects.council_accounts().for_list(), by=lambda user: user.name)
    return render(request, "people/list.html", {"rows": rows(people)})


@for_administrators
def invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(received(request))
    if request.method == "POST" and form.save_by(actions.invite_colleague, by=request.user):
        messages.success(request, gettext("%(name)s invited.") % {"name": form.saved.user.name})
        return redirect("people:person", pk=form.saved.user.pk)
    return render(request, "people/invite.html", {"form": form})


@for_administrators
@require_safe
def person(request: HttpRequest, pk) -> HttpResponse:
    user = person_at(pk)
    context = {"person": user, "row": rows([user])[0], "roles": role_names(user), "is_oneself": user == request.user}
    return render(request, "people/person.html", context)


def person_at(pk) -> User:
    """A council account; guests are looked after on the pages of their visit."""
    return get_object_or_404(User.objects.council_accounts().for_list(), pk=pk)


def do_and_go_back(request: HttpRequest, person: User, action: Callable, done: str, **details) -> HttpResponse:
    """Call the action, say that it is done, and go back to the person's page."""
    with leading_to(reverse("people:person", args=[person.pk])):
        action(by=request.user, **details)
    messages.success(request, done)
    return redirect("people:person", pk=person.pk)


@for_administrators
@require_POST
def role_give(request: HttpRequest, pk, role: str) -> HttpResponse:
    user = person_at(pk)
    return do_and_go_back(request, user, actions.give_role, gettext("Role given."), user=user, role=known(role))


@for_administrators
@require_POST
def role_take(request: HttpRequest, pk, role: str) -> HttpResponse:
    user = person_at(pk)
    return do_and_go_back(request, user, actions.take_role, gettext("Role taken away."), user=user, role=known(role))


def known(role: str) -> str:
    if role not in Role.values:
        raise Http404
    return role


@for_administrators
def close(request: HttpRequest, pk) -> HttpResponse:
    user = person_at(pk)
    if request.method != "POST":
        return render(request, "people/close.html", {"person": user})
    return do_and_go_back(request, user, actions.deactivate, gettext("Account closed."), user=user)


@for_administrators
@require_POST
def reopen(request: HttpRequest, pk) -> HttpResponse:
    user = person_at(pk)
    return do_and_go_back(request, user, actions.reactivate, gettext("Account opened again."), user=user)


@for_administrators
def second_factor_remove(request: HttpRequest, pk) -> HttpResponse:
    user = person_at(pk)
    if request.method != "POST":
        return render(request, "people/second_factor_remove.html", {"person": user})
    return do_and_go_back(request, user, actions.take_second_factors, gettext("Second factor removed."), user=user)


@for_administrators
@require_POST
def invitation_send(request: HttpRequest, pk) -> HttpResponse:
    user = person_at(pk)
    done = gettext("Invitation sent again.")
    return do_and_go_back(request, user, actions.send_invitation, done, invitation=invitation_of(user))


@for_administrators
def invitation_withdraw(request: HttpRequest, pk) -> HttpResponse:
    user = person_at(pk)
    invitation = invitation_of(user)
    if request.method != "POST":
        return render(request, "people/invitation_withdraw.html", {"person": user})
    done = gettext("Invitation withdrawn.")
    return do_and_go_back(request, user, actions.withdraw_invitation, done, invitation=invitation)


def invitation_of(user: User) -> Invitation:
    """The latest invitation to staff."""
    invitation = user.invitations.to_staff().first()
    if invitation is None:
        raise Http404
    return invitation
