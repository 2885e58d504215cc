"""An id in every answer and in the log, a log without personal data, and 503 while the database is away."""

import io
import logging
import re

import psycopg2
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, connection, connections, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path

import config.urls
from accounts.models import User
from core.access import open_to_all
from core.logs import LineFormatter, RequestIdFilter
from tests import factories

CANARY = "canary.bird@example.org"
pytestmark = pytest.mark.urls("tests.core.test_requests")


@open_to_all
def refused_by_the_database(request, secret=""):
    with transaction.atomic():
        User.objects.create_user(CANARY, name="Canary Bird")
        User.objects.create_user(CANARY, name="Canary Bird")


@open_to_all
def cut_off(request):
    raise OperationalError(f"server closed the connection while reading {CANARY}")


@open_to_all
def lost(request):
    raise InterfaceError("connection already closed")


@open_to_all
def wrong(request):
    raise ValueError(f"cannot read {CANARY}")


@open_to_all
def asks(request):
    return HttpResponse(str(User.objects.count()))


@open_to_all
def cut_off_before_the_session_is_saved(request):
    request.session["word"] = "new"
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    other.close()
    return HttpResponse("done")


urlpatterns = [
    path("test/cut-off-late/", cut_off_before_the_session_is_saved),
    path("test/refused/<str:secret>/", refused_by_the_database),
    path("test/cut-off/", cut_off),
    path("test/lost/", lost),
    path("test/wrong/", wrong),
    path("test/asks/", asks),
    *config.urls.urlpatterns,
]
handler400 = config.urls.handler400
handler500 = config.urls.handler500


