"""Answers, actions, mails, jobs and waits for the database are counted by what came of them."""

import datetime
import os
import subprocess
import sys

import pytest
from django.conf import settings as portal_settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.utils import OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import path
from prometheus_client import REGISTRY, generate_latest, values

import config.urls
from core import metrics, timetable
from core.access import open_to_all
from core.outbox import sending
from core.outbox.sending import Outcome, Reason
from core.timetable import Every, Job
from tests.core.counting import Change
from tests.core.outbox.conftest import create_notice

pytestmark = [pytest.mark.urls("tests.core.test_metrics"), pytest.mark.django_db]
CANARY = "canarybird"


@open_to_all
def answering(request, way, word=""):
    if way == "warned":
        messages.warning(request, "It has moved on.")
    if way == "told":
        messages.success(request, "Done.")
    return {
        "page": lambda: HttpResponse("<p>The form again</p>"),
        "file": lambda: HttpResponse("{}", content_type="application/json"),
        "clash": lambda: HttpResponse(status=409),
        "forbidden": forbidden,
        "fault": lambda: 1 / 0,
        "waits": waits_for_a_lock,
        "late": lambda: asks("SELECT pg_sleep(5)"),
    }.get(way, lambda: redirect("/"))()


def forbidden():
    raise PermissionDenied


def asks(sql: str) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '50ms'")
        cursor.execute(sql)
    return HttpResponse()


def waits_for_a_lock() -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        cursor.execute("LOCK TABLE core_jobrun")
    return HttpResponse()


urlpatterns = [path("test/<str:way>/<str:word>/", answering, name="answering"), *config.urls.urlpatterns]
handler500, handler403 = config.urls.handler500, config.urls.handler403


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("way", "outcome"),
    [
        ("done", "done"),
        ("told", "done"),
        ("file", "done"),
        ("page", "refused"),
        ("warned", "refused"),
        ("forbidden", "refused"),
        ("clash", "clash"),
        ("fault", "failed"),
    ],
)
def test_a_sent_form_is_counted_by_what_came_of_it(visitor, way, outcome):
    every = {each: Change("open_doors_actions_total", outcome=each) for each in metrics.ACTION_OUTCOMES}
    visitor.post(f"/test/{way}/{CANARY}/")
    visitor.get(f"/test/{way}/{CANARY}/")
    assert {each: change.since() for each, change in every.items()} == {
        each: 1 if each == outcome else 0 for each in metrics.ACTION_OUTCOMES
    }


def test_a_form_of_somebody_who_is_signed_out_is_refused(visitor):
    change = Change("open_doors_actions_total", outcome="refused")
    assert visitor.post("/people/invite/").status_code == 302
    assert change.since() == 1


@pytest.mark.parametrize(
    ("address", "route", "status"),
    [
        ("/practices/", "practices:list", "2xx"),
        ("/cs/practices/", "practices:list", "2xx"),
        (f"/test/fault/{CANARY}/", "answering", "5xx"),
        (f"/{CANARY}/", "none", "4xx"),
        (f"/static/{CANARY}.css", "static", "4xx"),
    ],
)
def test_an_answer_is_counted_under_its_route_and_never_its_path(visitor, address, route, status):
    answers = Change("open_doors_answers_total", route=route, method="GET", status=status)
    seconds = Change("open_doors_answer_seconds_count", route=route)
    visitor.get(f"{address}?who={CANARY}", headers={"User-Agent": CANARY})
    assert (answers.since(), seconds.since()) == (1, 1)
    assert CANARY not in generate_latest(REGISTRY).decode()


def test_a_method_that_somebody_made_up_is_no_label_of_its_own(visitor):
    change = Change("open_doors_answers_total", route="none", method="other", status="4xx")
    visitor.generic(CANARY.upper(), "/")
    assert change.since() == 1


def test_a_request_is_in_progress_while_it_is_answered(visitor, monkeypatch):
    during = []
    change = Change("open_doors_requests_in_progress", process="web")
    monkeypatch.setattr("core.metrics.outcome_of", lambda *args: during.append(change.since()) or "done")
    visitor.post(f"/test/fault/{CANARY}/")
    assert (during, change.since()) == ([1], 0)


# --- the database --------------------------------------------------------------------------------


def test_the_time_that_a_request_waits_for_the_database_is_measured(visitor):
    seconds = Change("open_doors_database_seconds_sum", method="GET")
    visitor.get(f"/test/late/{CANARY}/")
    assert 0.05 <= seconds.since() < 5


