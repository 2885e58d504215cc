"""Everything that can happen to the people of a visit. The caller holds the lock on the visit."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import actions as accounts
from accounts.models import User
from core import audit
from core.access import Refusal
from core.translated import Text
from visits.booking import actions as booking
from visits.booking.models import Visit
from visits.delegation import emails
from visits.delegation.models import Group, Need, Person, Undertaking

UNDERTAKING_VERSION = "1.0"  # of the text that guests are asked to promise now


def _key(user: User | None):
    return user.pk if user else None


@transaction.atomic
def add_person(*, visit: Visit, by: User | None, via: str = audit.AuditEntry.Via.PAGE, **values: Any) -> Person:
    """Put somebody on the roster; an invitation is a step of its own."""
    values.setdefault("position", visit.people.count())
    person = Person.objects.create(visit=visit, changed_by=_key(by), **values)
    audit.record("person.added", person, by=by, via=via, whole=visit, part=person.part)
    return person


@transaction.atomic
def edit_person(*, person: Person, by: User, fields: list[str]) -> Person:
    """Change the entry of a person on the roster; ``fields`` are the names of what changed."""
    person.changed_by = by.pk
    person.save()
    if "language" in fields and person.invitation:
        accounts.correct_language(user=person.invitation.user, language=person.language, by=by)
    audit.record("person.edited", person, by=by, whole=person.visit, fields=fields)
    return person


@transaction.atomic
def let_person_leave(*, person: Person, by: User) -> Person:
    """Take somebody off the roster. Their access ends; what they need is deleted; the row stays for old releases."""
    person.left_at = timezone.now()
    person.changed_by = by.pk
    person.save(update_fields=["left_at", "changed_by", "changed_at"])
    Need.objects.filter(person=person).delete()
    if person.invitation and not person.invitation.withdrawn_at:
        person.invitation = accounts.withdraw_invitation(invitation=person.invitation, by=by)
    audit.record("person.left", person, by=by, whole=person.visit)
    return person


@transaction.atomic
def bring_person_back(*, person: Person, by: User) -> Person:
    """Undo a leaving; needs and invitation are asked for again."""
    person.left_at = None
    person.changed_by = by.pk
    if person.part == Person.Part.LEAD and person.visit.people.here().filter(part=Person.Part.LEAD).exists():
        person.part = Person.Part.DELEGATE
    person.save(update_fields=["left_at", "part", "changed_by", "changed_at"])
    audit.record("person.came_back", person, by=by, whole=person.visit)
    return person


@transaction.atomic
def write_needs(
    *, person: Person, access: str, meals: str, by: User | None, via: str = audit.AuditEntry.Via.PAGE
) -> Need | None:
    """What the person needs; empty texts delete the row. The log keeps that it was written, never what."""
    audit.record("needs.written", person, by=by, via=via, whole=person.visit)
    if not (access or meals):
        Need.objects.filter(person=person).delete()
        return None
    need, _created = Need.objects.update_or_create(
        person=person, defaults={"access": access, "meals": meals, "changed_by": _key(by)}
    )
    return need


@transaction.atomic
def record_undertaking(
    *,
    person: Person,
    version: str,
    language: str,
    received_on: datetime.date,
    by: User | None,
    via: str = audit.AuditEntry.Via.PAGE,
) -> Undertaking:
    """Note that the person gave the confidentiality promise; the same version is recorded once."""
    undertaking, created = Undertaking.objects.get_or_create(
        person=person,
        version=version,
        defaults={"language": language, "received_on": received_on, "recorded_by": _key(by)},
    )
    if not created:
        raise Refusal(_("This version of the undertaking is recorded already. Remove it first if it was a mistake."))
    audit.record("undertaking.recorded", person, by=by, via=via, whole=person.visit, version=version, language=language)
    return undertaking


@transaction.atomic
def remove_undertaking(*, undertaking: Undertaking, by: User) -> None:
    """Take back what was recorded by mistake."""
    person = undertaking.person
    audit.record("undertaking.removed", person, by=by, whole=person.visit, version=undertaking.version)
    undertaking.delete()


@transaction.atomic
def add_group(
    *, visit: Visit, name: Text, by: User | None, via: str = audit.AuditEntry.Via.PAGE, **given: Any
) -> Group:
    """Part of a delegation, for sessions that run side by side."""
    group = Group.objects.create(visit=visit, name=name, **given)
    audit.record("group.added", group, by=by, via=via, whole=visit, name=name)
    return group


@transaction.atomic
def edit_group(*, group: Group, by: User) -> Group:
    """Rename a group."""
    group.save()
    audit.record("group.edited", group, by=by, whole=group.visit, name=group.name)
    return group


@transaction.atomic
def remove_group(*, group: Group, by: User) -> None:
    """A group that a session is planned for stays; its people simply belong to everybody again."""
    if group.sessions.exists():
        raise Refusal(_("A session is planned for this group. Give the session to everybody first."))
    audit.record("group.removed", group, by=by, whole=group.visit, name=group.name)
    group.delete()


@transaction.atomic
def invite_person(*, person: Person, by: User) -> Person:
    """Invite one person of the delegation to the portal by mail, in their language."""
    if not person.email:
        raise Refusal(_("%(name)s has no e-mail address yet. Add it first.") % {"name": person.name})
    if person.invitation and person.invitation.is_open:
        raise Refusal(_("%(name)s is invited already. You can send the invitation again.") % {"name": person.name})
    person.invitation = accounts.invite(email=person.email, name=person.name, language=person.language, by=by)
    accounts.correct_language(user=person.invitation.user, language=person.language, by=by)
    person.save(update_fields=["invitation", "changed_at"])
    emails.send_invitation(person=person, by=by)
    audit.record("person.invited", person, by=by, whole=person.visit)
    return person


@transaction.atomic
def invite_everybody(*, visit: Visit, by: User) -> tuple[list[Person], list[Refusal]]:
    """Invite all who have an address and no invitation yet; returns them, and why others could not be."""
    invited, refused = [], []
    for person in visit.people.here().for_list():
        if person.email and not person.invitation:
            try:
                invited.append(invite_person(person=person, by=by))
            except Refusal as refusal:
                refused.append(Refusal(_("%(name)s: %(why)s") % {"name": person.name, "why": refusal.sentence}))
    return invited, refused


@transaction.atomic
def invite_again(*, person: Person, by: User) -> Person:
    """Send the invitation once more, with a new time limit; one that was withdrawn begins anew."""
    if not person.invitation or person.invitation.withdrawn_at:
        person.invitation = None
        return invite_person(person=person, by=by)
    emails.send_invitation(person=person, by=by)
    audit.record("person.invited_again", person, by=by, whole=person.visit)
    return person


@transaction.atomic
def withdraw_invitation(*, person: Person, by: User) -> Person:
    """The person keeps their place; they can no longer sign in through it."""
    if not person.invitation or person.invitation.withdrawn_at:
        raise Refusal(_("%(name)s has no invitation that could be withdrawn.") % {"name": person.name})
    person.invitation = accounts.withdraw_invitation(invitation=person.invitation, by=by)
    audit.record("person.invitation_withdrawn", person, by=by, whole=person.visit)
    return person


@transaction.atomic
def correct_address(*, person: Person, email: str, by: User) -> Person:
    """Give a wrong address a right one: the old invitation is withdrawn, a new one goes to the new address."""
    if person.invitation and not person.invitation.withdrawn_at:
        accounts.withdraw_invitation(invitation=person.invitation, by=by)
    was_invited = person.invitation is not None
    person.email = email
    person.invitation = None
    person.changed_by = by.pk
    person.save(update_fields=["email", "invitation", "changed_by", "changed_at"])
    audit.record("person.address_corrected", person, by=by, whole=person.visit)
    return invite_person(person=person, by=by) if was_invited else person


@transaction.atomic
def move_visit_and_mail(*, visit: Visit, to: str, by: User, why: str = "") -> tuple[Visit, int]:
    """Move a visit along its life; whoever is invited hears by mail when it is called off, and when it is on again.

    Returns the visit and how many got a mail. Raises Refusal as ``booking.actions.move_visit`` does.
    """
    moved = booking.move_visit(visit=visit, to=to, by=by, why=why)
    came_from = moved.moves.latest("id").from_status  # under the lock: the page may have been older
    mailed = emails.send_move(visit=moved) if Visit.OFF & {to, came_from} else 0
    return moved, mailed
