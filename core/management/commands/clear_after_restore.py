"""Clears what has ended since, after the database was brought back by other means than restore_backup."""

from django.core.management.base import BaseCommand

from core.backup import restoring


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser) -> None:
        parser.add_argument("moment", help="the state to which the database was brought back, for the audit log")

    def handle(self, *, moment: str, **options) -> None:
        restoring.clear_what_has_ended(moment, self.stdout.write)
