"""The membership through which somebody reads an itinerary: which visit, as whom, which release. One query."""

from dataclasses import dataclass

from accounts.models import User
from core.names_by_reference import Names, names_of
from visits.booking.access import visit_for
from visits.booking.models import Visit
from visits.delegation.models import Person
from visits.release.models import Release


@dataclass(frozen=True)
class Membership:
    """``person`` is None for a coordinator, who sees what is for everybody; ``release`` until there is one."""

    visit: Visit
    person: Person | None
    release: Release | None

    def names(self) -> Names:
        return names_of(contacts=self.release.contacts, users=self.release.users, people=self.release.people)


def membership_of(user: User, reference: str) -> Membership:
    """Raises Http404 for a visit that is not theirs. The release comes without its body."""
    places = Person.objects.members(user).filter(visit__reference=reference)
    person = places.select_related("visit__live").defer("visit__live__body").first()
    visit = person.visit if person else visit_for(user, reference)
    return Membership(visit, person, visit.live)
