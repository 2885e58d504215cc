"""The people of the local demonstration, and the check that it stays local."""

import ipaddress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.request import split_domain_port
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Whatever of these a request carries, a proxy has had its hands on it.
PROXY_HEADERS = {"via", "forwarded", "x-real-ip", "cf-connecting-ip"}
PROXY_PREFIX = "x-forwarded-"


@dataclass(frozen=True)
class Part:
    """One way to look at the demonstration: as whom, and what they can do there."""

    key: str
    email: str
    label: Any
    sees: Any


PARTS = [
    Part("coordinator", "coordinator@example.org", _("Coordinator"), _("plans every visit")),
    Part("editor", "editor@example.org", _("Editor"), _("writes the catalogue and the city pages")),
    Part("administrator", "administrator@example.org", _("Administrator"), _("invites staff and gives roles")),
    Part("lead", "lead@example.org", _("Delegation lead"), _("leads the delegation from Brno")),
    Part("delegate", "delegate@example.org", _("Delegate"), _("comes from Brno and reads Czech")),
    Part("interpreter", "interpreter@example.org", _("Interpreter"), _("interprets for the delegation from Brno")),
    Part("student", "student@example.org", _("Placement student"), _("helps with the visit, on placement")),
    Part("dortmund", "dortmund@example.org", _("Somebody of another visit"), _("comes from Dortmund")),
]


def people() -> list[tuple[Part, User]]:
    """The parts for which the database has a person who can sign in."""
    found = {user.email: user for user in User.objects.filter(is_active=True, email__in=[part.email for part in PARTS])}
    return [(part, found[part.email]) for part in PARTS if part.email in found]


def is_offered(request: HttpRequest) -> bool:
    """In the demonstration only, and only to a browser on this very machine with no proxy between."""
    if not settings.DEMONSTRATION or any(_is_of_a_proxy(header) for header in request.headers):
        return False
    host, _port = split_domain_port(request.get_host())
    return host in settings.LOCAL_HOSTS and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def refuse_strangers(request: HttpRequest) -> None:
    if not is_offered(request):
        raise Http404


def _is_of_a_proxy(header: str) -> bool:
    return header.lower() in PROXY_HEADERS or header.lower().startswith(PROXY_PREFIX)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
