"""What lists say of visits, counted anew from their programmes."""

from django.core.management.base import BaseCommand, CommandError

from visits.release import summary
from visits.release.models import VisitSummary


class Command(BaseCommand):
    help = (
        "Counts anew what the start page and lists say of every visit; --check tells what was wrong, and exits with 1."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare, and change nothing")

    def handle(self, *args, check: bool, **options) -> None:
        if check:
            if untrue := summary.untrue():
                raise CommandError(f"What is kept of these visits is not true: {', '.join(untrue)}.")
            self.stdout.write("What is kept of every visit is true.")
            return
        VisitSummary.objects.update(is_behind=True)
        self.stdout.write(f"{summary.write_those_behind()} visits counted anew.")
