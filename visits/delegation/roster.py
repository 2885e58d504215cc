"""The roster as a page shows it: each person with the state of undertaking and invitation."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.dates import day_in_words
from partners.spoken_languages import language_names
from visits.booking.models import Visit
from visits.delegation.models import Person, Undertaking

INVITATION_WORDS = {
    "none": _("not invited"),
    "sent": _("invited"),
    "opened": _("opened the invitation"),
    "accepted": _("signed in"),
    "expired": _("invitation ran out"),
    "withdrawn": _("invitation withdrawn"),
}


@dataclass(frozen=True)
class Row:
    person: Person
    undertaking: Undertaking | None
    invitation_state: str

    @property
    def invitation_words(self):
        return INVITATION_WORDS[self.invitation_state]

    @property
    def invitation_tone(self) -> str:
        return {"accepted": "good", "sent": "waiting", "opened": "waiting", "expired": "ask"}.get(
            self.invitation_state, "plain"
        )

    @property
    def languages(self) -> str:
        return language_names(self.person.languages)

    @property
    def days(self) -> str:
        """On which days they are here; nothing for somebody who is here every day."""
        return ", ".join(day_in_words(day) for day in sorted(self.person.days))

    @property
    def can_be_invited(self) -> bool:
        return bool(self.person.email) and self.invitation_state != "accepted"

    @property
    def can_be_withdrawn(self) -> bool:
        return self.invitation_state in {"sent", "opened", "accepted", "expired"}


@dataclass(frozen=True)
class Roster:
    rows: list[Row]
    gone: list[Person]

    @property
    def guests(self) -> int:
        return sum(row.person.counts_as_guest for row in self.rows)

    @property
    def uninvited(self) -> int:
        """How many have an address and no invitation yet."""
        return sum(bool(row.person.email) and row.invitation_state == "none" for row in self.rows)

    @property
    def without_undertaking(self) -> int:
        return sum(row.undertaking is None for row in self.rows)


def roster(visit: Visit) -> Roster:
    """Everybody of a visit. One query."""
    return roster_of(visit.people.for_list())


def roster_of(everybody: Collection[Person]) -> Roster:
    """People as PersonQuerySet.for_list gives them."""
    return Roster(
        rows=[_row(person) for person in everybody if person.left_at is None],
        gone=[person for person in everybody if person.left_at is not None],
    )


def _row(person: Person) -> Row:
    return Row(
        person=person,
        undertaking=next(iter(person.undertaking_list), None),
        invitation_state=person.invitation.state if person.invitation else "none",
    )