@pytest.fixture
def log():
    """What the server's log would hold, as the settings write it."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(LineFormatter())
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)
    level = logging.getLogger("core.requests").level
    logging.getLogger("core.requests").setLevel(logging.INFO)
    yield lines
    logging.getLogger().removeHandler(handler)
    logging.getLogger("core.requests").setLevel(level)


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_every_answer_has_an_id_of_its_own(visitor):
    ids = {visitor.get(address).headers["X-Request-Id"] for address in ["/", "/healthz", "/nowhere/", "/test/wrong/"]}
    assert len(ids) == 4
    assert all(re.fullmatch(r"[0-9a-f]{12}", each) for each in ids)


@pytest.mark.django_db
def test_a_fault_shows_its_number_and_the_log_has_it(visitor, log):
    response = visitor.get("/test/wrong/")
    number = response.headers["X-Request-Id"]
    assert response.status_code == 500
    assert number in response.text
    assert f"{number} django.request Internal Server Error: /test/wrong/ | ValueError at " in log.getvalue()


@pytest.mark.django_db
def test_a_row_that_the_database_refused_does_not_reach_the_log(visitor, log):
    """PostgreSQL tells the values in its message: 'Key (email)=(...) already exists'."""
    with pytest.raises(IntegrityError, match=CANARY):
        refused_by_the_database(None)
    response = visitor.get("/test/refused/very-secret-link/")
    assert response.status_code == 500
    written = log.getvalue()
    assert "IntegrityError at " in written
    assert "/test/refused/<str:secret>/" in written
    for secret in ("canary", "Canary", "very-secret-link", "already exists"):
        assert secret not in written


@pytest.mark.parametrize("address", ["/test/cut-off/", "/test/wrong/"])
@pytest.mark.django_db
def test_what_an_error_says_stays_out_of_the_log_and_the_page(visitor, log, address):
    response = visitor.get(f"{address}?who={CANARY}")
    assert "canary" not in log.getvalue() + response.text


def test_addresses_are_masked_wherever_they_stand(log):
    logging.getLogger("core.anything").warning("no mail to %s, nor to <%s>", CANARY, CANARY)
    assert log.getvalue().endswith("no mail to [address], nor to <[address]>\n")


def test_one_record_is_one_line_even_with_a_cached_traceback(log):
    record = logging.makeLogRecord(
        {"name": "core", "msg": "first\nsecond", "exc_text": f"Traceback with {CANARY}", "levelname": "ERROR"}
    )
    RequestIdFilter().filter(record)
    assert LineFormatter().format(record).endswith("first | second")


@pytest.mark.django_db
def test_each_request_can_be_followed_by_route_and_without_its_query(visitor, log):
    visitor.get(f"/healthz?who={CANARY}")
    assert re.search(r"INFO [0-9a-f]{12} core.requests GET /healthz 200 \d+ ms nobody\n", log.getvalue())


# --- while the database is away ------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/test/cut-off/", "/test/lost/"])
def test_a_lost_database_is_503_and_says_when_to_come_back(visitor, address):
    response = visitor.get(address)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.headers["X-Request-Id"] in response.text
    assert "Content-Security-Policy" in response.headers


@pytest.mark.django_db(transaction=True)
def test_a_database_lost_before_the_session_is_saved_is_no_fault_of_the_visitor(visitor):
    factories.sign_in(visitor, factories.create_user("Alice", roles=["coordinator"]))
    response = visitor.get("/test/cut-off-late/")
    assert (response.status_code, response.headers.get("Retry-After")) == (503, "5")
    connections.close_all()
    assert visitor.get("/test/asks/").status_code == 200


@pytest.fixture
def no_database(monkeypatch, transactional_db):
    """Every new connection is refused, as while the server restarts."""

    def refuse(*args, **kwargs):
        raise psycopg2.OperationalError("connection refused")

    connections.close_all()
    monkeypatch.setattr(psycopg2, "connect", refuse)
    yield
    monkeypatch.undo()


def test_a_page_that_asks_the_database_is_503_for_visitors_and_people_alike(visitor, transactional_db, monkeypatch):
    alice = factories.create_user("Alice", roles=["coordinator"])
    factories.sign_in(visitor, alice)
    connections.close_all()

    def refuse(*args, **kwargs):
        raise psycopg2.OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(psycopg2, "connect", refuse)
        answers = [visitor.get(address) for address in ["/test/asks/", "/start/", "/nowhere/"]]
        answers += [Client(raise_request_exception=False).get(address) for address in ["/test/asks/", "/practices/"]]
        assert [(answer.status_code, answer.headers["Retry-After"]) for answer in answers] == [(503, "5")] * 5
    assert visitor.get("/test/asks/").text == "1"


def test_the_process_is_alive_while_the_database_is_away_and_not_ready(visitor, no_database):
    assert visitor.get("/healthz").status_code == 200
    response = visitor.get("/readyz")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


@pytest.mark.django_db
def test_the_process_is_alive_and_ready(visitor):
    assert [visitor.get(address).text for address in ["/healthz", "/readyz"]] == ["alive\n", "ready\n"]
    assert [visitor.post(address).status_code for address in ["/healthz", "/readyz"]] == [405, 405]


@pytest.mark.django_db
def test_alive_asks_nothing_of_the_database(visitor, django_assert_num_queries):
    with django_assert_num_queries(0):
        visitor.get("/healthz")


@pytest.mark.django_db
def test_a_fault_in_the_page_of_faults_is_still_a_page(visitor, monkeypatch, log):
    def fails(*args, **kwargs):
        raise ValueError(CANARY)

    monkeypatch.setattr("core.unavailable.render", fails)
    response = visitor.get("/test/wrong/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text
    assert "canary" not in log.getvalue() + response.text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_monitor_may_ask_by_any_name(visitor, path, log):
    answers = [
        visitor.get(path, headers={"host": host}) for host in ("192.0.2.7", "192.0.2.7:8000", "elsewhere.example")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "elsewhere" not in log.getvalue()


@pytest.mark.django_db
def test_a_page_is_answered_for_our_own_host_alone_and_a_scanner_fills_no_log(visitor, log):
    assert visitor.get("/", headers={"host": "elsewhere.example"}).status_code == 400
    assert "ERROR" not in log.getvalue()
