"""What the pages of administrators show of an account: its state, its second factor, its invitation."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Role, User

INVITATION_STATES = {
    "withdrawn": (_("invitation withdrawn"), "plain"),
    "expired": (_("invitation expired"), "ask"),
    "opened": (_("invitation opened"), "waiting"),
    "sent": (_("invited"), "waiting"),
    "accepted": (_("no role"), "plain"),
}


@dataclass(frozen=True)
class Row:
    user: User
    invitation: Invitation | None  # only while it has not been taken up
    roles: str
    state: Any
    tone: str
    second_factor: Any
    last_sign_in: str
    facts: list[dict[str, Any]]


def rows(people: list[User]) -> list[Row]:
    return [row(user) for user in people]


def row(user: User) -> Row:
    invitation = waiting_invitation(user)
    state, tone = state_of(user)
    roles = ", ".join(str(Role(role).label) for role in (user.roles or (invitation.roles if invitation else [])))
    second_factor = gettext("yes") if user.has_second_factor else gettext("not yet")
    signed_in = date_format(localtime(user.last_login), "DATETIME_FORMAT") if user.last_login else gettext("never")
    facts = [
        {"label": gettext("E-mail address"), "value": user.email},
        {"label": gettext("State"), "value": state},
        {"label": gettext("Second factor"), "value": second_factor},
        {"label": gettext("Last sign-in"), "value": signed_in},
    ]
    return Row(user, invitation, roles, state, tone, second_factor, signed_in, facts)


def waiting_invitation(user: User) -> Invitation | None:
    latest = next((one for one in user.invitations.all() if one.is_to_staff), None)
    return latest if latest and not latest.accepted_at else None


def state_of(user: User) -> tuple[Any, str]:
    if not user.is_active:
        return _("closed"), "stop"
    if user.roles:
        return _("in use"), "good"
    latest = next((one for one in user.invitations.all() if one.is_to_staff), None)
    return INVITATION_STATES[latest.state if latest else "accepted"]


def role_names(user: User) -> list[dict[str, Any]]:
    """Every role, and whether this person has it."""
    return [{"key": role.value, "label": role.label, "is_theirs": role.value in user.roles} for role in Role]
