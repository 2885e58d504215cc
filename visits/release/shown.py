"""Small parts of the itinerary's page."""

import datetime

from visits.release.itinerary import Day


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
