"""What is counted and measured for Prometheus, in every process; ``core.scrape`` hands it out.

With METRICS_BIND set each process keeps its figures in files of its own, which whoever is asked adds up.
No label holds anything that a person typed: routes are names of addresses, and the rest are words from here.
"""

import logging
import os
import time
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import constants, get_messages
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from prometheus_client import Counter, Gauge, Histogram, values

logger = logging.getLogger(__name__)

values.ValueClass = values.MutexValue  # in memory, until ``record_as`` says otherwise

# --- what there is -------------------------------------------------------------------------------
# Each has a label, so that none has a value before ``record_as`` has said where values are kept.

ANSWERS = Counter("open_doors_answers", "Answers to requests.", ["route", "method", "status"])
ANSWER_SECONDS = Histogram(
    "open_doors_answer_seconds",
    "Seconds that an answer took.",
    ["route"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
DATABASE_SECONDS = Histogram(
    "open_doors_database_seconds",
    "Seconds that one request waited for answers of the database.",
    ["method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
IN_PROGRESS = Gauge(
    "open_doors_requests_in_progress", "Requests being answered now.", ["process"], multiprocess_mode="livesum"
)
ACTIONS = Counter("open_doors_actions", "Sent forms, by what came of them.", ["outcome"])
SIGN_INS = Counter("open_doors_sign_ins", "Sign-ins, by what came of them.", ["outcome"])
MAILS = Counter("open_doors_mails", "Tries to send a mail, by what came of them.", ["outcome", "reason"])
JOBS = Counter("open_doors_jobs", "Runs of jobs of the timetable.", ["name", "outcome"])
DATABASE_FAULTS = Counter("open_doors_database_faults", "What the database did not do in time.", ["kind"])

ACTION_OUTCOMES = ("done", "refused", "clash", "failed")
SIGN_IN_OUTCOMES = ("done", "refused", "limited")
# By PostgreSQL's code of the error.
FAULTS = {"55P03": "lock_timeout", "57014": "statement_timeout", "40P01": "deadlock", "25P03": "idle_timeout"}
NO_CONNECTION = "no_connection"
FAULT_KINDS = (*FAULTS.values(), NO_CONNECTION)

# --- where it is kept ----------------------------------------------------------------------------

WEB, WORKER = "web", "worker"
ROOM = 1 << 20  # bytes of each file; every series of every route takes about half of it


def folder() -> Path:
    return Path(settings.METRICS_DIR)


def record_as(kind: str) -> None:
    """From now on this process, of this kind, keeps its figures where others find them.

    Where the disk has no room for them it works without: figures are no reason to stay away.
    """
    try:
        folder().mkdir(parents=True, exist_ok=True)
        clear_away(kind)
        reserve(kind)
    except OSError as error:
        logger.warning("figures of this process cannot be kept: %s", type(error).__name__)
        return
    values.ValueClass = values.MultiProcessValue(lambda: f"{kind}-{os.getpid()}")
    if kind == WEB:
        begin_at_nought()


def begin_at_nought() -> None:
    """A figure that appears with its first fault does not rise in Prometheus's eyes, and wakes nobody."""
    for counter, words in [(ACTIONS, ACTION_OUTCOMES), (SIGN_INS, SIGN_IN_OUTCOMES), (DATABASE_FAULTS, FAULT_KINDS)]:
        for word in words:
            counter.labels(word)


def clear_away(kind: str) -> None:
    """Remove what an earlier run left, which is over when none of its processes lives.

    As long as one does, the figures of those that ended stay, or a sum would go down in mid-run.
    """
    files = list(folder().glob(f"*_{kind}-*.db"))
    others = {process_of(file) for file in files} - {os.getpid()}
    if not any(map(lives, others)):
        for file in files:
            file.unlink(missing_ok=True)


def reserve(kind: str) -> None:
    """Take the room on the disk now: a process that writes where there is none is killed by SIGBUS."""
    for sort in ("counter", "histogram", "gauge_livesum"):
        with (folder() / f"{sort}_{kind}-{os.getpid()}.db").open("a+b") as file:
            os.posix_fallocate(file.fileno(), 0, ROOM)


def process_of(file: Path) -> int:
    """The process whose figures are in ``counter_web-123.db``."""
    return int(file.stem.rpartition("-")[2])


def lives(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


# --- requests ------------------------------------------------------------------------------------

database_seconds: ContextVar[list[float] | None] = ContextVar("database_seconds", default=None)


class Answering:
    """Counts one request: ``with Answering(request) as answering: ... answering.ended_with(response)``."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.waits: list[float] = []

    def __enter__(self) -> "Answering":
        self.token = database_seconds.set(self.waits)
        IN_PROGRESS.labels(WEB).inc()
        self.began = time.perf_counter()
        return self

    def __exit__(self, *error) -> None:
        IN_PROGRESS.labels(WEB).dec()
        database_seconds.reset(self.token)

    def ended_with(self, response: HttpResponse) -> None:
        self.seconds = time.perf_counter() - self.began
        route, method = route_of(self.request), method_of(self.request)
        ANSWERS.labels(route, method, f"{response.status_code // 100}xx").inc()
        ANSWER_SECONDS.labels(route).observe(self.seconds)
        DATABASE_SECONDS.labels(method).observe(sum(self.waits))
        if method == "POST":
            ACTIONS.labels(outcome_of(self.request, response)).inc()


def route_of(request: HttpRequest) -> str:
    """The name of the address, or its pattern where it has none."""
    match = request.resolver_match
    if match:
        return match.view_name or match.route
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "none"


def method_of(request: HttpRequest) -> str:
    return request.method if request.method in {"GET", "HEAD", "POST"} else "other"


def outcome_of(request: HttpRequest, response: HttpResponse) -> str:
    """What came of a sent form: ``done``, ``refused``, ``clash`` (409) or ``failed`` (5xx)."""
    status = response.status_code
    if status >= 500:
        return "failed"
    if status == 409:
        return "clash"
    return "refused" if status >= 400 or came_back(response) or leads_away(request, response) else "done"


def came_back(response: HttpResponse) -> bool:
    """A page in place of a redirect: the form again, with what is to be put right."""
    return response.status_code == 200 and response.headers.get("Content-Type", "").startswith("text/html")


def leads_away(request: HttpRequest, response: HttpResponse) -> bool:
    """A redirect that says no: to the sign-in, or to a page with a message that warns."""
    if not 300 <= response.status_code < 400:
        return False
    warned = any(
        message.level >= constants.WARNING for message in getattr(get_messages(request), "_queued_messages", [])
    )
    to_sign_in = urlsplit(response.headers.get("Location", "")).path == reverse(settings.LOGIN_URL)
    return warned or (to_sign_in and route_of(request) != "account_logout")


# --- the database --------------------------------------------------------------------------------


def watch_connection(sender, connection, **kwargs) -> None:
    """Time each query of a new connection. Stands first, since whoever adds a wrapper takes the last away."""
    if timed not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, timed)


def timed(execute, sql, params, many, context):
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    except Error as error:
        if kind := FAULTS.get(getattr(error.__cause__, "pgcode", None)):
            DATABASE_FAULTS.labels(kind).inc()
        raise
    finally:
        waits = database_seconds.get()
        if waits is not None:
            waits.append(time.perf_counter() - began)


def count_lost_connection(error: BaseException | None) -> None:
    """The database is away; a wait that it ended by itself has been counted where it happened."""
    if getattr(getattr(error, "__cause__", None), "pgcode", None) not in FAULTS:
        DATABASE_FAULTS.labels(NO_CONNECTION).inc()
