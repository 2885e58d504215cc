"""Who may manage accounts, and by which method each person may sign in."""

from accounts.models import Role, User

STAFF_METHODS = {"password", "mfa", "socialaccount"}


def can_manage_people(user: User) -> bool:
    return user.has_role(Role.ADMINISTRATOR)


def can_set_up_sign_in(user: User) -> bool:
    """A password and a second factor are for staff; guests have their mailed code."""
    return user.is_council_staff


def may_sign_in_by(user: User, method: str) -> bool:
    """A mailed code lets in guests only; every other method, staff only."""
    if method == "code":
        return User.objects.guests().filter(pk=user.pk).exists()
    return method in STAFF_METHODS and user.is_council_staff
