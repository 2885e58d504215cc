import logging
import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from core import metrics
from core.worker import Worker

logger = logging.getLogger("core.worker")


class Command(BaseCommand):
    help = "Sends the outbox and keeps the timetable until it is stopped (Ctrl-C or SIGTERM). Any number may run."
    requires_system_checks = []  # the web server has made them, and a worker is to be up at once

    def handle(self, **options):
        if settings.METRICS_BIND:
            metrics.record_as(metrics.WORKER)
        worker = Worker()
        worker.stop_on_signals()
        try:
            worker.run()
        except Exception:  # Python's own last words would quote the values that it fell over
            logger.exception("the worker ended by a fault")
            sys.exit(1)
