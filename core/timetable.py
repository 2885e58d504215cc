"""The timetable: work that the background worker does by the clock, with each job's last run.

A job is a function without arguments that is harmless when it runs late or twice. It stands in the
``jobs.py`` of its app under ``@every`` or ``@daily``, which lists it in ``JOBS``, and returns how
many things it dealt with. The worker asks ``run_due_jobs`` every minute; an advisory lock lets one
worker at a time run jobs.
"""

import datetime
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import metrics

logger = logging.getLogger(__name__)

LOCK = 0x6F70656E  # one number for "somebody runs the timetable" among this database's advisory locks
TRY_AGAIN = datetime.timedelta(minutes=15)  # a job that failed does not wait for its next day
# A job this much later than its time means that no worker is running.
OVERDUE = datetime.timedelta(minutes=10)


class JobRunQuerySet(models.QuerySet):
    def failed(self):
        """Whose last run did not go well."""
        return self.filter(failed_at__isnull=False)


class JobRun(models.Model):
    """The last run of one job."""

    name = models.CharField(max_length=60, primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)  # the last time it went well
    failed_at = models.DateTimeField(null=True, blank=True)  # empty as soon as it went well again
    handled = models.PositiveIntegerField(default=0)  # how many things the last good run dealt with
    fault = models.CharField(max_length=100, blank=True)  # the kind of the last fault; the log has its place

    objects = JobRunQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Every:
    pause: datetime.timedelta

    def next_after(self, last: datetime.datetime) -> datetime.datetime:
        return last + self.pause

    def __str__(self) -> str:
        return str(_("every %(minutes)s minutes") % {"minutes": int(self.pause.total_seconds() // 60)})


@dataclass(frozen=True)
class Daily:
    at: datetime.time  # on the clock in Leeds

    def next_after(self, last: datetime.datetime) -> datetime.datetime:
        day = timezone.localtime(last)
        todays = self._on(day.date())
        return todays if todays > last else self._on(day.date() + datetime.timedelta(days=1))

    def _on(self, day: datetime.date) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(day, self.at))

    def __str__(self) -> str:
        return str(_("every day at %(time)s") % {"time": f"{self.at:%H:%M}"})


@dataclass(frozen=True)
class Job:
    name: str
    says: Any  # what it does, as a sentence for administrators
    rhythm: Every | Daily
    work: Callable[[], int | None]

    def due_at(self, run: JobRun | None) -> datetime.datetime | None:
        """When it is to run next; None means at once, since it never ran."""
        if run is None:
            return None
        due = self.rhythm.next_after(run.started_at)
        return min(due, run.started_at + TRY_AGAIN) if run.failed_at else due

    def is_due(self, run: JobRun | None, now: datetime.datetime) -> bool:
        due = self.due_at(run)
        return due is None or due <= now


JOBS: dict[str, Job] = {}


def every(*, minutes: int, says: Any) -> Callable:
    return _list(Every(datetime.timedelta(minutes=minutes)), says)


def daily(*, at: str, says: Any) -> Callable:
    """``at`` is a time on the clock in Leeds, such as "03:30"."""
    return _list(Daily(datetime.time.fromisoformat(at)), says)


def _list(rhythm: Every | Daily, says: Any) -> Callable:
    def listed(work: Callable[[], int | None]) -> Callable:
        JOBS[work.__name__] = Job(work.__name__, says, rhythm, work)
        return work

    return listed


def nothing() -> None:
    pass


def run_due_jobs(between: Callable[[], None] = nothing) -> list[str]:
    """Run what is due and return its names; nothing while another worker is at it.

    ``between`` is called after each job.
    """
    ran = []
    with one_at_a_time() as is_mine:
        if is_mine:
            runs = JobRun.objects.in_bulk()
            for job in JOBS.values():
                if job.is_due(runs.get(job.name), timezone.now()):
                    run(job)
                    ran.append(job.name)
                    between()
    return ran


@contextmanager
def one_at_a_time() -> Iterator[bool]:
    """Whether this worker holds the timetable. The lock ends with its connection, come what may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine and connection.connection and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def run(job: Job) -> JobRun:
    """Run one job now, and remember how it went; a fault of the job is not the worker's."""
    record, _is_new = JobRun.objects.update_or_create(name=job.name, defaults={"started_at": timezone.now()})
    try:
        record.handled = job.work() or 0
    except Exception as error:
        logger.exception("job %s failed", job.name)
        record.failed_at, record.fault = timezone.now(), type(error).__name__
        metrics.JOBS.labels(job.name, "failed").inc()
    else:
        record.finished_at, record.failed_at, record.fault = timezone.now(), None, ""
        metrics.JOBS.labels(job.name, "done").inc()
    record.save(update_fields=["handled", "finished_at", "failed_at", "fault"])
    return record


@dataclass(frozen=True)
class Line:
    """One job with its last run, as administrators see it."""

    job: Job
    run: JobRun | None

    @property
    def is_overdue(self) -> bool:
        due = self.job.due_at(self.run)
        return due is None or due + OVERDUE < timezone.now()

    @property
    def has_failed(self) -> bool:
        return bool(self.run and self.run.failed_at)

    @property
    def tone(self) -> str:
        return "stop" if self.has_failed else "ask" if self.is_overdue else "good"

    @property
    def state(self) -> str:
        return {"stop": _("failed"), "ask": _("overdue"), "good": _("on time")}[self.tone]


def overview() -> list[Line]:
    runs = JobRun.objects.in_bulk()
    return [Line(job, runs.get(job.name)) for job in JOBS.values()]
