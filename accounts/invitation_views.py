"""The page to which an invitation leads: who invites, to what, and how to begin."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import actions, council, devices, guests
from accounts.forms import FirstPasswordForm
from accounts.invitations import key_in
from accounts.models import Invitation
from accounts.sign_in_views import send_code
from core.access import open_to_all
from core.answers import leading_to


@open_to_all
@never_cache
@sensitive_post_parameters()
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    invitation = Invitation.objects.select_related("user", "invited_by").filter(pk=key_in(token)).first()
    if invitation is None:
        raise Http404
    if request.user.is_authenticated and request.user != invitation.user:
        return render(request, "people/welcome_other.html", {"invitation": invitation})
    if not invitation.is_open or not invitation.user.is_active:
        return is_over(request, invitation)
    if request.method == "POST":  # looking alone may be the scanner of a mail server
        actions.mark_opened(invitation=invitation)
        devices.remember(request, invitation.user.email)
    return for_staff(request, invitation) if invitation.is_to_staff else for_guests(request, invitation)


def for_guests(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Signing in takes the invitation up; who is signed in already only says yes."""
    if request.method == "POST" and not request.user.is_authenticated:
        return send_code(request)
    if request.user.is_authenticated and request.method == "POST":
        actions.accept_open_invitations(user=request.user)
    if request.user.is_authenticated and (request.method == "POST" or not invitation.is_open):
        return redirect("portal:start")
    context = {"invitation": invitation, "description": guests.describe(invitation)}
    return render(request, "people/welcome_guest.html", context)


def for_staff(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Takes a password; the second factor is asked for on the next page."""
    form = FirstPasswordForm(data=request.POST or None, user=invitation.user)
    if request.method == "POST" and form.is_valid():
        return join_staff(request, invitation, form.cleaned_data["password1"])
    context = {"invitation": invitation, "form": form, "council_sign_in": council.sign_in_name()}
    return render(request, "people/welcome_staff.html", context)


def join_staff(request: HttpRequest, invitation: Invitation, password: str) -> HttpResponse:
    with leading_to(request.get_full_path()):
        user = actions.join_staff(invitation=invitation, password=password)
    return perform_password_login(request, {"email": user.email}, Login(user=user, email=user.email))


def is_over(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Taken up, withdrawn or expired: each says so, and what to do."""
    if invitation.is_in_force and not invitation.is_to_staff and invitation.user.is_active:
        return for_guests(request, invitation)
    context = {"invitation": invitation, "why": why_over(invitation)}
    return render(request, "people/welcome_over.html", context)


def why_over(invitation: Invitation) -> str:
    if invitation.withdrawn_at or not invitation.user.is_active:
        return gettext("This invitation has been withdrawn.")
    if invitation.accepted_at:
        return gettext("This invitation has been taken up already. Sign in with your password.")
    return gettext("This invitation is too old: it has not been taken up in time.")
