"""Visits as the public sees them: from the release that guests read and the city's own page, never from drafts."""

import datetime
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from core.dates import days_in_words
from core.translated import Text, as_text
from visits.booking.models import Visit

PUBLIC_STATUSES = {Visit.Status.CONFIRMED, Visit.Status.FINISHED, Visit.Status.CLOSED}


@dataclass(frozen=True)
class PublicVisit:
    title: Text
    city_name: Text
    city_slug: str
    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> str:
        return days_in_words(self.first, self.last)


def public_visits(**about) -> list[PublicVisit]:
    """Visits that are firm and published, or have been, newest first; ``about`` narrows (city=…). One query.

    A visit to a city without a public page is not among them.
    """
    rows = (
        Visit.objects.filter(status__in=PUBLIC_STATUSES, live__kind="firm", city__live__isnull=False, **about)
        .annotate(
            public_title=F("live__body__visit__title"),
            public_city=F("city__live__body__name"),
            public_first=F("live__body__visit__starts_on"),
            public_last=F("live__body__visit__ends_on"),
        )
        .values_list("public_title", "public_city", "city__slug", "public_first", "public_last")
    )
    visits = [
        PublicVisit(as_text(title), as_text(city), slug, *map(datetime.date.fromisoformat, (first, last)))
        for title, city, slug, first, last in rows
        if first and last
    ]
    return sorted(visits, key=lambda visit: visit.first, reverse=True)


def next_visit() -> PublicVisit | None:
    """The next one that has not ended."""
    today = timezone.localdate()
    return min((visit for visit in public_visits() if visit.last >= today), key=lambda visit: visit.first, default=None)
