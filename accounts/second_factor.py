"""What setting up and removing a second factor does to the session in which it happens.

These two receive allauth's signals, since its pages tell of such changes in no other way.
"""

import uuid

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from accounts.models import User
from core import audit

KINDS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def added(sender, request: HttpRequest, user: User, authenticator: Authenticator, **details) -> None:
    """To set one up, the person has just used it: the session is complete."""
    audit.record("account.second_factor_added", user, by=user, kind=authenticator.type)
    if authenticator.type in KINDS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def removed(sender, request: HttpRequest, user: User, authenticator: Authenticator, **details) -> None:
    """Without the last one no session is complete any more: this one is sent to set up another, the rest end."""
    audit.record("account.second_factor_removed", user, by=user, kind=authenticator.type)
    if is_mfa_enabled(user, KINDS):
        return
    user.sign_in_stamp = uuid.uuid4()
    user.save(update_fields=["sign_in_stamp"])
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [one for one in records if one["method"] != "mfa"]
    update_session_auth_hash(request, user)
