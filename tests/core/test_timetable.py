import datetime
from threading import Event, Thread

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core import jobs, timetable
from core.timetable import JOBS, Daily, Every, Job, JobRun
from tests import factories

NOON = datetime.datetime(2027, 3, 9, 12, 0, tzinfo=datetime.UTC)
PAGE = reverse("core:timetable")


def ran(at: datetime.datetime, **fields) -> JobRun:
    return JobRun(name="job", started_at=at, **{"finished_at": at, **fields})


def job(rhythm, work=lambda: 3) -> Job:
    return Job("job", "Does something.", rhythm, work)


@pytest.fixture
def only(monkeypatch):
    """``only(work)`` makes that the whole timetable."""

    def listed(work, rhythm=None):
        monkeypatch.setattr(timetable, "JOBS", {"job": job(rhythm or Every(datetime.timedelta(minutes=5)), work)})

    return listed


def test_the_timetable_of_this_room():
    own = {name for name, each in JOBS.items() if each.work.__module__ == jobs.__name__}
    mails, forms = {"take_back_messages", "forget_secrets"}, {"clear_kept_forms", "clear_sent_forms"}
    assert own == {*mails, *forms, "clear_sessions", "clear_cache", "sweep_pictures"}


def test_what_never_ran_is_due():
    assert job(Daily(datetime.time(3))).is_due(None, NOON)


@pytest.mark.parametrize(("minutes", "is_due"), [(4, False), (5, True), (500, True)])
def test_every_few_minutes(minutes, is_due):
    every = job(Every(datetime.timedelta(minutes=5)))
    assert every.is_due(ran(NOON - datetime.timedelta(minutes=minutes)), NOON) is is_due


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=factories.LEEDS)


@pytest.mark.parametrize(
    ("last", "now", "is_due"),
    [
        ("2027-03-09T03:10", "2027-03-09T23:59", False),
        ("2027-03-09T03:10", "2027-03-10T03:09", False),
        ("2027-03-09T03:10", "2027-03-10T03:10", True),
        ("2027-03-09T03:09", "2027-03-09T03:10", True),
        ("2027-03-08T12:00", "2027-03-09T03:10", True),
        # The clocks go forward on 28 March and back on 31 October 2027, at one in the night.
        ("2027-03-27T03:10", "2027-03-28T03:10", True),
        ("2027-10-30T03:10", "2027-10-31T03:10", True),
        ("2027-10-31T03:10", "2027-10-31T23:59", False),
    ],
)
def test_every_day_at_a_time_of_leeds(last, now, is_due):
    assert job(Daily(datetime.time(3, 10))).is_due(ran(at(last)), at(now)) is is_due


def test_what_failed_is_tried_again_before_its_next_day():
    daily, failed = job(Daily(datetime.time(3))), ran(NOON, failed_at=NOON)
    assert not daily.is_due(failed, NOON + datetime.timedelta(minutes=14))
    assert daily.is_due(failed, NOON + datetime.timedelta(minutes=15))


@pytest.mark.django_db
def test_a_job_runs_once_until_it_is_due_again(only):
    only(lambda: 3)
    assert timetable.run_due_jobs() == ["job"]
    assert timetable.run_due_jobs() == []
    record = JobRun.objects.get()
    assert (record.handled, record.failed_at, record.fault) == (3, None, "")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=5)):
        assert timetable.run_due_jobs() == ["job"]


@pytest.mark.django_db
def test_a_job_that_fails_is_remembered_and_does_not_stop_the_others(monkeypatch):
    def fails():
        raise ValueError("about ann@example.org")

    rhythm = Every(datetime.timedelta(minutes=5))
    jobs_then = {
        name: Job(name, "Does something.", rhythm, work) for name, work in [("bad", fails), ("good", lambda: 1)]
    }
    monkeypatch.setattr(timetable, "JOBS", jobs_then)
    assert timetable.run_due_jobs() == ["bad", "good"]
    bad, good = JobRun.objects.get(name="bad"), JobRun.objects.get(name="good")
    assert (bad.fault, bad.failed_at is not None, bad.finished_at) == ("ValueError", True, None)
    assert (good.fault, good.failed_at) == ("", None)


@pytest.mark.django_db
def test_a_job_that_recovers_is_well_again(only):
    def fails():
        raise ValueError

    only(fails)
    timetable.run_due_jobs()
    only(lambda: 1)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=15)):
        timetable.run_due_jobs()
    record = JobRun.objects.get()
    assert (record.failed_at, record.fault, record.handled) == (None, "", 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_run_a_job_once(only):
    begun, go_on, counted = Event(), Event(), []

    def slow():
        counted.append(1)
        begun.set()
        go_on.wait(10)

    only(slow)

    def other_worker():
        try:
            timetable.run_due_jobs()
        finally:
            connection.close()

    worker = Thread(target=other_worker)
    worker.start()
    assert begun.wait(10)
    assert timetable.run_due_jobs() == []
    go_on.set()
    worker.join()
    assert timetable.run_due_jobs() == []
    assert counted == [1]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_died_leaves_the_timetable_to_others(only):
    only(lambda: 1)

    def dies():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [timetable.LOCK])
        connection.close()

    worker = Thread(target=dies)
    worker.start()
    worker.join()
    assert timetable.run_due_jobs() == ["job"]


# --- the jobs ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(JOBS))
def test_every_job_is_harmless_late_and_twice(name):
    JOBS[name].work()
    JOBS[name].work()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=400)):
        JOBS[name].work()


@pytest.mark.django_db
def test_sessions_that_have_ended_are_cleared():
    now = timezone.now()
    Session.objects.create(session_key="over", session_data="", expire_date=now - datetime.timedelta(minutes=1))
    Session.objects.create(session_key="open", session_data="", expire_date=now + datetime.timedelta(minutes=1))
    assert jobs.clear_sessions() == 1
    assert [session.pk for session in Session.objects.all()] == ["open"]


@pytest.mark.django_db
def test_the_cache_forgets_what_is_over_and_nothing_else():
    cache.clear()
    with time_machine.travel(timezone.now() - datetime.timedelta(hours=1), tick=False):
        cache.set("over", 1, 60)
    cache.set("open", 1, 60)
    cache.set("for-ever", 1, None)
    assert jobs.clear_cache() == 1
    assert [cache.get(key) for key in ["over", "open", "for-ever"]] == [None, 1, 1]


# --- the page ------------------------------------------------------------------------------------


def test_administrators_see_how_each_job_went(as_person, administrator, only):
    only(lambda: 1)
    client = as_person(administrator)
    assert "overdue" in client.get(PAGE).text
    timetable.run_due_jobs()
    page = client.get(PAGE).text
    assert "Does something." in page
    assert 'data-label="Dealt with">1</td>' in page
    assert "overdue" not in page
    JobRun.objects.update(failed_at=timezone.now(), fault="ValueError")
    assert "Fault: ValueError." in client.get(PAGE).text


@pytest.mark.parametrize(("roles", "status"), [(["administrator"], 200), (["coordinator", "editor"], 403), ([], 403)])
def test_who_may_see_the_timetable(as_person, db, roles, status):
    assert as_person(factories.create_user("Somebody", roles=roles)).get(PAGE).status_code == status


def test_the_page_takes_seven_queries(as_person, administrator, django_assert_num_queries):
    """Session, person, the jobs' runs, the worker's heartbeat, the mails that wait."""
    client = as_person(administrator)
    with django_assert_num_queries(7):
        client.get(PAGE)
