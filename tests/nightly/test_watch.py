"""The portal watched from outside: a real web server, a real worker, a real database that goes away."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from launcher.throwaway import throwaway_server
from tests.core.outbox import mail_server
from tests.serving import Portal, wait_until

pytestmark = pytest.mark.nightly
ALERTS = Path(settings.BASE_DIR) / "deploy/prometheus"
HEARTBEAT = "open_doors_worker_heartbeat_age_seconds"
CANARY = "kanarek"


@pytest.fixture(scope="module")
def database():
    """A PostgreSQL of this module's own, since it is stopped."""
    with throwaway_server() as (folder, url):
        yield folder, url


@pytest.fixture(scope="module")
def prepared(database, tmp_path_factory) -> tuple[str, Path]:
    """The database with everything in it, and a folder with the collected files."""
    folder = tmp_path_factory.mktemp("data")
    portal = Portal(database[1], folder)
    for command in (["migrate", "-v0"], ["createcachetable"], ["load_demo"], ["collectstatic", "--noinput", "-v0"]):
        portal.manage(*command)
    return database[1], folder


@pytest.fixture
def portal(prepared, tmp_path) -> Portal:
    url, folder = prepared
    shutil.copytree(folder / "static", tmp_path / "static")
    return Portal(url, tmp_path)


def alert(name: str) -> dict:
    [group] = yaml.safe_load((ALERTS / "alerts.yml").read_text())["groups"]
    return next(rule for rule in group["rules"] if rule["alert"] == name)


def test_a_worker_that_is_killed_is_told_within_a_minute(portal):
    """Prometheus looks every ten seconds and decides every ten: forty are left for the figure itself."""
    threshold = float(alert("WorkerSilent")["expr"].rpartition(">")[2])
    with portal.serving() as (_web, worker):
        wait_until(lambda: portal.figures().get(HEARTBEAT, 99) < 20)
        time.sleep(40)  # through several beats: it is never silent of itself
        assert portal.figures()[HEARTBEAT] < 25
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        seconds = wait_until(lambda: portal.figures()[HEARTBEAT] > threshold)
        assert seconds + 20 <= 61  # a poll of ours takes a moment
        assert portal.asks("/readyz") == (200, "ready\n")
        assert portal.asks("/practices/")[0] == 200
        again = portal.start("manage.py", "run_worker")
        try:
            wait_until(lambda: portal.figures()[HEARTBEAT] < 20)
        finally:
            again.terminate()
            again.wait(20)


def test_a_worker_with_a_long_queue_is_never_silent(portal, prepared):
    """Mails that take a second each, for longer than an alert would wait."""
    with mail_server.running() as server:
        server.steps["taken"] = lambda: time.sleep(1)
        portal.environment |= {"DEMONSTRATION": "0", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.port)}
        portal.environment |= {"SMTP_TLS": "0"}
        write = (
            "from core.outbox.models import Notice\n"
            "for n in range(60):\n"
            "    Notice.objects.create(address=f'r{n}@example.org', language='en', cause=f'watch:{n}',"
            " subject='s', body='b', message_id=f'<{n}@example.org>')"
        )
        portal.manage("shell", "-v0", "-c", write)
        ages = []
        with portal.serving():
            wait_until(lambda: len(server.taken) > 2)
            while len(server.taken) < 58:
                ages.append(portal.figures()[HEARTBEAT])
                time.sleep(1)
            figures = portal.figures()
    assert len(ages) > 40
    assert max(ages) < 25
    assert figures['open_doors_mails_total{outcome="sent",reason=""}'] >= 55
    assert figures["open_doors_oldest_mail_age_seconds"] > 40


def test_a_scrape_is_answered_while_the_database_is_stopped(portal, database):
    folder, _url = database
    with portal.serving():
        wait_until(lambda: HEARTBEAT in portal.figures())
        postmaster = int((folder / "postgres/data/postmaster.pid").read_text().split()[0])
        frozen = [postmaster, *children_of(postmaster)]
        try:
            for process in frozen:
                os.kill(process, signal.SIGSTOP)
            figures = portal.figures()
            assert figures['open_doors_part_missing{part="database"}'] == 1
            assert figures['open_doors_disk_free_bytes{disk="uploads"}'] > 0
            assert HEARTBEAT not in figures
        finally:
            for process in frozen:
                os.kill(process, signal.SIGCONT)
        wait_until(lambda: portal.figures()['open_doors_part_missing{part="database"}'] == 0)
        assert HEARTBEAT in portal.figures()


