"""What Prometheus is answered, on a port of its own: the figures of all processes, and how things stand now.

Each of gunicorn's processes listens on that port, in a thread beside those that answer people, so that it
answers also while all of them wait for the database; the system hands a scrape to any one of them.
"""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.db import Error, connection
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import ThreadingWSGIServer
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from core import health, metrics, vital_signs
from core.heartbeat import Heartbeat, memory_of
from core.outbox.models import Notice
from core.timetable import JOBS, JobRun

SECONDS_FOR_THE_DATABASE = 4.0  # Prometheus itself gives up after ten


class Counted(Collector):
    """The sum of what all processes have counted."""

    def collect(self) -> Iterable[Metric]:
        return MultiProcessCollector.merge([str(file) for file in files()])


def files() -> list[Path]:
    """Counters of processes that ended go on counting; the requests that one of them had in hand do not."""
    found = sorted(metrics.folder().glob("*.db"))
    return [file for file in found if not file.name.startswith("gauge_live") or metrics.lives(metrics.process_of(file))]


class CurrentFigures(Collector):
    """How things stand at this moment. What cannot be found out is left out, and the rest is answered."""

    def __init__(self) -> None:
        self.asking = threading.Lock()

    def collect(self) -> Iterator[Metric]:
        figures = self.ask_the_database()
        missing = figures.missing if figures else [health.DATABASE]
        yield parts([*missing, *health.missing_files()])
        yield from disks()
        yield memory(figures.worker_memory if figures else None)
        if figures:
            yield from figures.gauges

    def ask_the_database(self) -> "DatabaseFigures | None":
        """In a thread, since one that hangs must not keep Prometheus waiting; never two at a time."""
        if not self.asking.acquire(blocking=False):
            return None
        found: list[DatabaseFigures] = []
        thread = threading.Thread(target=self.ask, args=[found], daemon=True)
        thread.start()
        thread.join(SECONDS_FOR_THE_DATABASE)
        return found[0] if found else None

    def ask(self, found: list["DatabaseFigures"]) -> None:
        try:
            found.append(DatabaseFigures())
        except Error:
            pass
        finally:
            connection.close()
            self.asking.release()


class DatabaseFigures:
    """What the database tells; raises its Error."""

    def __init__(self) -> None:
        self.missing = health.missing_in_the_database()
        self.worker_memory: int | None = None
        self.gauges: list[Metric] = []
        if not self.missing:
            self.worker_memory = Heartbeat.objects.values_list("memory", flat=True).first()
            self.gauges = [*signs(), mails(), failed_jobs()]


def signs() -> list[Metric]:
    there = [sign() for sign in vital_signs.SIGNS]
    return [gauge(sign.name, f"As administrators read it: {sign.sentence}", sign.number) for sign in there]


def disks() -> list[Metric]:
    free = GaugeMetricFamily("open_doors_disk_free_bytes", "Free on a disk of the portal.", labels=["disk"])
    size = GaugeMetricFamily("open_doors_disk_size_bytes", "Of a disk of the portal.", labels=["disk"])
    for disk in vital_signs.disks():
        free.add_metric([disk.holds], disk.free)
        size.add_metric([disk.holds], disk.size)
    return [free, size]


def mails() -> Metric:
    family = GaugeMetricFamily("open_doors_mails_now", "Mails in the outbox, by state.", labels=["state"])
    for state in (Notice.Status.QUEUED, Notice.Status.FAILED):
        family.add_metric([state], Notice.objects.in_state(state).count())
    return family


def failed_jobs() -> Metric:
    family = GaugeMetricFamily("open_doors_job_failed", "1 where the last run of a job failed.", labels=["name"])
    failed = set(JobRun.objects.failed().values_list("name", flat=True))
    for name in JOBS:
        family.add_metric([name], name in failed)
    return family


def parts(missing: list[str]) -> Metric:
    family = GaugeMetricFamily("open_doors_part_missing", "1 where /readyz would say so.", labels=["part"])
    for part in health.PARTS:
        family.add_metric([part], part in missing)
    return family


def memory(of_worker: int | None) -> Metric:
    """The largest process of each kind; the worker tells its own with its heartbeat."""
    family = GaugeMetricFamily("open_doors_memory_bytes", "Memory of the largest process.", labels=["process"])
    processes = {metrics.process_of(file) for file in metrics.folder().glob(f"*_{metrics.WEB}-*.db")}
    family.add_metric([metrics.WEB], max(map(memory_of, filter(metrics.lives, processes)), default=0))
    if of_worker is not None:
        family.add_metric([metrics.WORKER], of_worker)
    return family


def gauge(name: str, says: str, number: float) -> Metric:
    return GaugeMetricFamily(f"open_doors_{name}", says, value=number)


# --- the port ------------------------------------------------------------------------------------


class Server(ThreadingWSGIServer):
    allow_reuse_port = True  # every process of gunicorn listens, also those of before and after a reload


class Handler(WSGIRequestHandler):
    timeout = 10  # seconds for a request to be sent

    def log_message(self, *args) -> None:
        """Nothing: Prometheus asks every few seconds."""


def begin() -> None:
    """Answer on METRICS_BIND for as long as this process lives; raises OSError where the port is taken."""
    metrics.record_as(metrics.WEB)
    registry = CollectorRegistry()
    registry.register(Counted())
    registry.register(CurrentFigures())
    host, port = settings.METRICS_BIND
    server = make_server(host, port, make_wsgi_app(registry), Server, Handler)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
