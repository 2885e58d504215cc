"""What the timetable does for visits."""

import visits.delegation.jobs
import visits.release.jobs  # noqa: F401 -- they list themselves when they are imported
