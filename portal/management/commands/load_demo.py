"""Brings the demonstration into a database: catalogue, cities, glossary, and three visits with their people."""

import datetime
from argparse import ArgumentTypeError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from core.access import Refusal
from portal.demonstration import loading
from portal.demonstration.importing import Import


def day(written: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        raise ArgumentTypeError(f"{written} is not a day; write it like 2027-03-09") from None


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []  # what refuses, refuses in one sentence; the launcher makes the checks elsewhere

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
        self.stdout.write(what_was_done(load(first_day)))


def load(first_day: datetime.date | None) -> Import:
    try:
        return loading.load(first_day=first_day)
    except (IntegrityError, Refusal) as fault:
        why = str(fault).splitlines()[0]
        raise CommandError(f"Nothing was loaded, because something made here stands in the way: {why}") from fault


def what_was_done(run: Import) -> str:
    days = f"the guests from Brno come on {run.find('visit', 'brno').starts_on}" if run.find("visit", "brno") else ""
    done = f"{len(run.new)} new, {len(run.renewed)} renewed"
    left = ", ".join(f"{count} {what} since and left so" for what, count in sorted(run.left.items()) if count)
    return "; ".join(filter(None, [f"The demonstration is loaded: {done}", left, days])) + "."
