"""The one way to read what people need.

Access and meal needs are special-category data (UK GDPR, Article 9): what is needed is stored,
never why. Whoever is not entitled gets an error and no row, and each look is in the audit log.
"""

import uuid

from django.core.exceptions import PermissionDenied

from accounts.models import User
from core import audit
from visits.booking.models import Visit
from visits.delegation.models import Need, Person
from visits.delegation.permissions import can_see_needs


def needs_of(visit: Visit, *, reader: User) -> dict[uuid.UUID, Need]:
    """The needs of everybody on the roster, by person. Raises PermissionDenied for who may not read them."""
    if not can_see_needs(reader):
        raise PermissionDenied
    audit.record("needs.read", visit, by=reader, name=visit.title)
    return {need.person_id: need for need in Need.objects.filter(person__visit=visit, person__left_at__isnull=True)}


def need_of(person: Person, *, reader: User) -> Need:
    """One person's needs, to themselves or to staff who may read them; empty when none are recorded."""
    if not (can_see_needs(reader) or is_own(person, reader)):
        raise PermissionDenied
    audit.record("needs.read", person, by=reader, whole=person.visit)
    return Need.objects.filter(person=person).first() or Need(person=person)


def is_own(person: Person, reader: User) -> bool:
    return Person.objects.members(reader).filter(pk=person.pk).exists()
