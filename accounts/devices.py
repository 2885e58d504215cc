"""Devices that are known: each has a cookie, signed by us, that names the accounts it has been used for.

It lets nobody in. It only means that tries from elsewhere are not counted against this device.
"""

import datetime
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

SALT = "accounts.device"
LASTS = datetime.timedelta(days=365)
MOST_ACCOUNTS = 8  # of one device; a shared computer forgets whom it has not seen for longest


def known_as(request: HttpRequest, account: str) -> str:
    """The name of this device if it is known for the account with this address, else ""."""
    name, accounts = _read(request)
    return name if _mark_of(account) in accounts else ""


def remember(request: HttpRequest, account: str) -> None:
    """This device is the person's: the answer will carry the cookie (``DeviceMiddleware``)."""
    name, accounts = _read(request)
    mark = _mark_of(account)
    request.device = (name or secrets.token_hex(16), [mark, *(each for each in accounts if each != mark)])


def put_cookie(request: HttpRequest, response: HttpResponse) -> None:
    if not hasattr(request, "device"):
        return
    name, accounts = request.device
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([name, accounts[:MOST_ACCOUNTS]], salt=SALT),
        max_age=int(LASTS.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    if hasattr(request, "device"):
        return request.device
    try:
        name, accounts = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return "", []
    return name, accounts


def _mark_of(account: str) -> str:
    """The cookie lies on devices that several people use, so it holds no address."""
    return salted_hmac(SALT, account.strip().lower(), algorithm="sha256").hexdigest()[:24]
