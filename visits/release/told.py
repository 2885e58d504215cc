"""What the public is told of visits: from the release that guests see and the city's own page, never from drafts."""

import datetime
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from core.dates import days_in_words
from core.translated import Text, as_text
from visits.booking.models import Visit

TOLD = {Visit.Status.CONFIRMED, Visit.Status.FINISHED, Visit.Status.CLOSED}


@dataclass(frozen=True)
class ToldVisit:
    title: Text
    city_name: Text
    city_slug: str
    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> str:
        return days_in_words(self.first, self.last)


def told_visits(**about) -> list[ToldVisit]:
    """Visits that are firm and published, or have been, newest first; ``about`` narrows (city=…). One query.

    Of a city without a public page nothing is told.
    """
    rows = (
        Visit.objects.filter(status__in=TOLD, live__kind="firm", city__live__isnull=False, **about)
        .annotate(
            told_title=F("live__body__visit__title"),
            told_city=F("city__live__body__name"),
            told_first=F("live__body__visit__starts_on"),
            told_last=F("live__body__visit__ends_on"),
        )
        .values_list("told_title", "told_city", "city__slug", "told_first", "told_last")
    )
    visits = [
        ToldVisit(as_text(title), as_text(city), slug, *map(datetime.date.fromisoformat, (first, last)))
        for title, city, slug, first, last in rows
        if first and last
    ]
    return sorted(visits, key=lambda visit: visit.first, reverse=True)


def next_visit() -> ToldVisit | None:
    """The next one that has not ended."""
    today = timezone.localdate()
    return min((visit for visit in told_visits() if visit.last >= today), key=lambda visit: visit.first, default=None)
