"""What can happen to an account and to an invitation. Pages, commands and other rooms all call these."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import emails
from accounts.models import Invitation, Role, User
from core import audit
from core.access import Refusal
from core.outbox import actions as outbox
from core.outbox.links import Link

# --- invitations ---------------------------------------------------------------------------------


@transaction.atomic
def invite(*, email: str, name: str, language: str, by: User | None, roles: Iterable[str] = ()) -> Invitation:
    """A new invitation, and the account that it begins if there is none for this address yet.

    An invitation with roles makes its person council staff when they take it up; one without
    carries a place on the list of a visit. It goes out by ``send_invitation``.
    """
    roles = [role for role in Role.values if role in set(roles)]
    user = _person_at(email, name=name, language=language)
    _refuse_if_pointless(user, roles)
    invitation = Invitation.objects.create(user=user, roles=roles, invited_by=by, expires_at=_new_expiry())
    audit.record("invitation.made", invitation, by=by, whole=user, roles=roles)
    return invitation


@transaction.atomic
def invite_colleague(*, email: str, name: str, language: str, roles: Iterable[str], by: User) -> Invitation:
    """Invite somebody to the council's staff, with their roles; the invitation is on its way."""
    invitation = invite(email=email, name=name, language=language, roles=roles, by=by)
    send_invitation(invitation=invitation, by=by)
    return invitation


def _person_at(email: str, **fields: str) -> User:
    """The account of an address, locked; a new one has no password."""
    address = email.strip().lower()
    unusable = User()
    unusable.set_unusable_password()
    user, _is_new = User.objects.get_or_create(email=address, defaults={**fields, "password": unusable.password})
    return User.objects.select_for_update().get(pk=user.pk)


def _refuse_if_pointless(user: User, roles: list[str]) -> None:
    if not user.is_active:
        raise Refusal(_("The account of this address is closed. Open it again first."), field="email")
    if roles and user.is_council_staff:
        raise Refusal(_("This person is council staff already. Give them the role on their page."), field="email")
    if roles and user.invitations.to_staff().open().exists():
        raise Refusal(_("This person has an open invitation. Send it again, or withdraw it first."), field="email")


def _new_expiry() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=settings.INVITATION_LASTS_DAYS)


@transaction.atomic
def send_invitation(
    *,
    invitation: Invitation,
    by: User | None,
    template: str = emails.STAFF_INVITATION,
    context: dict[str, Any] | None = None,
) -> Invitation:
    """Mail the invitation, for the first time or again; it then lasts its full time from now.

    The template has ``invitation``, ``user``, ``link``, ``by`` and whatever ``context`` adds.
    """
    invitation = _locked(invitation)
    _refuse_if_settled(invitation)
    invitation.expires_at = _new_expiry()
    invitation.sent_count += 1
    invitation.save(update_fields=["expires_at", "sent_count"])
    user = invitation.user
    outbox.queue(
        template=template,
        context={"invitation": invitation, "user": user, "by": by, **(context or {})},
        address=user.email,
        language=user.language,
        cause=f"invitation:{invitation.pk}:{invitation.sent_count}",
        to_user=user,
        opens=Link("invitation", str(invitation.pk)),
    )
    audit.record("invitation.sent", invitation, by=by, whole=user, times=invitation.sent_count)
    return invitation


