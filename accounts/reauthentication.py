"""Before the sign-in itself is changed, the person proves once more who they are."""

import time

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest


def proved_just_now(request: HttpRequest) -> bool:
    """A sign-in of the last minutes counts as much as a proof that was asked for."""
    records = get_authentication_records(request, request.user)
    latest = max((record["at"] for record in records), default=0)
    return time.time() - latest < app_settings.REAUTHENTICATION_TIMEOUT
