"""Whoever reads an itinerary: which visit, as whom, which release. One query answers."""

import datetime
import hashlib
from dataclasses import dataclass

from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.models import User
from core.conditional import build
from core.named import Names, names_of
from visits.booking.access import visit_for
from visits.booking.models import Visit
from visits.delegation.models import Person
from visits.release.models import Release


@dataclass(frozen=True)
class Seat:
    """``person`` is None for a coordinator, who sees what is for everybody; ``release`` until there is one."""

    visit: Visit
    person: Person | None
    release: Release | None

    def names(self) -> Names:
        return names_of(contacts=self.release.contacts, users=self.release.users, people=self.release.people)

    def mark(self, request: HttpRequest, names: Names, today: datetime.date) -> str | None:
        """An ETag of the page that this reader gets; None when a message waits to be shown on it.

        Names are in it, since a deletion must reach pages that somebody holds already.
        """
        if SessionStorage.session_key in request.session:
            return None
        person = (self.person.group_id, self.person.days) if self.person else ()
        told = (build(), self.release.pk, get_language(), str(request.user), person, today, sorted(names.found.items()))
        return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'


def seat_of(user: User, reference: str) -> Seat:
    """Raises Http404 for a visit that is not theirs. The release comes without its body."""
    places = Person.objects.members(user).filter(visit__reference=reference)
    person = places.select_related("visit__live").defer("visit__live__body").first()
    visit = person.visit if person else visit_for(user, reference)
    return Seat(visit, person, visit.live)