def _locked(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_related("user").select_for_update(of=("self",)).get(pk=invitation.pk)


def _refuse_if_settled(invitation: Invitation) -> None:
    if invitation.withdrawn_at:
        raise Refusal(_("This invitation has been withdrawn. Invite the person anew."))
    if invitation.accepted_at:
        raise Refusal(_("This invitation has been taken up already."))


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> Invitation:
    """Nobody can take it up any more; what a guest's invitation carried holds no longer."""
    invitation = _locked(invitation)
    if invitation.withdrawn_at:
        raise Refusal(_("This invitation has been withdrawn already."))
    if invitation.is_to_staff and invitation.accepted_at:
        raise Refusal(_("This invitation has been taken up already. Take the roles away, or close the account."))
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    _end_sessions_of_a_guest_without_a_visit(invitation.user)
    audit.record("invitation.withdrawn", invitation, by=by, whole=invitation.user)
    return invitation


def _end_sessions_of_a_guest_without_a_visit(user: User) -> None:
    if not user.is_council_staff and not user.invitations.that_count().exists():
        _end_sessions(user)


def mark_opened(*, invitation: Invitation) -> None:
    """The person has gone on from the welcome page; only the first time is written down."""
    Invitation.objects.filter(pk=invitation.pk, opened_at=None).update(opened_at=timezone.now())


@transaction.atomic
def accept_open_invitations(*, user: User) -> list[Invitation]:
    """Signing in takes up every open invitation to a visit. One to staff asks for more: see below."""
    invitations = list(user.invitations.to_a_visit().open().select_for_update())
    for invitation in invitations:
        _accept(invitation, user)
    return invitations


@transaction.atomic
def join_staff(*, invitation: Invitation, password: str | None = None) -> User:
    """Take up an invitation to staff, with a password or after the council's own sign-in."""
    user = User.objects.select_for_update().get(pk=invitation.user_id)
    invitation = _locked(invitation)
    if not invitation.is_open or not user.is_active:
        raise Refusal(_("This invitation cannot be taken up any more."))
    _accept(invitation, user)
    if password is not None:
        user.set_password(password)
    user.roles = [role for role in Role.values if role in {*user.roles, *invitation.roles}]
    user.sign_in_stamp = uuid.uuid4()
    user.save(update_fields=["password", "roles", "sign_in_stamp"])
    for role in invitation.roles:
        audit.record("role.given", user, by=invitation.invited_by, role=role)
    return user


def _accept(invitation: Invitation, user: User) -> None:
    invitation.accepted_at = timezone.now()
    invitation.opened_at = invitation.opened_at or invitation.accepted_at
    invitation.save(update_fields=["accepted_at", "opened_at"])
    audit.record("invitation.accepted", invitation, by=user, whole=user)


# --- roles and accounts --------------------------------------------------------------------------


@transaction.atomic
def give_role(*, user: User, role: str, by: User) -> User:
    """One more role for somebody who is council staff; it ends their sessions. Raises Refusal for others."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_council_staff:
        raise Refusal(_("This person is not council staff. Invite them first."))
    if role in user.roles:
        raise Refusal(_("This person has that role already."))
    return _set_roles(user, {*user.roles, role}, by=by, verb="role.given", role=role)


@transaction.atomic
def take_role(*, user: User, role: str, by: User) -> User:
    """One role less; it ends their sessions. Raises Refusal for the role of the last administrator."""
    user = _locked_with_all_administrators(user)
    if role not in user.roles:
        raise Refusal(_("This person does not have that role."))
    if role == Role.ADMINISTRATOR:
        _refuse_if_last_administrator(user)
    return _set_roles(user, set(user.roles) - {role}, by=by, verb="role.taken", role=role)


def _set_roles(user: User, roles: set[str], *, by: User, verb: str, role: str) -> User:
    user.roles = [known for known in Role.values if known in roles]
    user.sign_in_stamp = uuid.uuid4()
    user.save(update_fields=["roles", "sign_in_stamp"])
    audit.record(verb, user, by=by, role=role)
    return user


def _locked_with_all_administrators(user: User) -> User:
    """Lock every administrator in one order, so that two of them cannot send each other away at once."""
    administrators = list(User.objects.with_role(Role.ADMINISTRATOR).order_by("pk").select_for_update())
    locked = next((one for one in administrators if one.pk == user.pk), None)
    return locked or User.objects.select_for_update().get(pk=user.pk)


def _refuse_if_last_administrator(user: User) -> None:
    others = User.objects.with_role(Role.ADMINISTRATOR).exclude(pk=user.pk)
    if user.has_role(Role.ADMINISTRATOR) and not others.exists():
        raise Refusal(_("This person is the last administrator. Make somebody else administrator first."))


@transaction.atomic
def deactivate(*, user: User, by: User) -> User:
    """Close an account: its sessions end at once, and nobody signs in to it until it is opened again."""
    user = _locked_with_all_administrators(user)
    if not user.is_active:
        raise Refusal(_("This account is closed already."))
    if user.pk == by.pk:
        raise Refusal(_("You cannot close your own account. Ask another administrator."))
    _refuse_if_last_administrator(user)
    return _set_active(user, False, by=by, verb="account.closed")


@transaction.atomic
def reactivate(*, user: User, by: User) -> User:
    """Open a closed account again; its old sessions stay ended."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        raise Refusal(_("This account is open already."))
    return _set_active(user, True, by=by, verb="account.opened")


def _set_active(user: User, is_active: bool, *, by: User, verb: str) -> User:
    user.is_active = is_active
    user.sign_in_stamp = uuid.uuid4()
    user.save(update_fields=["is_active", "sign_in_stamp"])
    audit.record(verb, user, by=by)
    return user


@transaction.atomic
def take_second_factors(*, user: User, by: User) -> User:
    """For somebody who lost their phone and recovery codes: at their next sign-in they set up anew."""
    user = User.objects.select_for_update().get(pk=user.pk)
    removed, _by_kind = Authenticator.objects.filter(user_id=user.pk).delete()
    if not removed:
        raise Refusal(_("This person has no second factor."))
    _end_sessions(user)
    emails.tell_of_change(user, emails.SECOND_FACTORS_TAKEN, cause=f"second-factors-taken:{user.sign_in_stamp}")
    audit.record("account.second_factors_taken", user, by=by)
    return user


@transaction.atomic
def correct_language(*, user: User, language: str, by: User) -> User:
    """Write to somebody in another language. Once they have been here it is their own setting, and stays."""
    user = User.objects.select_for_update().get(pk=user.pk)  # they may be signing in at this moment
    if user.last_login is None and user.language != language:
        user.language = language
        user.save(update_fields=["language"])
        audit.record("account.edited", user, by=by, fields=["language"])
    return user


@transaction.atomic
def change_own_details(*, user: User, name: str | None = None, language: str | None = None) -> User:
    """What everybody may change about themselves."""
    user = User.objects.select_for_update().get(pk=user.pk)
    before = {"name": user.name, "language": user.language}
    user.name = name or user.name
    user.language = language or user.language
    user.save(update_fields=["name", "language"])
    changed = [field for field, value in before.items() if getattr(user, field) != value]
    if changed:
        audit.record("account.edited", user, by=user, fields=changed)
    return user


@transaction.atomic
def end_all_sessions(*, user: User) -> User:
    """Sign this person out everywhere."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _end_sessions(user)
    return user


def _end_sessions(user: User) -> None:
    user.sign_in_stamp = uuid.uuid4()
    user.save(update_fields=["sign_in_stamp"])
