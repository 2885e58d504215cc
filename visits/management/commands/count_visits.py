"""What lists say of visits, counted anew from their programmes."""

from django.core.management.base import BaseCommand, CommandError

from visits.booking.models import Visit
from visits.release import summary


class Command(BaseCommand):
    help = "Counts anew what the start page and lists say of open visits; --check only compares, and exits with 1."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare, and change nothing")

    def handle(self, *args, check: bool, **options) -> None:
        if check:
            if untrue := summary.untrue():
                raise CommandError(f"What is kept of these visits is not true: {', '.join(untrue)}.")
            self.stdout.write("What is kept of every open visit is true.")
            return
        keys = list(Visit.objects.open().values_list("pk", flat=True))
        summary.write_together(keys)
        self.stdout.write(f"{len(keys)} open visits counted anew.")
