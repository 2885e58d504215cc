"""The forms with which people sign in, set up their sign-in, and manage accounts.

Those with a parent from allauth keep its checks; the words, and what a field says about itself, are ours.
"""

import hashlib
import logging
import re
from collections.abc import Callable
from typing import Any

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as passkey_forms
from cryptography.fernet import InvalidToken
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.adapter import AccountAdapter
from accounts.models import Role, User
from core.forms import Explained, Form

logger = logging.getLogger(__name__)

ONLY_TO_FIND_YOU = _("Only the portal, to find your account.")
NOBODY = _("Nobody. It is stored in a form that cannot be read back.")
CODE_LASTS = 90  # seconds for which an app's code counts, with the one before and the one after it


class Worded(Explained):
    """Takes allauth's placeholders and labels away and says what ours say."""

    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")
        self.settle_fields()


def show_as_code(field: forms.Field) -> None:
    """Digits come up on a phone, and stand large and apart."""
    field.widget.attrs.update({"inputmode": "numeric", "class": "code-input"})


# --- signing in ----------------------------------------------------------------------------------


class SendCodeForm(Worded, account_forms.RequestLoginCodeForm):
    labels = {"email": _("What is your e-mail address?")}
    hints = {"email": _("The address to which your invitation came.")}
    explain = {"email": (_("We send a code for signing in to it."), ONLY_TO_FIND_YOU)}

    def clean_email(self) -> str:
        """Codes go to guests only; staff and strangers see the same page and get none."""
        email = super().clean_email()
        if limits.take_a_try(context.request, "code", email) is None:
            raise too_often()
        self._user = User.objects.guests().filter(email=email).first()
        return email


class EnterCodeForm(Worded, account_forms.ConfirmLoginCodeForm):
    labels = {"code": _("What code did we send you?")}
    hints = {"code": _("Eight digits, for example 1234-5678.")}
    explain = {"code": (_("It shows that the mail reached you."), _("Nobody. It is deleted when you have used it."))}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        show_as_code(self.fields["code"])


class PasswordSignInForm(Worded, account_forms.LoginForm):
    labels = {"login": _("What is your work e-mail address?"), "password": _("What is your password?")}
    purpose = _("To see that the account is yours.")
    audience = _("Nobody. The password is stored in a form that cannot be read back.")


