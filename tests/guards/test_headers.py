"""The headers that keep a page safe stand on every answer, whatever it is, and the cookies keep to themselves."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from launcher.variables import as_in_production
from partners.models import City
from tests.guards import access_table
from tests.guards.routes import every_route
from tests.guards.sent_forms import form_for
from tests.guards.two_visits import TwoVisits
from tests.guards.visitors import Visitors, undone

TABLE = access_table.read()
ROUTES = {f"{route.name} {route.path}": route for route in every_route()}

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
}
POLICY_OF_A_PICTURE = {"default-src": ["'none'"], "sandbox": [], "frame-ancestors": ["'none'"]}
CLOSED = {"camera", "geolocation", "microphone", "payment", "usb"}


def policy_of(answer: HttpResponse) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers.get("Content-Security-Policy", "").split(";") if part.strip()]
    return {name: values for name, *values in parts}


def missing(answer: HttpResponse) -> list[str]:
    """What this answer lacks."""
    headers = answer.headers
    closed = {
        part.partition("=")[0].strip() for part in headers.get("Permissions-Policy", "").split(",") if "=()" in part
    }
    found = {
        "policy": policy_of(answer) in (POLICY, POLICY_OF_A_PICTURE),
        "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
        "frames": headers.get("X-Frame-Options") == "DENY",
        "referrer": headers.get("Referrer-Policy") == "same-origin",
        "permissions": closed >= CLOSED,
        "opener": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "cookies": all(is_kept_close(cookie) for cookie in answer.cookies.values()),
    }
    return [name for name, is_there in found.items() if not is_there]


def is_kept_close(cookie) -> bool:
    is_taken_away = cookie["max-age"] == 0
    return is_taken_away or bool(cookie["httponly"] and cookie["samesite"] == "Lax")


def test_every_answer_to_a_look_has_them(two_visits: TwoVisits, visitors: Visitors):
    """Whether the page is shown, is not there, is refused, or leads elsewhere."""
    lacking = {}
    with undone():
        for name, route in ROUTES.items():
            for who in {"anonymous", "another", "delegate", TABLE[route.name].somebody_who_may()}:
                lacking[name, who] = missing(visitors.get(who, two_visits.ours.address(route)))

    assert {asked: lacks for asked, lacks in lacking.items() if lacks} == {}


def test_every_answer_to_a_sent_form_has_them(two_visits: TwoVisits, visitors: Visitors):
    lacking = {}
    for name, route in ROUTES.items():
        row = TABLE[route.name]
        sent = form_for(route, two_visits, visitors) if row.takes("POST") else {}
        for who in ("anonymous", "another", row.somebody_who_may()):
            with undone():
                lacking[name, who] = missing(visitors.post(who, two_visits.ours.address(route), sent))

    assert {asked: lacks for asked, lacks in lacking.items() if lacks} == {}


def test_what_is_not_there_has_them(two_visits: TwoVisits, visitors: Visitors):
    nowhere = ["/nowhere/", "/cs/nowhere/", "/visits/none/", "/practices/none/", "/static/none.css", "/start"]

    answers = {address: visitors.get("coordinator", address) for address in nowhere}

    assert {answer.status_code for answer in answers.values()} == {404, 301}
    assert {address: lacks for address, answer in answers.items() if (lacks := missing(answer))} == {}


def test_a_refused_method_has_them(two_visits: TwoVisits, visitors: Visitors):
    answer = visitors.send("coordinator", "DELETE", "/visits/")

    assert (answer.status_code, missing(answer)) == (405, [])


@pytest.mark.parametrize(("error", "status"), [(RuntimeError, 500), (OperationalError, 503)])
def test_what_went_wrong_has_them(error, status, two_visits: TwoVisits, visitors: Visitors, monkeypatch):
    def fail(*_args):
        raise error("on purpose")

    monkeypatch.setattr(City.objects, "live_editions", fail)
    monkeypatch.setattr(City.objects, "published", fail)
    visitors.browser.raise_request_exception = False

    answers = [visitors.get(who, reverse("cities:cities")) for who in ("anonymous", "coordinator")]

    assert [answer.status_code for answer in answers] == [status] * 2
    assert [missing(answer) for answer in answers] == [[], []]


def test_a_request_for_another_host_has_them(two_visits: TwoVisits, visitors: Visitors):
    answer = visitors.get("anonymous", "/", Host="evil.example")

    assert (answer.status_code, missing(answer)) == (400, [])


@pytest.fixture
def static_file():
    """One of those that WhiteNoise found when the portal was started."""
    file = settings.STATIC_ROOT / "guards" / "file.svg"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    yield "/static/guards/file.svg"
    file.unlink()


def test_static_files_have_them(db, static_file):
    answer = Client().get(static_file)

    assert answer.status_code == 200
    assert answer.getvalue().startswith(b"<svg")
    assert missing(answer) == []


def test_the_policy_knows_no_word_that_lets_strangers_script(two_visits: TwoVisits, visitors: Visitors):
    policy = visitors.get("anonymous", "/").headers["Content-Security-Policy"]

    assert [word for word in ("unsafe", "*", "http:", "https:", "blob:") if word in policy] == []


def test_no_page_may_be_kept_by_a_shared_cache_once_somebody_is_signed_in(two_visits: TwoVisits, visitors: Visitors):
    for name, route in ROUTES.items():
        answer = visitors.get("coordinator", two_visits.ours.address(route))
        if answer.status_code == 200 and not route.is_public:
            kept = answer.headers.get("Cache-Control", "")
            assert "public" not in kept, name
            assert "Cookie" in answer.headers.get("Vary", "") or "private" in kept or "no-store" in kept, name


def test_no_page_behind_the_sign_in_is_stored_but_the_itinerary_of_a_guest(two_visits: TwoVisits, visitors: Visitors):
    found = {}
    with undone():
        for route in ROUTES.values():
            if not route.is_public:
                for who in {"delegate", TABLE[route.name].somebody_who_may()}:
                    found[route.name, who] = visitors.get(who, two_visits.ours.address(route)).headers.get(
                        "Cache-Control"
                    )

    stored = {asked: kept for asked, kept in found.items() if "no-store" not in (kept or "")}
    assert {name for name, _who in stored} == {"visits:itinerary"}
    assert set(stored.values()) == {"private, no-cache"}


# --- as in production ----------------------------------------------------------------------------

LOOK = """
import json, django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", interactive=False, verbosity=0)
answer = Client().get("/account/login/?language=cs", headers={"host": "visits.example.org"}, secure=True)
plain = Client().get("/", headers={"host": "visits.example.org"})
print(json.dumps({
    "status": answer.status_code,
    "cookies": {name: [each["secure"], each["httponly"], each["samesite"]] for name, each in answer.cookies.items()},
    "session": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE],
    "names": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME],
    "transport": answer.headers.get("Strict-Transport-Security"),
    "plain": [plain.status_code, plain.headers.get("Location")],
    "debug": settings.DEBUG,
}))
"""


@pytest.fixture
def in_production(db, tmp_path) -> dict:
    """What a server with the settings of a council's own says to a browser."""
    place = connection.settings_dict
    url = f"postgres://{place['USER']}@{place['HOST'].replace('/', '%2F')}:{place['PORT'] or 5432}/{place['NAME']}"
    variables = as_in_production(url, tmp_path) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_in_production_cookies_travel_encrypted_only_and_no_script_reads_them(in_production):
    assert in_production["status"] == 200
    assert len(in_production["cookies"]) == 2
    assert set(in_production["cookies"]) <= set(in_production["names"])
    assert [*in_production["cookies"].values(), in_production["session"]] == [[True, True, "Lax"]] * 3


def test_in_production_browsers_are_held_to_encryption(in_production):
    assert in_production["transport"] == "max-age=31536000; includeSubDomains; preload"
    assert in_production["plain"] == [301, "https://visits.example.org/"]
    assert in_production["debug"] is False
