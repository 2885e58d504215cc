"""What every page shows around its content: navigation, languages, help, the links at its foot."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from core.browser_cache import session_mark


@dataclass(frozen=True)
class Link:
    label: Any
    url: str
    current: bool = False


def every_page(request: HttpRequest) -> dict:
    in_address = speaks_by_address(request)
    return {
        "help_contact": settings.HELP_CONTACT,
        "council_name": settings.COUNCIL_NAME,
        "nav": navigation(request),
        "session_mark": session_mark(request),
        "account_pages": [Link(_("My account"), reverse("people:account"))],
        "languages": languages(request, in_address),
        "alternates": alternates(request) if in_address else [],
        "footer_links": [
            Link(_("Help"), reverse("public:help")),
            Link(_("Accessibility statement"), reverse("public:accessibility")),
            Link(_("Privacy"), reverse("public:privacy")),
            Link(_("Glossary"), reverse("practices:glossary")),
        ],
    }


def speaks_by_address(request: HttpRequest) -> bool:
    """Whether this is a public page, whose language stands in its address."""
    match = request.resolver_match
    return bool(match) and getattr(match.func, "language_in_address", False)


def languages(request: HttpRequest, in_address: bool) -> list[dict]:
    """The same page in each language: another address for public pages, behind sign-in the person's setting."""
    is_setting = request_user(request) is not None and not in_address
    return [
        {
            "code": code,
            "name": settings.LANGUAGE_NAMES[code],
            "url": translate_url(request.get_full_path(), code) if in_address else f"{request.path}?language={code}",
            "current": code == get_language(),
            "is_setting": is_setting,
            "next": request.path,  # without what was asked: core/compression.py says why no page repeats that
        }
        for code, _name in settings.LANGUAGES
    ]


def alternates(request: HttpRequest) -> list[dict]:
    """For search engines: this page in every language, as whole addresses."""
    found = [
        {"code": code, "url": settings.SITE_URL + translate_url(request.path, code)}
        for code, _name in settings.LANGUAGES
    ]
    return [*found, {"code": "x-default", "url": found[0]["url"]}]


def request_user(request: HttpRequest) -> User | None:
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


# The first part of the address says in which part of the portal a page lies.
PUBLIC = [
    (_("What you can see"), "practices:list", "practices"),
    (_("Cities"), "cities:cities", "cities"),
    (_("Glossary"), "practices:glossary", "practices/glossary"),
]
GUEST = [(_("My visit"), "portal:start", "start")]
START = (_("Start"), "portal:start", "start")
COORDINATOR = [
    (_("Visits"), "visits:list", "visits"),
    (_("Hosts and venues"), "partners:venues", "places"),
    (_("Outbox"), "core:outbox", "outbox"),
]
EDITOR = [
    (_("Edit the catalogue"), "catalogue:list", "catalogue"),
    (_("Edit cities"), "partners:cities", "places/cities"),
]
ADMINISTRATOR = [
    (_("Accounts"), "people:list", "people"),
    (_("Audit log"), "core:audit", "audit"),
    (_("Timetable"), "core:timetable", "timetable"),
]
OWN_ACCOUNT = "people/me"  # beside the accounts of others by its address only


def navigation(request: HttpRequest) -> list[Link]:
    """The parts of the portal that this person has."""
    user = request_user(request)
    if getattr(request, "at_the_door", False):
        return []  # signed in without a second factor yet: every link would lead back to setting one up
    path = request.path.removeprefix(f"/{get_language()}") if speaks_by_address(request) else request.path
    parts = parts_for(user)
    # A part may lie inside another's address: the longest that fits is where the page is.
    inside = [*(part for _label, _name, part in parts), OWN_ACCOUNT]
    here = max((part for part in inside if path.startswith(f"/{part}/")), key=len, default="")
    return [Link(label, reverse(name), part == here) for label, name, part in parts]


def parts_for(user: User | None) -> list[tuple]:
    if user is None:
        return PUBLIC
    if not user.is_council_staff:
        return [*GUEST, *PUBLIC[:2]]
    parts = [START]
    for role, own in ((Role.COORDINATOR, COORDINATOR), (Role.EDITOR, EDITOR), (Role.ADMINISTRATOR, ADMINISTRATOR)):
        parts += own if user.has_role(role) else []
    return [*parts, PUBLIC[0]]