class SecondFactorForm(Worded, factor_forms.AuthenticateForm):
    labels = {"code": _("What code does your app show?")}
    hints = {"code": _("Six digits. One of your recovery codes works here too.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        show_as_code(self.fields["code"])

    def clean_code(self) -> str:
        return clean_second_factor(self, super().clean_code)


class ProveBySecondFactorForm(Worded, factor_forms.ReauthenticateForm):
    labels = SecondFactorForm.labels
    hints = SecondFactorForm.hints

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        show_as_code(self.fields["code"])

    def clean_code(self) -> str:
        return clean_second_factor(self, super().clean_code)


CANNOT_BE_CHECKED = _(
    "Your code cannot be checked any more, since the server has a new key. "
    "Sign in with a passkey, or ask an administrator to remove your second factor; you then set up a new one."
)


def clean_second_factor(form: factor_forms.BaseAuthenticateForm, judge: Callable[[], str]) -> str:
    """The code, if it is right and was not used before; a wrong one is a try."""
    taken = limits.take_a_try(context.request, "second-factor", form.user.email)
    if taken is None:
        raise too_often()
    try:
        code = judge()
    except InvalidToken as fault:
        logger.exception("the secret of a second factor cannot be opened: SECRET_KEY is another, without a fallback")
        raise forms.ValidationError(CANNOT_BE_CHECKED, code="cannot_be_checked") from fault
    refuse_used_code(form.user, code)
    limits.give_back(taken)
    return code


def refuse_used_code(user: User, code: str) -> None:
    """An app's code counts for a minute and a half, and once: whoever looked on cannot use it again."""
    plain = re.sub(r"[\s-]", "", code).lower()  # however it is typed
    digest = hashlib.sha256(f"{user.pk} {plain}".encode()).hexdigest()  # the table of the cache is no place for codes
    if not cache.add(f"accounts.used-code:{digest}", True, timeout=CODE_LASTS):
        raise wrong_code()


def too_often() -> forms.ValidationError:
    return forms.ValidationError(AccountAdapter.error_messages["too_many_login_attempts"], code="too_often")


def wrong_code() -> forms.ValidationError:
    return forms.ValidationError(AccountAdapter.error_messages["incorrect_code"], code="incorrect_code")


class ProveByPasswordForm(Worded, account_forms.ReauthenticateForm):
    labels = {"password": _("What is your password?")}


# --- a forgotten password ------------------------------------------------------------------------


class ForgottenPasswordForm(Worded, account_forms.ResetPasswordForm):
    labels = {"email": _("What is your work e-mail address?")}
    explain = {"email": (_("We send a code for a new password to it."), ONLY_TO_FIND_YOU)}

    def clean_email(self) -> str:
        email = super().clean_email()
        if limits.take_a_try(context.request, "new-password", email) is None:
            raise too_often()
        self.users = [user for user in self.users if user.is_council_staff]
        return email

    def save(self, request, **kwargs) -> str:
        if not self.users:
            adapter = AccountAdapter()
            code = adapter.generate_password_reset_code()
            adapter.send_code("account/email/password_reset_code", self.cleaned_data["email"], code, for_show=True)
        return super().save(request, **kwargs)


class PasswordCodeForm(Worded, account_forms.ConfirmPasswordResetCodeForm):
    labels = EnterCodeForm.labels
    hints = EnterCodeForm.hints
    explain = EnterCodeForm.explain

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        show_as_code(self.fields["code"])


NEW_PASSWORD = {
    "password1": _("What is your new password to be?"),
    "password2": _("Type the new password once more"),
}
PASSWORD_HINT = _("At least 12 characters. Three or four words that only you would put together are good.")
PASSWORD_EXPLAINED = {
    "password1": (_("You sign in with it from now on."), NOBODY),
    "password2": (_("So that a slip of the finger does not shut you out."), NOBODY),
}


class ForgottenPasswordNewForm(Worded, account_forms.ResetPasswordKeyForm):
    labels = NEW_PASSWORD
    hints = {"password1": PASSWORD_HINT}
    explain = PASSWORD_EXPLAINED


class ChangePasswordForm(Worded, account_forms.ChangePasswordForm):
    labels = {"oldpassword": _("What is your password now?"), **NEW_PASSWORD}
    hints = {"password1": PASSWORD_HINT}


class FirstPasswordForm(Worded, account_forms.SetPasswordForm):
    labels = NEW_PASSWORD
    hints = {"password1": PASSWORD_HINT}
    explain = PASSWORD_EXPLAINED


# --- a second factor -----------------------------------------------------------------------------


class AddAppForm(Worded, ActivateTOTPForm):
    labels = {"code": _("What code does the app show now?")}
    hints = {"code": _("Six digits.")}


# What comes from a browser as the answer of a passkey may be anything at all.
NOT_AN_ANSWER = (KeyError, TypeError, AttributeError, ValueError)


class ReadsPasskey:
    """An answer that cannot be read is a wrong one, and no fault of the server."""

    def clean_credential(self):
        try:
            return super().clean_credential()
        except NOT_AN_ANSWER as fault:
            raise wrong_code() from fault


class PasskeySignInForm(ReadsPasskey, passkey_forms.LoginWebAuthnForm):
    pass


class PasskeySecondFactorForm(ReadsPasskey, passkey_forms.AuthenticateWebAuthnForm):
    pass


class ProveByPasskeyForm(ReadsPasskey, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(Worded, passkey_forms.AddWebAuthnForm):
    labels = {
        "name": _("What shall we call this passkey?"),
        "passwordless": _("Let me sign in with this passkey alone, without my password"),
    }
    hints = {"name": _("For example: work laptop.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True

    def clean(self) -> dict:
        try:
            return super().clean()
        except NOT_AN_ANSWER as fault:
            raise wrong_code() from fault


class RenamePasskeyForm(Worded, passkey_forms.EditWebAuthnForm):
    labels = {"name": _("What shall we call this passkey?")}


# --- accounts ------------------------------------------------------------------------------------


class OwnDetailsForm(Form):
    name = forms.CharField(label=_("What is your name?"), max_length=120)
    language = forms.ChoiceField(label=_("Which language do you read best?"), widget=forms.RadioSelect)
    explain = {
        "name": (_("It stands beside what you write and do here."), _("The people of your visits, and council staff.")),
        "language": (_("Pages and mails come in it."), _("Council staff.")),
    }

    def __init__(self, *args, user: User, **kwargs):
        kwargs.setdefault("initial", {"name": user.name, "language": user.language})
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = list(settings.LANGUAGE_NAMES.items())


class InviteForm(Form):
    email = forms.EmailField(label=_("To which work e-mail address does the invitation go?"), max_length=254)
    name = forms.CharField(label=_("What is the person's name?"), max_length=120)
    roles = forms.MultipleChoiceField(
        label=_("What will they do here?"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=_("In which language do we write to them?"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = list(settings.LANGUAGE_NAMES.items())
        self.fields["language"].initial = settings.LANGUAGE_CODE
