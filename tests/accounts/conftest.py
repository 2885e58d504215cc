"""Tools for the tests of accounts: reading codes from the outbox, an authenticator app, signing in by hand."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import actions
from core.outbox.models import Notice
from launcher import browser
from tests import factories

PASSWORD = "three wise owls knit"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CODE = re.compile(r"\d{4}-\d{4}")


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    """Limits are kept in the cache; each test begins with none used up."""
    cache.clear()


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return browser.launch_arguments()


@pytest.fixture
def staff(db):
    """A coordinator with a password and no second factor yet."""
    return factories.create_user("Stella", roles=["coordinator"], password=PASSWORD)


@pytest.fixture
def guarded(staff):
    """The same with an authenticator app."""
    TOTP.activate(staff, SECRET)
    return staff


def mailed_code(address: str) -> str | None:
    """The code in the newest mail to this address, if there is one."""
    notice = Notice.objects.filter(address=address).newest_first().first()
    match = CODE.search(notice.body) if notice else None
    return match[0] if match else None


def app_code(secret: str = SECRET, steps: int = 0) -> str:
    """What the authenticator app shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def other(code: str) -> str:
    """A code that is wrong whatever the right one is."""
    return code.translate(str.maketrans("0123456789", "1234567890"))


def ask_for_code(client: Client, email: str, **extra):
    return client.post(reverse("account_request_login_code"), {"email": email}, **extra)


def enter_code(client: Client, code: str):
    return client.post(reverse("account_confirm_login_code"), {"code": code})


def sign_in_by_code(client: Client, email: str):
    ask_for_code(client, email)
    return enter_code(client, mailed_code(email))


def send_password(client: Client, email: str, password: str = PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def send_app_code(client: Client, code: str | None = None):
    return client.post(reverse("mfa_authenticate"), {"code": code or app_code()})


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("people:account")).status_code == 200


def invited_guest(**fields):
    """A person with an open invitation to a visit, not taken up yet."""
    number = next(factories.numbers)
    values = {"email": f"invited{number}@example.org", "name": "Ivana", "language": "en", "by": None}
    return actions.invite(**{**values, **fields})