def test_a_scrape_is_answered_while_there_is_no_database_at_all(portal):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        portal.environment["DATABASE_URL"] = f"postgres://x:y@127.0.0.1:{nobody.getsockname()[1]}/x"
    with portal.serving():
        assert portal.asks("/readyz") == (503, "not ready: database\n")
        assert portal.asks("/practices/")[0] == 503
        figures = portal.figures()
    assert figures['open_doors_part_missing{part="database"}'] == 1
    assert figures['open_doors_database_faults_total{kind="no_connection"}'] >= 1
    assert figures['open_doors_answers_total{method="GET",route="practices:list",status="5xx"}'] == 1


def children_of(process: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_what_both_processes_count_is_added_up_and_begins_anew_with_a_start(portal):
    counted = 'open_doors_answers_total{method="GET",route="healthz",status="2xx"}'
    with portal.serving() as (web, _worker):
        # The second begins later, and whoever finds nobody else alive begins anew.
        wait_until(lambda: len(list((portal.log.parent / "metrics").glob("counter_web-*"))) == 2)
        for _each in range(40):
            assert portal.asks("/healthz")[0] == 200
        before = portal.figures()[counted]
        assert before >= 41
        first, second = children_of(web.pid)
        os.kill(first, signal.SIGKILL)  # one of two: what it counted stays, and its place is taken
        wait_until(lambda: len({*children_of(web.pid)} - {first, second}) == 1)
        assert portal.asks("/healthz")[0] == 200
        assert portal.figures()[counted] == before + 1
        assert portal.figures()['open_doors_requests_in_progress{process="web"}'] == 0
        assert portal.figures()['open_doors_memory_bytes{process="web"}'] > 20e6
        wait_until(lambda: portal.figures().get('open_doors_memory_bytes{process="worker"}', 0) > 20e6)
    with portal.serving():
        assert portal.figures()[counted] < before


@pytest.mark.parametrize("log_format", ["line", "json"])
def test_no_canary_is_in_what_the_real_processes_write(portal, log_format):
    portal.environment |= {"LOG_FORMAT": log_format, "LOG_LEVEL": "INFO"}
    heads = {"User_Agent": CANARY, "Referer": f"http://{CANARY}.example/", "Cookie": f"a={CANARY}"}
    with portal.serving():
        for address in (f"/practices/?q={CANARY}", f"/{CANARY}/", f"/people/invitation/{CANARY}/"):
            portal.asks(address, **heads)
        portal.asks("/account/login/", "POST", f"login={CANARY}@example.org&password={CANARY}", **heads)
        portal.asks("/", Host=f"{CANARY}.example")
        for garbage in (f"{CANARY}\r\n\r\n", f"GET /{CANARY} HTTP/9.9\r\n\r\n", f"GET / HTTP/1.1\r\n{CANARY}\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", portal.port)) as line:
                line.sendall(garbage.encode())
                line.recv(1000)
        wait_until(lambda: HEARTBEAT in portal.figures())
    written = portal.log.read_text()
    assert CANARY not in written.lower()
    assert [words for words in ("an invalid request", "people/invitation/") if words not in written] == []
    assert len(re.findall(r"core\.requests", written)) >= 6


# --- the alert rules -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [["check", "rules", "alerts.yml"], ["check", "config", "prometheus.yml"], ["test", "rules", "alerts_test.yml"]],
)
def test_promtool_finds_the_alert_rules_in_order(command):
    done = subprocess.run(["promtool", *command], cwd=ALERTS, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_figure_that_an_alert_asks_for_is_there(portal):
    asked = set(re.findall(r"open_doors_\w+", "".join(alert_expressions())))
    with portal.serving():
        portal.asks("/practices/")
        wait_until(lambda: HEARTBEAT in portal.figures())
        there = {series.partition("{")[0] for series in portal.figures()}
    assert asked - there == set()


def alert_expressions() -> list[str]:
    [group] = yaml.safe_load((ALERTS / "alerts.yml").read_text())["groups"]
    return [rule["expr"] for rule in group["rules"]]
