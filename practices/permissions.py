"""Who may do what with the catalogue. Reading what is published needs no permission."""

from accounts.models import Role


def can_edit_catalogue(user) -> bool:
    """Write, publish and withdraw practices, terms and sources, and read their history."""
    return user.is_authenticated and user.has_role(Role.EDITOR)
