"""The timetable: work that the background worker does by the clock, with each job's last run.

A job is a function that is harmless when it runs late or twice. It is listed in ``JOBS`` by
``every``; the worker asks ``run_due_jobs`` every minute, under an advisory lock, so that any number
of workers run each job once.
"""

from django.db import models


class JobRun(models.Model):
    """The last run of one job."""

    name = models.CharField(max_length=60, primary_key=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
