"""The history of a city page in words: what, field by field, who, when, through what."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from core.audit import AuditEntry
from core.differences import Label, Row, in_words
from core.names_by_reference import Names, names_of
from core.translated import as_text
from partners import editions
from partners.models import City, CityEdition
from partners.spoken_languages import language_name

# Of a published document, and of the rows where their columns go by the same name.
LABELS: dict[str, Any] = {
    "id": None,
    "name": _("Name"),
    "local_names": _("Name in its own language"),
    "local_name": _("Name in its own language"),
    "local_language": Label(_("Language of that name"), language_name),
    "second_local_name": _("Name in a second language"),
    "second_local_language": Label(_("Language of the second name"), language_name),
    "slug": _("Address of the page"),
    "country": Label(_("Country"), countries.name),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "time_zone": _("Time zone"),
    "home": _("Our own city"),
    "status": Label(_("Link"), lambda status: dict(City.Status.choices).get(status, status)),
    "certainty": _("How certain the link is"),
    "partner_since": _("Linked since the year"),
    "since_words": _("Since when, in words"),
    "languages": Label(_("Languages"), language_name),
    "interpreter_language": Label(_("Language to interpret"), language_name),
    "entry": Label(_("Entry to the United Kingdom"), lambda key: dict(City.Entry.choices).get(key, key)),
    "entry.category": Label(_("Entry to the United Kingdom"), lambda key: dict(City.Entry.choices).get(key, key)),
    "entry.summary": _("Entry note"),
    "entry.checked_on": _("Entry note checked on"),
    "entry_summary": _("Entry note"),
    "entry_checked_on": _("Entry note checked on"),
    "summary": _("The city and our work together"),
    "topics": _("Topics"),
    "agreements": _("Agreements"),
    "agreements.year": _("Year"),
    "agreements.on": _("Day"),
    "agreements.what": _("What happened"),
    "agreements.sources": _("Sources"),
    "year": _("Year"),
    "on": _("Day"),
    "what": _("What happened"),
    "sources": _("Sources"),
    "position": _("Place in the list"),
    "city": None,
    "provenance": None,
    "picture": _("Picture"),
    "picture.id": None,
    "picture.width": None,
    "picture.height": None,
    "picture.alt": _("What the picture shows"),
    "picture.credit": _("Who made the picture"),
}

VERBS = {
    "city.added": _("City added"),
    "city.edited": _("City changed"),
    "city.published": _("Published as number %(number)s"),
    "city.withdrawn": _("Withdrawn from the public; number %(number)s was the last"),
    "topic.added": _("Topic added: %(name)s"),
    "topic.edited": _("Topic changed: %(name)s"),
    "topic.removed": _("Topic removed: %(name)s"),
    "agreement.added": _("Agreement added: %(name)s"),
    "agreement.edited": _("Agreement changed: %(name)s"),
    "agreement.removed": _("Agreement removed: %(name)s"),
}
NOTE_CHANGED = _("The note for staff was changed as well.")


@dataclass(frozen=True)
class Happening:
    """One entry of the log, as a page shows it."""

    at: datetime.datetime
    what: str
    who: str
    note: str
    rows: list[Row]
    more: Any  # a sentence about what the log does not tell in full
    via: Any  # "by import", or "" for what somebody did on a page


def happenings(entries: Iterable[AuditEntry]) -> list[Happening]:
    """The entries in words; one more query, for the names of who did it."""
    entries = list(entries)
    names = names_of(users=[entry.by_user for entry in entries])
    return [
        Happening(
            at=entry.at,
            what=what(entry),
            who=names.user(entry.by_user) if entry.by_user else gettext("the portal itself"),
            note=entry.note,
            rows=rows(entry, names),
            more=NOTE_CHANGED if "staff_note" in entry.facts.get("fields", []) else "",
            via="" if entry.via == AuditEntry.Via.PAGE else entry.get_via_display(),
        )
        for entry in entries
    ]


def what(entry: AuditEntry) -> str:
    facts = {"name": as_text(entry.subject_name), "number": entry.facts.get("number", "")}
    return str(VERBS.get(entry.verb, entry.verb)) % facts


def rows(entry: AuditEntry, names: Names) -> list[Row]:
    before = {change["field"]: change["before"] for change in entry.changes}
    after = {change["field"]: change["after"] for change in entry.changes}
    return in_words(before, after, LABELS, names)


def between(older: CityEdition, newer: CityEdition) -> list[Row]:
    """What changed from one published number to another, in the order of the page."""
    return in_words(older.body, newer.body, LABELS)


def news(city: City) -> list[Row]:
    """What publishing now would change for the public; empty for a city that is not public."""
    return in_words(city.live.body, editions.as_published(city), LABELS) if city.live else []
