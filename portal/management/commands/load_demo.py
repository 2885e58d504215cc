"""Brings the demonstration into a database: catalogue, cities, glossary, and three visits with their people."""

import datetime
from argparse import ArgumentTypeError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demonstration import loading


def day(written: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        raise ArgumentTypeError(f"{written} is not a day; write it like 2027-03-09") from None


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--first-day",
            type=day,
            metavar="YYYY-MM-DD",
            help="the first day of the visit from Brno; without it the Tuesday of the third week from now",
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is a visit or a practice")

    def handle(self, *, first_day: datetime.date | None, if_empty: bool, **options) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "This is not a demonstration: its people and visits are made up, so they come only into a database "
                "that is served with DEMONSTRATION=1."
            )
        if if_empty and not loading.is_empty():
            return
        if loading.is_somebody_elses():
            raise CommandError(
                "This database holds visits or practices that no demonstration has brought; "
                "name an empty database in DATABASE_URL."
            )
        run = loading.load(first_day=first_day)
        self.stdout.write(said_in_a_line(run))


def said_in_a_line(run) -> str:
    return (
        f"The demonstration is loaded: {len(run.new)} new, {len(run.renewed)} renewed; "
        f"left as they are: {run.left['edited']} edited since, {run.left['removed']} removed since."
    )
