"""Who may publish, and who may read what was published."""

from accounts.models import User
from visits.booking.models import Visit
from visits.booking.permissions import can_plan
from visits.delegation.permissions import can_see_planning, membership


def can_publish(user: User, visit: Visit) -> bool:
    """Coordinators only: a placement student drafts and cannot publish."""
    return can_plan(user) and visit.is_open


def can_read_itinerary(user: User, visit: Visit) -> bool:
    return can_plan(user) or membership(user, visit) is not None


can_see_releases = can_see_planning
