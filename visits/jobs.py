"""What the timetable does for visits."""

from visits.delegation import jobs  # noqa: F401 -- lists itself when it is imported