def test_a_statement_that_took_too_long_is_counted_by_its_kind(visitor):
    late = Change("open_doors_database_faults_total", kind="statement_timeout")
    lost = Change("open_doors_database_faults_total", kind="no_connection")
    assert visitor.get(f"/test/late/{CANARY}/").status_code == 503
    assert (late.since(), lost.since()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_was_not_given_is_counted_by_its_kind(visitor):
    change = Change("open_doors_database_faults_total", kind="lock_timeout")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("LOCK TABLE core_jobrun")
            visitor.get(f"/test/waits/{CANARY}/")
    finally:
        other.close()
    assert change.since() == 1


def test_a_lost_connection_is_counted(visitor, monkeypatch):
    change = Change("open_doors_database_faults_total", kind="no_connection")

    def cut_off():
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("tests.core.test_metrics.waits_for_a_lock", cut_off)
    assert visitor.get(f"/test/waits/{CANARY}/").status_code == 503
    assert change.since() == 1


def test_whoever_wraps_a_new_connection_takes_away_only_their_own_wrapper(transactional_db):
    def other(execute, *args):
        return execute(*args)

    connection.close()
    with connection.execute_wrapper(other):
        connection.ensure_connection()
    assert connection.execute_wrappers.count(metrics.timed) == 1
    assert other not in connection.execute_wrappers


# --- mails and jobs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "told", "reason"),
    [
        (Outcome(), "sent", ""),
        (Outcome(Reason.UNREACHABLE), "retried", "unreachable"),
        (Outcome(Reason.REFUSED, f"550 {CANARY}", is_final=True), "failed", "refused"),
    ],
)
def test_a_mail_is_counted_by_what_came_of_it_once_that_is_written(
    outcome, told, reason, django_capture_on_commit_callbacks
):
    change = Change("open_doors_mails_total", outcome=told, reason=reason)
    with django_capture_on_commit_callbacks(execute=True):
        sending.settle(create_notice(), outcome)
        assert change.since() == 0
    assert change.since() == 1


def test_a_job_is_counted_by_how_it_went():
    done, failed = (Change("open_doors_jobs_total", name="job", outcome=outcome) for outcome in ("done", "failed"))
    rhythm = Every(datetime.timedelta(minutes=5))
    timetable.run(Job("job", "Does something.", rhythm, lambda: 1))
    timetable.run(Job("job", "Does something.", rhythm, lambda: 1 / 0))
    assert (done.since(), failed.since()) == (1, 1)


# --- where figures are kept ----------------------------------------------------------------------


@pytest.fixture
def kept(settings, tmp_path):
    """``kept(*processes)`` makes the files of these processes; returns the folder."""
    settings.METRICS_DIR = tmp_path / "metrics"

    def make(*processes):
        metrics.folder().mkdir()
        for process in processes:
            (metrics.folder() / f"counter_web-{process}.db").touch()
        (metrics.folder() / "counter_worker-1.db").touch()
        return lambda: sorted(file.name for file in metrics.folder().iterdir())

    return make


@pytest.fixture
def ended() -> int:
    """A process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_start_clears_what_an_earlier_run_left_of_its_own_kind(kept, ended):
    there = kept(ended, os.getpid())
    metrics.clear_away("web")
    assert there() == ["counter_worker-1.db"]


def test_while_one_process_lives_the_figures_of_those_that_ended_stay(kept, ended):
    there = kept(ended, os.getppid())
    before = there()
    metrics.clear_away("web")
    assert there() == before


def test_room_on_the_disk_is_taken_before_anything_is_counted(kept):
    kept()
    metrics.reserve("web")
    sizes = {file.name.partition("_")[0]: file.stat().st_blocks * 512 for file in metrics.folder().glob("*_web-*")}
    assert sizes.keys() == {"counter", "histogram", "gauge"}
    assert min(sizes.values()) >= metrics.ROOM


def test_where_figures_cannot_be_kept_the_process_works_without(kept, caplog):
    folder = metrics.folder()
    folder.write_text("a file in its place")
    metrics.record_as("web")
    assert caplog.messages == ["figures of this process cannot be kept: FileExistsError"]
    assert values.ValueClass is values.MutexValue


def test_figures_lie_with_the_data():
    assert metrics.folder() == portal_settings.DATA_DIR / "metrics"
