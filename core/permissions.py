"""Who may see and do what with the machinery that all rooms share.

The roles are defined in ``accounts.models.Role``, a later app; here they stand by their stored words.
"""


def can_see_outbox(user) -> bool:
    """Every message that waits, was sent or failed, and whom it is for."""
    return user.has_role("coordinator") or user.has_role("administrator")


def can_see_audit(user) -> bool:
    return user.has_role("administrator")


def can_see_timetable(user) -> bool:
    return user.has_role("administrator")


def can_see_pictures(user) -> bool:
    """Those for staff as well."""
    return user.is_authenticated and user.is_council_staff


def can_edit_pictures(user) -> bool:
    return user.has_role("editor") or user.has_role("coordinator")
