"""Everything that can happen to the people of a visit."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import actions as accounts
from accounts.models import User
from core.access import Refusal
from core.audit import AuditEntry
from core.changing import Change, changing
from core.rules import refuse_what_does_not_fit
from visits.booking import actions as booking
from visits.booking.models import Visit
from visits.delegation import emails
from visits.delegation.models import Group, Need, Person, Undertaking
from visits.delegation.rules import trouble_with_person

PAGE = AuditEntry.Via.PAGE
UNDERTAKING_VERSION = "1.0"  # of the text that guests are asked to promise now


def add_person(*, visit: Visit, by: User | None, via: str = PAGE, **values: Any) -> Person:
    """Put somebody on the roster; an invitation is a step of its own."""
    with changing(visit, by=by, via=via, states=Visit.OPEN) as change:
        person = Person(visit=change.whole, **{"position": change.whole.people.count(), **values})
        return change.add("person.added", person, rule=trouble_with_person, part=person.part)


def edit_person(*, person: Person, by: User, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Person:
    """Correct what is known of somebody on the roster. Their account follows in the language."""
    with changing(person.visit, by=by, via=via, states=Visit.OPEN) as change:
        person = _on_the_roster(change, person)
        language = person.language
        change.edit("person.edited", person, values, base=base, rule=trouble_with_person)
        if person.language != language and person.invitation:
            accounts.correct_language(user=person.invitation.user, language=person.language, by=by)
        return person


def _on_the_roster(change: Change, person: Person) -> Person:
    person = change.fresh(person)
    if person.left_at:
        raise Refusal(_("%(name)s is off the list now. Bring them back first.") % {"name": person.name})
    return person


def let_person_leave(*, person: Person, by: User, via: str = PAGE) -> Person:
    """Take somebody off the roster. Their access ends; what they need is deleted; the row stays for old releases."""
    with changing(person.visit, by=by, via=via, states=Visit.OPEN) as change:
        person = _on_the_roster(change, person)
        Need.objects.filter(person=person).delete()
        if person.invitation and not person.invitation.withdrawn_at:
            accounts.withdraw_invitation(invitation=person.invitation, by=by)
        change.write(person, {"left_at": timezone.now()})
        change.record("person.left", person)
        return person


def bring_person_back(*, person: Person, by: User, via: str = PAGE) -> Person:
    """Undo a leaving; needs and invitation are asked for again."""
    with changing(person.visit, by=by, via=via, states=Visit.OPEN) as change:
        person, values = change.fresh(person), {"left_at": None}
        if person.part == Person.Part.LEAD and change.whole.people.here().filter(part=Person.Part.LEAD).exists():
            values["part"] = Person.Part.DELEGATE
        change.write(person, values)
        change.record("person.came_back", person)
        return person


def write_needs(
    *, person: Person, by: User | None, via: str = PAGE, base: Mapping | None = None, **values: str
) -> Need | None:
    """What the person needs: ``access`` and ``meals``; empty texts delete the row, and None is returned.

    The log keeps that it was written, never what.
    """
    with changing(person.visit, by=by, via=via, states=Visit.OPEN) as change:
        person = _on_the_roster(change, person)
        need = Need.objects.filter(person=person).first() or Need(person=person)
        values = change.merge(need, values, base)
        change.record("needs.written", person)
        if not any(values.get(name, getattr(need, name)) for name in ("access", "meals")):
            Need.objects.filter(person=person).delete()
            return None
        change.write(need, values)
        return need


def record_undertaking(
    *,
    person: Person,
    version: str,
    language: str,
    received_on: datetime.date,
    by: User | None,
    via: str = PAGE,
) -> Undertaking:
    """Note that the person gave the confidentiality promise; the same version is recorded once."""
    with changing(person.visit, by=by, via=via, states=Visit.OPEN) as change:
        undertaking, created = Undertaking.objects.get_or_create(
            person=_on_the_roster(change, person),
            version=version,
            defaults={"language": language, "received_on": received_on, "recorded_by": by.pk if by else None},
        )
        if not created:
            raise Refusal(
                _("This version of the undertaking is recorded already. Remove it first if it was a mistake."),
                field="version",
            )
        change.record("undertaking.recorded", person, version=version, language=language)
        return undertaking


def remove_undertaking(*, undertaking: Undertaking, by: User, via: str = PAGE) -> None:
    """Take back what was recorded by mistake."""
    with changing(undertaking.person.visit, by=by, via=via, states=Visit.OPEN) as change:
        undertaking = change.fresh(undertaking)
        change.record("undertaking.removed", undertaking.person, version=undertaking.version)
        undertaking.delete()


def add_group(*, visit: Visit, by: User | None, via: str = PAGE, **values: Any) -> Group:
    """Part of a delegation, for sessions that run side by side."""
    with changing(visit, by=by, via=via, states=Visit.OPEN) as change:
        return change.add("group.added", Group(visit=change.whole, **values), name="name")


def edit_group(*, group: Group, by: User, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Group:
    """Give the group another name."""
    with changing(group.visit, by=by, via=via, states=Visit.OPEN) as change:
        return change.edit("group.edited", change.fresh(group), values, base=base, name="name")


def remove_group(*, group: Group, by: User, via: str = PAGE) -> None:
    """A group that a session is planned for stays; its people simply belong to everybody again."""
    with changing(group.visit, by=by, via=via, states=Visit.OPEN) as change:
        group = change.fresh(group)
        if group.sessions.exists():
            raise Refusal(_("A session is planned for this group. Give the session to everybody first."))
        change.remove("group.removed", group, name="name")


def invite_person(*, person: Person, by: User, via: str = PAGE) -> Person:
    """Invite one person of the delegation to the portal by mail, in their language."""
    with changing(person.visit, by=by, via=via, states=Visit.OPEN) as change:
        return _invite(change, _on_the_roster(change, person))


def _invite(change: Change, person: Person) -> Person:
    if not person.email:
        raise Refusal(_("%(name)s has no e-mail address yet. Add it first.") % {"name": person.name})
    if person.invitation and person.invitation.is_open:
        raise Refusal(_("%(name)s is invited already. You can send the invitation again.") % {"name": person.name})
    by = change.by
    invitation = accounts.invite(email=person.email, name=person.name, language=person.language, by=by)
    accounts.correct_language(user=invitation.user, language=person.language, by=by)
    change.write(person, {"invitation": invitation})
    emails.send_invitation(person=person, by=by)
    change.record("person.invited", person)
    return person


def invite_everybody(*, visit: Visit, by: User, via: str = PAGE) -> tuple[list[Person], list[Refusal]]:
    """Invite all who have an address and no invitation yet; returns them, and why others could not be."""
    invited, refused = [], []
    with changing(visit, by=by, via=via, states=Visit.OPEN) as change:
        for person in change.whole.people.here().for_list():
            if person.email and not person.invitation:
                try:
                    invited.append(_invite(change, person))
                except Refusal as refusal:
                    refused.append(Refusal(_("%(name)s: %(why)s") % {"name": person.name, "why": refusal.sentence}))
    return invited, refused


def invite_again(*, person: Person, by: User, via: str = PAGE) -> Person:
    """Send the invitation once more, with a new time limit; one that was withdrawn begins anew."""
    with changing(person.visit, by=by, via=via, states=Visit.OPEN) as change:
        person = _on_the_roster(change, person)
        if not person.invitation or person.invitation.withdrawn_at:
            person.invitation = None
            return _invite(change, person)
        emails.send_invitation(person=person, by=by)
        change.record("person.invited_again", person)
        return person


def withdraw_invitation(*, person: Person, by: User, via: str = PAGE) -> Person:
    """The person keeps their place; they can no longer sign in through it."""
    with changing(person.visit, by=by, via=via, states=Visit.OPEN) as change:
        person = change.fresh(person)
        if not person.invitation or person.invitation.withdrawn_at:
            raise Refusal(_("%(name)s has no invitation that could be withdrawn.") % {"name": person.name})
        person.invitation = accounts.withdraw_invitation(invitation=person.invitation, by=by)
        change.record("person.invitation_withdrawn", person)
        return person


def correct_address(*, person: Person, email: str, by: User, via: str = PAGE) -> Person:
    """Give a wrong address a right one: the old invitation is withdrawn, a new one goes to the new address."""
    with changing(person.visit, by=by, via=via, states=Visit.OPEN) as change:
        person = _on_the_roster(change, person)
        refuse_what_does_not_fit(trouble_with_person, person, {"email": email})
        was_invited = person.invitation is not None
        if was_invited and not person.invitation.withdrawn_at:
            accounts.withdraw_invitation(invitation=person.invitation, by=by)
        change.write(person, {"email": email, "invitation": None})
        change.record("person.address_corrected", person)
        return _invite(change, person) if was_invited else person


def move_visit_and_mail(*, visit: Visit, to: str, by: User, why: str = "", via: str = PAGE) -> tuple[Visit, int]:
    """Move a visit along its life; whoever is invited hears by mail when it is called off, and when it is on again.

    Returns the visit and how many got a mail. Raises Refusal as ``booking.actions.move_visit`` does.
    """
    with changing(visit, by=by, via=via):
        moved = booking.move_visit(visit=visit, to=to, by=by, why=why, via=via)
        came_from = moved.moves.latest("id").from_status  # under the lock: the page may have been older
        told = emails.send_move(visit=moved) if Visit.OFF & {to, came_from} else 0
        return moved, told
