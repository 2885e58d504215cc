"""Who may do what with a visit. A visit that is not theirs, people do not see at all (QuerySet)."""

from accounts.models import Role, User
from visits.booking.models import Visit


def can_plan(user: User) -> bool:
    """Record visits and plan any of them."""
    return user.has_role(Role.COORDINATOR)


def can_edit_visit(user: User, visit: Visit) -> bool:
    return can_plan(user) and visit.is_open
