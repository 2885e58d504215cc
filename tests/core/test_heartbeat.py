"""The worker shows that it gets on with its work: idle, with a long queue, and between its jobs."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from core import timetable
from core.heartbeat import BEAT_EVERY, Heartbeat, Pulse, beat
from core.outbox.models import Notice
from core.timetable import Every, Job
from core.worker import LOOK_AGAIN, Worker
from tests.core.outbox.conftest import create_notice, server, start_worker, wait_until

__all__ = ["server", "start_worker"]  # the fixtures of the outbox
START = datetime.datetime(2027, 3, 9, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture
def by_the_wall_clock():
    """Makes a worker in this process whose pulse goes by the clock that these tests move."""
    made = []

    def make() -> Worker:
        worker = Worker()
        worker.pulse = Pulse(clock=lambda: timezone.now().timestamp())
        made.append(worker)
        return worker

    yield make
    for worker in made:
        worker.bell.close()
        worker.button.close()


def beaten_at() -> datetime.datetime:
    return Heartbeat.objects.get().beat_at


@pytest.mark.django_db
def test_a_beat_is_one_row_with_its_moment_and_the_memory_of_the_process():
    with time_machine.travel(START, tick=False) as clock:
        beat()
        clock.shift(15)
        beat()
        clock.shift(20)
        heartbeat = Heartbeat.objects.get()
        assert (heartbeat.beat_at, heartbeat.age) == (START + datetime.timedelta(seconds=15), 20)
    assert heartbeat.memory > 10_000_000


@pytest.mark.django_db
def test_there_is_never_a_second_row():
    with pytest.raises(IntegrityError, match="core_heartbeat_is_one_row"):
        Heartbeat.objects.create(number=2, beat_at=START, memory=1)


@pytest.mark.django_db
def test_a_worker_with_a_long_queue_beats_between_two_mails(monkeypatch, by_the_wall_clock):
    """Four mails, each of which takes ten seconds: when was the last beat, as each began?"""
    monkeypatch.setattr(timetable, "JOBS", {})
    beats = []
    for _mail in range(4):
        create_notice()
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=1), tick=False) as clock:
        began = timezone.now()

        def takes_ten_seconds(self, messages):
            beats.append((beaten_at() - began).total_seconds())
            clock.shift(10)
            return len(messages)

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", takes_ten_seconds)
        worker = by_the_wall_clock()
        monkeypatch.setattr(worker, "wait_for_a_call", worker.stop)
        worker.work_and_wait()
    assert beats == [0, 0, 20, 20]
    assert Notice.objects.filter(status=Notice.Status.SENT).count() == 4


@pytest.mark.django_db
def test_a_worker_beats_between_two_jobs(monkeypatch, by_the_wall_clock):
    with time_machine.travel(START, tick=False) as clock:

        def takes_a_minute():
            clock.shift(60)

        rhythm = Every(datetime.timedelta(minutes=5))
        jobs = {name: Job(name, "Does something.", rhythm, takes_a_minute) for name in ("first", "second")}
        monkeypatch.setattr(timetable, "JOBS", jobs)
        worker = by_the_wall_clock()
        worker.pulse.beat_if_due()
        worker.keep_the_timetable()
    assert beaten_at() == START + datetime.timedelta(seconds=120)


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_beats_as_soon_as_it_runs(start_worker, server):
    start_worker()
    wait_until(lambda: Heartbeat.objects.exists())


def test_an_idle_worker_looks_up_often_enough_to_beat():
    assert LOOK_AGAIN < BEAT_EVERY
