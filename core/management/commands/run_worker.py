from django.core.management.base import BaseCommand

from core.worker import Worker


class Command(BaseCommand):
    help = "Sends the outbox and keeps the timetable until it is stopped (Ctrl-C or SIGTERM). Any number may run."
    requires_system_checks = []  # the web server has made them, and a worker is to be up at once

    def handle(self, **options):
        worker = Worker()
        worker.stop_on_signals()
        worker.run()
