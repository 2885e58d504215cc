"""The mails of accounts, one template each in templates/accounts/mail/, in the person's language."""

import uuid
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.outbox import actions as outbox
from core.outbox.models import Notice

STAFF_INVITATION = "accounts/mail/staff_invitation"
SIGN_IN_CODE = "accounts/mail/sign_in_code"
PASSWORD_CODE = "accounts/mail/password_code"  # noqa: S105 - the name of a template
ACCOUNT_CHANGED = "accounts/mail/account_changed"

SECOND_FACTORS_TAKEN = _("An administrator removed your second factor. You set up a new one when you next sign in.")

# The mails that allauth sends, under its own names for them.
CODES = {
    "account/email/login_code": SIGN_IN_CODE,
    "account/email/password_reset_code": PASSWORD_CODE,
}
CHANGES = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_reset": _("Your password was changed with a code sent by e-mail."),
    "account/email/password_set": _("A password was set."),
    "mfa/email/totp_activated": _("An authenticator app was added."),
    "mfa/email/totp_deactivated": _("The authenticator app was removed."),
    "mfa/email/webauthn_added": _("A passkey was added."),
    "mfa/email/webauthn_removed": _("A passkey was removed."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made. The old ones work no longer."),
}


def send_code(template: str, address: str, code: str) -> Notice:
    user = User.objects.filter(email=address.lower()).first()
    return outbox.queue(
        template=template,
        context={"code": code, "user": user},
        address=address,
        language=user.language if user else get_language(),
        cause=f"code:{uuid.uuid4()}",
        to_user=user,
        is_secret=True,
    )


def tell_of_change(user: User, what: Any, *, cause: str = "") -> Notice:
    """``what`` is a lazy sentence, so that it is said in the language of the mail."""
    return outbox.queue(
        template=ACCOUNT_CHANGED,
        context={"user": user, "what": what},
        address=user.email,
        language=user.language,
        cause=cause or f"account-changed:{uuid.uuid4()}",
        to_user=user,
    )
