"""The worker's heartbeat: one row that says when the background worker last got on with its work."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from django.db import models
from django.utils import timezone

BEAT_EVERY = 15.0  # seconds
# Without a beat for so long the worker is dead or stuck. It looks up from its work at least every
# five seconds, so a beat is never twenty seconds late of itself; what is left of the minute is
# Prometheus's, which has to ask and to decide.
SILENT_AFTER = 40.0  # seconds
PAGE = os.sysconf("SC_PAGE_SIZE")


class Heartbeat(models.Model):
    """One row for all workers: any of them does all the work."""

    number = models.PositiveSmallIntegerField(primary_key=True, default=1)
    beat_at = models.DateTimeField()
    memory = models.PositiveBigIntegerField()  # bytes that the worker holds

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(number=1), name="core_heartbeat_is_one_row")]

    def __str__(self) -> str:
        return f"{self.beat_at:%Y-%m-%d %H:%M:%S}"

    @property
    def age(self) -> float:
        """Seconds since the last beat."""
        return max(0.0, (timezone.now() - self.beat_at).total_seconds())


class Pulse:
    """Beats when it is time; asked far more often than that.

    It is asked by the work itself and never by a thread beside it, since a thread would go on beating
    for a worker that hangs.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.due_at = 0.0

    def beat_if_due(self) -> None:
        if self.clock() >= self.due_at:
            beat()
            self.due_at = self.clock() + BEAT_EVERY


def beat() -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(number=1, beat_at=timezone.now(), memory=memory_of(os.getpid()))],
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["beat_at", "memory"],
    )


def memory_of(process: int) -> int:
    """Bytes that it holds of the machine's memory; raises OSError when there is no such process."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
