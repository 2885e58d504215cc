"""The log has no personal data in either format: canary words go in everywhere, and none comes out."""

import datetime
import io
import json
import logging
import re

import pytest
from django.conf import settings as portal_settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import path, reverse
from gunicorn.config import Config

import config.urls
from accounts.models import User
from config.gunicorn import Log
from core import timetable
from core.access import open_to_all
from core.logs import FORMATTERS, JsonFormatter, LineFormatter, RequestIdFilter
from core.outbox import sending
from core.outbox.models import Notice
from core.timetable import Every, Job
from core.worker import Worker
from tests import factories
from tests.core.outbox import mail_server
from tests.core.outbox.conftest import create_notice

pytestmark = pytest.mark.urls("tests.core.test_logs")
CANARY = "kanarek"
ADDRESS = f"{CANARY}@example.org"


@open_to_all
def wrong(request, word):
    raise ValueError(f"cannot read {CANARY}")


@open_to_all
def refused_by_the_database(request, word):
    with transaction.atomic():
        User.objects.create_user(ADDRESS, name=CANARY)
        User.objects.create_user(ADDRESS, name=CANARY)


urlpatterns = [
    path("test/wrong/<str:word>/", wrong, name="wrong"),
    path("test/refused/<str:word>/", refused_by_the_database, name="refused"),
    *config.urls.urlpatterns,
]
handler400, handler403 = config.urls.handler400, config.urls.handler403
handler404, handler500 = config.urls.handler404, config.urls.handler500


@pytest.fixture(params=["line", "json"])
def log(request):
    """All that any logger says, however little it matters, as this format writes it."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(FORMATTERS[request.param]())
    handler.addFilter(RequestIdFilter())
    loggers = [
        logging.getLogger(),
        *(logging.getLogger(name) for name in ("django", "django.request", "django.security.DisallowedHost")),
    ]
    levels = [logger.level for logger in loggers]
    loggers[0].addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield lines
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def canary_flies(log):
    """At the end: nothing of it is in the log, and yet what happened is."""

    def must_not_be_heard(*happened: str) -> None:
        written = log.getvalue()
        found = [line for line in written.splitlines() if CANARY in line.lower()]
        assert found == []
        assert [words for words in happened if not re.search(words, written)] == []

    return must_not_be_heard


@pytest.fixture
def visitor():
    return Client(
        raise_request_exception=False,
        headers={"User-Agent": CANARY, "Referer": f"http://{CANARY}.example/{CANARY}", "X-Forwarded-For": CANARY},
    )


@pytest.mark.django_db
def test_what_visitors_send(visitor, canary_flies):
    visitor.cookies[portal_settings.SESSION_COOKIE_NAME] = CANARY
    addresses = [
        *(f"/practices/?q={CANARY}", f"/practices/search/?q={CANARY}", f"/{CANARY}/", f"/practices/{CANARY}/"),
        *(f"/people/invitation/{CANARY}/", f"/start/?next=/{CANARY}/", f"/static/{CANARY}.css", f"/{CANARY}"),
        *(f"/test/wrong/{CANARY}/", f"/test/refused/{CANARY}/", f"/practices/?page={CANARY}"),
    ]
    for address in addresses:
        visitor.get(address)
    visitor.get("/", headers={"Host": f"{CANARY}.example"})
    visitor.generic(CANARY.upper(), f"/{CANARY}")
    canary_flies("ValueError at", "IntegrityError at", "DisallowedHost", "test/wrong/<str:word>/", "no-route")


@pytest.mark.django_db
def test_what_people_type_into_forms(visitor, canary_flies, administrator, alice, visit):
    Client(enforce_csrf_checks=True).post("/account/login/", {"login": ADDRESS}, headers={"Referer": f"/{CANARY}"})
    visitor.post(reverse("account_login"), {"login": ADDRESS, "password": CANARY})
    visitor.post(reverse("account_request_login_code"), {"email": ADDRESS})
    visitor.post(reverse("account_confirm_login_code"), {"code": CANARY})
    visitor.post(reverse("people:invite"), {"name": CANARY, "written_by": CANARY})
    factories.sign_in(visitor, administrator)
    refused = visitor.post(reverse("people:invite"), {"email": CANARY, "name": CANARY, "roles": CANARY})
    invitation = {"email": ADDRESS, "name": CANARY, "roles": ["editor"], "language": "en"}
    invited = visitor.post(reverse("people:invite"), invitation)
    assert (refused.status_code, invited.status_code) == (200, 302)
    factories.sign_in(visitor, alice)
    visitor.post(reverse("visits:person-add", args=[visit.reference]), {"name": CANARY, "email": ADDRESS})
    visitor.post(reverse("visits:edit", args=[visit.reference]), {"title": CANARY, "notes": CANARY})
    assert Notice.objects.filter(address=ADDRESS, body__contains=CANARY).exists()
    canary_flies("POST", "csrf", "staff", "people/invite/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["refuses", "breaks off", "cannot be written to"])
def test_what_stands_in_mails_that_fail(settings, canary_flies, fault):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = "127.0.0.1", False, ""
    address = f"{CANARY}\r\nBcc: x@example.org" if fault == "cannot be written to" else ADDRESS
    create_notice(address=address, subject=CANARY, body=CANARY, cause=CANARY)
    with mail_server.running() as server:
        settings.EMAIL_PORT = server.port
        server.steps["taken"] = {"refuses": lambda: f"550 no {CANARY} here", "breaks off": lambda: CANARY}.get(fault)
        assert sending.send_next()
    assert Notice.objects.get().status == "failed"
    canary_flies(r"notice \d+: failed (refused|may_have_arrived|unsendable)")


@pytest.mark.django_db
def test_what_a_job_and_a_worker_fall_over(canary_flies, monkeypatch):
    def falls(*args):
        raise ValueError(f"about {CANARY}")

    timetable.run(Job("job", "Does something.", Every(datetime.timedelta(minutes=5)), falls))
    monkeypatch.setattr(Worker, "run", falls)
    monkeypatch.setattr(Worker, "stop_on_signals", lambda worker: (worker.bell.close(), worker.button.close()))
    with pytest.raises(SystemExit):
        call_command("run_worker")
    canary_flies("job job failed", "the worker ended by a fault", "ValueError at")


@pytest.mark.parametrize("log_format", ["line", "json"])
def test_what_gunicorn_cannot_read(monkeypatch, log_format):
    monkeypatch.setenv("LOG_FORMAT", log_format)
    log = Log(Config())
    lines = io.StringIO()
    for handler in log.error_log.handlers:
        if type(handler) is logging.StreamHandler:  # the others are pytest's
            handler.setStream(lines)
    log.warning(f"Invalid request from ip=198.51.100.7: Invalid HTTP request line: 'GET /{CANARY}'")
    try:
        raise ValueError(CANARY)
    except ValueError:
        log.exception("Error handling request %s %s", "GET", f"/{CANARY}")
    log.error("Worker (pid:%s) was sent %s!", 12, "SIGTERM")
    written = lines.getvalue()
    assert CANARY not in written
    assert "198.51.100.7" not in written
    assert [
        words for words in ("an invalid request", "ValueError at", "(pid:12) was sent SIGTERM!") if words not in written
    ] == []
    assert len(written.splitlines()) == 3


def test_gunicorn_writes_no_line_for_each_request():
    """It would have the path and the address of the network; the portal's own line has neither."""
    assert not Log(Config()).access_log_enabled


