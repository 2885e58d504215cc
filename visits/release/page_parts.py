"""Parts of the pages of a release: who did it, and the tabs of its days."""

import datetime
import uuid

from django.utils.translation import gettext as _

from core.names_by_reference import Names
from visits.release.itinerary import Day


def who(names: Names, user: uuid.UUID | None) -> str:
    """Who did it; what nobody did came by an import."""
    return names.user(user) if user else _("the portal itself")


def tabs(days: list[Day], today: datetime.date) -> list[dict]:
    """A link to each day, in order of time; today's is marked, else the first that is to come."""
    current = next((day.date for day in days if day.date >= today), None)
    return [
        {
            "weekday": day.weekday,
            "label": day.label,
            "url": f"#day-{day.date.isoformat()}",
            "current": day.date == current,
        }
        for day in days
    ]
