"""Where the portal's rules meet django-allauth."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import actions, council, devices, emails, encryption, limits, permissions, sessions
from accounts.models import User
from accounts.reauthentication import proved_just_now


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("The e-mail address and the password do not belong together. Check both."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Check it and type it again."),
        "incorrect_password": _("This is not your password."),
        "rate_limited": _("That was very often in a short time. Wait a minute, then try again."),
        "too_many_login_attempts": _("That was too often in a short time. Wait some minutes, then try again."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["allauth.account.stages.LoginByCodeStage", "accounts.stages.SecondFactorStage"]

    def pre_authenticate(self, request, **credentials) -> None:
        self.taken = limits.take_a_try(request, "password", credentials.get("email") or "")
        if self.taken is None:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth's way to say that the password was right."""
        limits.give_back(self.taken)

    def _delete_login_attempts_cached_email(self, request, **credentials) -> None:
        """allauth's way to say that a new password was set with a mailed code."""
        limits.forget(request, "password", credentials.get("email") or "")

    def authenticate(self, request, **credentials):
        """A password opens staff accounts only; for a guest it is as wrong as any other."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_council_staff else None

    def pre_login(self, request, user, **details):
        refused = super().pre_login(request, user, **details)
        if refused:
            return refused
        records = get_authentication_records(request, user)
        if records and permissions.may_sign_in_by(user, records[-1]["method"]):
            return None
        clear_login(request)
        messages.error(request, gettext("You cannot sign in this way. Ask us: the number is at the foot of the page."))
        return redirect("account_login")

    def login(self, request, user) -> None:
        super().login(request, user)
        sessions.begin(request, user)
        devices.remember(request, user.email)
        actions.accept_open_invitations(user=user)

    def is_reauthentication_required(self, *, app: str, **details) -> bool:
        required = super().is_reauthentication_required(app=app, **details)
        return required and not proved_just_now(self.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix in emails.CODES:
            self.send_code(template_prefix, email, context["code"])
        else:
            emails.tell_of_change(User.objects.get(email=email), emails.CHANGES[template_prefix])

    def send_code(self, template_prefix: str, email: str, code: str, *, for_show: bool = False) -> None:
        """Mail a code. ``for_show`` does the same work for an address that gets none, and undoes it."""
        with transaction.atomic():
            emails.send_code(emails.CODES[template_prefix], email, code)
            transaction.set_rollback(for_show)


class CouncilSignInAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def pre_social_login(self, request, sociallogin) -> None:
        """Match the person by verified address to an account that is there already, each time anew."""
        try:
            sociallogin.user = council.person_behind(sociallogin)
        except council.NotKnown as refusal:
            page = render(request, "socialaccount/refused.html", {"why": refusal.sentence}, status=403)
            raise ImmediateHttpResponse(page) from refusal


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first."),
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def generate_authenticator_name(self, user, type) -> str:  # noqa: A002 - allauth's name
        number = user.authenticator_set.filter(type=type).count() + 1
        return gettext("My passkey") if number == 1 else gettext("My passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": gettext("Open Doors")}
