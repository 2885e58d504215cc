"""What council staff may do with partners. Who is not staff sees published city pages and nothing else."""

from accounts.models import Role, User


def can_see_partners(user: User) -> bool:
    """Organisations, contacts and venues. Contacts are personal data: who plans or writes needs them."""
    return user.has_role(Role.COORDINATOR) or user.has_role(Role.EDITOR)


def can_edit_partners(user: User) -> bool:
    return user.has_role(Role.COORDINATOR)


def can_see_cities(user: User) -> bool:
    """The rows behind the city pages, with the note for staff and the history."""
    return user.has_role(Role.EDITOR) or user.has_role(Role.COORDINATOR)


def can_edit_cities(user: User) -> bool:
    """Write, publish and withdraw city pages."""
    return user.has_role(Role.EDITOR)
