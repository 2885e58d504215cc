"""What a place on the roster lets somebody do."""

import uuid
from collections.abc import Iterable

from accounts.models import User
from visits.booking.models import Visit
from visits.booking.permissions import can_plan
from visits.delegation.models import Person


def membership(user: User, visit: Visit) -> Person | None:
    """The place that this user holds on the roster of this visit today, if any."""
    return Person.objects.members(user).filter(visit=visit).select_related("group").first()


def can_see_planning(user: User, visit: Visit) -> bool:
    """The draft: council staff who plan, and the placement student who helps them."""
    return can_plan(user) or _helps(user, visit)


def drafts_seen_by(user: User, visits: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Of these visits those of which this person sees the draft; at most one query for any number."""
    if can_plan(user):
        return set(visits)
    helps = Person.objects.members(user).filter(visit__in=visits, part=Person.Part.STUDENT)
    return set(helps.values_list("visit_id", flat=True))


def can_draft(user: User, visit: Visit) -> bool:
    """Change the draft of the programme; publishing stays with coordinators."""
    return visit.is_open and can_see_planning(user, visit)


def can_edit_people(user: User, visit: Visit) -> bool:
    return can_plan(user) and visit.is_open


def can_see_needs(user: User) -> bool:
    """Access and meal needs: coordinators only. A placement student never; everybody their own."""
    return can_plan(user)


def _helps(user: User, visit: Visit) -> bool:
    return Person.objects.members(user).filter(visit=visit, part=Person.Part.STUDENT).exists()
