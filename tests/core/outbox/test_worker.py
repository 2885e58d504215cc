"""Real workers in processes of their own, against a real mail server: nothing is lost, nothing said twice."""

import datetime
import os
import signal

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.outbox import actions
from core.outbox.models import HANDING_OVER_LASTS, Notice
from core.timetable import JOBS, JobRun
from core.worker import PATIENCE
from tests import factories
from tests.core.outbox.conftest import create_notice, wait_until
from tests.core.outbox.mail_server import Gate

Status, Reason = Notice.Status, Notice.Reason
pytestmark = pytest.mark.django_db(transaction=True)


def status_of(notice: Notice) -> str:
    return Notice.objects.values_list("status", flat=True).get(pk=notice.pk)


def kill(worker) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=10)


def make_stale(notice: Notice) -> None:
    """As if the worker had died long ago."""
    long_ago = timezone.now() - HANDING_OVER_LASTS - datetime.timedelta(minutes=1)
    Notice.objects.filter(pk=notice.pk).update(claimed_at=long_ago)
    JobRun.objects.all().delete()


def test_two_workers_send_a_hundred_notices_once_each(start_worker, server):
    notices = [create_notice() for _ in range(100)]
    start_worker()
    start_worker()
    wait_until(lambda: Notice.objects.filter(status=Status.SENT).count() == 100, seconds=60)
    assert sorted(server.ids) == sorted(notice.message_id for notice in notices)


def test_a_commit_wakes_the_worker_at_once(start_worker, server):
    start_worker()
    wait_until(worker_has_kept_the_timetable)
    with transaction.atomic():
        notice = create_notice()
        actions.wake_worker()
    wait_until(lambda: status_of(notice) == Status.SENT, seconds=3)


def worker_has_kept_the_timetable() -> bool:
    """It listens before it keeps the timetable."""
    return JobRun.objects.filter(finished_at__isnull=False).count() == len(JOBS)


def test_a_worker_killed_before_it_hands_over_leaves_the_notice_in_the_queue(start_worker, server):
    notice = create_notice()
    server.steps["greeting"] = gate = Gate()
    worker = start_worker()
    gate.wait()
    kill(worker)
    assert status_of(notice) == Status.QUEUED

    del server.steps["greeting"]
    gate.open()
    start_worker()
    wait_until(lambda: status_of(notice) == Status.SENT)
    assert server.ids == [notice.message_id]


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_worker_killed_while_it_hands_over_leaves_the_decision_to_staff(start_worker, server, step):
    alice = factories.create_user("Alice", roles=["coordinator"])
    notice = create_notice()
    server.steps[step] = gate = Gate()
    worker = start_worker()
    gate.wait()
    assert status_of(notice) == Status.SENDING
    kill(worker)
    del server.steps[step]
    gate.open()

    make_stale(notice)
    start_worker()
    wait_until(lambda: status_of(notice) == Status.FAILED)
    notice.refresh_from_db()
    assert notice.reason == Notice.Reason.MAY_HAVE_ARRIVED
    assert server.ids == []

    actions.send_again(notice=notice, by=alice)
    wait_until(lambda: status_of(notice) == Status.SENT)
    assert server.ids == [notice.message_id]


def test_a_worker_killed_after_the_server_took_the_mail_does_not_send_it_twice(start_worker, server):
    notice = create_notice()
    worker = start_worker()
    server.steps["taken"] = lambda: kill(worker)
    wait_until(lambda: worker.poll() is not None)
    assert (status_of(notice), server.ids) == (Status.SENDING, [notice.message_id])

    make_stale(notice)
    del server.steps["taken"]
    start_worker()
    wait_until(lambda: status_of(notice) == Status.FAILED)
    follower = create_notice()
    wait_until(lambda: status_of(follower) == Status.SENT)
    assert server.ids == [notice.message_id, follower.message_id]


def test_a_fresh_claim_of_another_worker_is_left_alone(start_worker, server):
    claimed = create_notice(status=Status.SENDING, claimed_at=timezone.now())
    follower = create_notice()
    start_worker()
    wait_until(lambda: status_of(follower) == Status.SENT)
    assert status_of(claimed) == Status.SENDING


def test_a_worker_told_to_stop_finishes_the_mail_in_its_hands(start_worker, server):
    notice = create_notice()
    server.steps["DATA"] = gate = Gate()
    worker = start_worker()
    gate.wait()
    waiting = create_notice()
    worker.send_signal(signal.SIGTERM)
    gate.open()
    assert worker.wait(timeout=20) == 0
    assert (status_of(notice), status_of(waiting)) == (Status.SENT, Status.QUEUED)
    assert server.ids == [notice.message_id]


@pytest.mark.parametrize(
    ("step", "left"),
    [
        pytest.param("greeting", (Status.QUEUED, Reason.UNREACHABLE), marks=pytest.mark.nightly),
        ("DATA", (Status.FAILED, Reason.MAY_HAVE_ARRIVED)),
    ],
)
def test_a_worker_told_to_stop_does_not_wait_for_a_mail_server_that_has_frozen(start_worker, server, step, left):
    """Its own timeout is a minute; whoever stops it kills it sooner. The mail goes once at the most."""
    notice = create_notice()
    server.steps[step] = gate = Gate()
    worker = start_worker()
    gate.wait()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE + 10) == 0
    notice.refresh_from_db()
    assert (notice.status, notice.reason) == left
    del server.steps[step]
    gate.open()
    assert server.ids == []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_stops_at_once(start_worker, server, sign):
    notice = create_notice()
    worker = start_worker()
    wait_until(lambda: status_of(notice) == Status.SENT)
    worker.send_signal(sign)
    assert worker.wait(timeout=3) == 0


def cut_off_everybody_else() -> None:
    """What a restart of the database is to a worker: every connection ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_worker_cut_off_from_the_database_with_a_mail_in_its_hands_still_writes_that_it_went(start_worker, server):
    notice = create_notice()
    server.steps["taken"] = gate = Gate()
    worker = start_worker()
    gate.wait()
    cut_off_everybody_else()
    gate.open()
    wait_until(lambda: status_of(notice) == Status.SENT)
    assert worker.poll() is None
    assert server.ids == [notice.message_id]


def test_an_idle_worker_comes_back_after_the_database_was_restarted(start_worker, server):
    first = create_notice()
    worker = start_worker()
    wait_until(lambda: status_of(first) == Status.SENT)
    cut_off_everybody_else()
    second = create_notice()
    wait_until(lambda: status_of(second) == Status.SENT)
    assert worker.poll() is None
    assert os.waitpid(worker.pid, os.WNOHANG) == (0, 0)