# --- how a line looks ----------------------------------------------------------------------------


def record(**fields) -> logging.LogRecord:
    return logging.makeLogRecord({"name": "core.x", "levelname": "INFO", "request_id": "0123456789ab", **fields})


def test_a_record_as_json():
    told = json.loads(JsonFormatter().format(record(msg="%s mails\nwent", args=(3,), created=1_800_000_000.25)))
    assert told == {
        "time": "2027-01-15T08:00:00.250+00:00",
        "level": "INFO",
        "request_id": "0123456789ab",
        "logger": "core.x",
        "message": "3 mails\nwent",
    }
    assert "\n" not in JsonFormatter().format(record(msg="a\nb"))


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "guest", "staff"])
def test_each_request_is_one_line_with_route_status_time_and_kind_of_person(
    client, log, request, who, visit, bob, alice
):
    person = {"guest": bob, "staff": alice}.get(who)
    if person:
        factories.sign_in(client, person)
    number = client.get(reverse("visits:itinerary", args=[visit.reference])).headers["X-Request-Id"]
    route = "visits/<slug:reference>/itinerary/"
    status = {"nobody": 302, "guest": 200, "staff": 200}[who]
    lines = [line for line in log.getvalue().splitlines() if "core.requests" in line and number in line]
    if lines[0].startswith("{"):
        told = json.loads(lines[0])
        assert (told.pop("ms") >= 0, told.pop("time")[:2]) == (True, "20")
        who_and_where = {"method": "GET", "route": f"/{route}", "status": status, "who": who}
        assert told == {"level": "INFO", "request_id": number, "logger": "core.requests", **who_and_where}
    else:
        assert re.search(rf" INFO {number} core.requests GET /{re.escape(route)} {status} \d+ ms {who}$", lines[0])
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("name", "message", "args", "told"),
    [
        ("core.x", "%s of %s", (1, "two"), "1 of two"),
        ("library", "%s of %s", (1, CANARY), "1 of [...]"),
        ("library", "%(a)s", ({"a": CANARY},), "[...]"),
        ("library", "%d things", (CANARY,), "%d things"),
        ("library", f"cannot read '{CANARY}' nor \"that\"", (), "cannot read [...] nor [...]"),
        ("library", ValueError(CANARY), (), "ValueError"),
        ("django.request", "%s: %s", ("Bad Request", f"/{CANARY}"), "Bad Request: [...]"),
        ("django.security.DisallowedHost", f"Invalid: {CANARY}", (), "refused a request"),
    ],
)
def test_of_a_library_only_fixed_words_and_numbers_are_kept(name, message, args, told):
    line = LineFormatter().format(logging.LogRecord(name, logging.ERROR, "", 1, message, args, None))
    assert line.endswith(f"{name} {told}")
