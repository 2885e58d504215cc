"""Who may publish, and who may read what was published."""

from accounts.models import User
from visits.booking.models import Visit
from visits.booking.permissions import can_plan
from visits.delegation.permissions import can_see_planning


def can_publish(user: User, visit: Visit) -> bool:
    """Coordinators only: a placement student drafts and cannot publish."""
    return can_plan(user) and visit.is_open


can_see_releases = can_see_planning
