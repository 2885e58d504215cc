"""Who may manage accounts, and by which way each person may sign in."""

from accounts.models import Role, User

STAFF_WAYS = {"password", "mfa", "socialaccount"}


def can_manage_people(user: User) -> bool:
    return user.has_role(Role.ADMINISTRATOR)


def can_set_up_sign_in(user: User) -> bool:
    """A password and a second factor are for staff; guests have their mailed code."""
    return user.is_council_staff


def may_sign_in_by(user: User, way: str) -> bool:
    """A mailed code lets in guests only; every other way, staff only."""
    if way == "code":
        return User.objects.guests().filter(pk=user.pk).exists()
    return way in STAFF_WAYS and user.is_council_staff
