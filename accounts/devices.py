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
    return name if any(_mark_of(account, key) in accounts for key in _keys()) else ""


def remember(request: HttpRequest, account: str) -> None:
    """This device is the person's: the answer will carry the cookie (``DeviceMiddleware``)."""
    name, accounts = _read(request)
    mark = _mark_of(account, settings.SECRET_KEY)
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


def _keys() -> list[str]:
    """A change of key makes no device unknown."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _mark_of(account: str, key: str) -> str:
    """The cookie lies on devices that several people use, so it holds no address."""
    return salted_hmac(SALT, account.strip().lower(), secret=key, algorithm="sha256").hexdigest()[:24]
