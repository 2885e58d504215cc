"""The difference between two releases, session by session, in words."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.dates import day_in_words
from core.names_by_reference import Names, names_of
from core.published import ORDER, REFERENCES, Difference, compare, is_text
from core.translated import as_text
from practices.models import Offer
from visits.programme.clock import LEEDS
from visits.programme.models import Session
from visits.release.itinerary import INTERPRETING_WORDS
from visits.release.models import Release

LABELS = {
    "kind": _("Kind"),
    "title": _("Title"),
    "about": _("What it is about"),
    "starts_at": _("Begins"),
    "ends_at": _("Ends"),
    "venue": _("Place"),
    "space": _("Room"),
    "to_venue": _("Going to"),
    "mode": _("How we travel"),
    "group": _("Group"),
    "led_by": _("Led by"),
    "leads": _("Who leads"),
    "practices": _("Practices"),
    "offer": _("Offer"),
    "aims": _("Aims"),
    "interpreting": _("Interpreting"),
    "content_note": _("Word beforehand"),
    "guest_note": _("Note for the guests"),
    "name": _("Name"),
    "address": _("Address"),
    "postcode": _("Postcode"),
    "latitude": _("Place on the map"),
    "longitude": _("Place on the map"),
    "entrance": _("Entrance"),
    "access": _("Access"),
    "house_rules": _("House rules"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
    "short": _("In short"),
    "time_zone": _("Time zone"),
    "coordinator": _("Coordinator"),
    "user": _("Coordinator"),
}
# Of a session: stored words, with those that people read; ids, with the part of the document that names them.
CHOICES = {"kind": Session.Kind, "led_by": Session.LedBy}
NAMED = {"venue": "venues", "to_venue": "venues", "group": "groups", "aims": "aims"}
SILENT = {"id", "slug", "observation"}  # inside a part, beside its name
WHOLES = {
    "visit": _("The visit"),
    "coordinator": _("Coordinator"),
    "kind": _("Kind of release"),
    "time_zone": _("Time zone"),
    "format": _("Format of the document"),
}


@dataclass(frozen=True)
class Line:
    label: Any
    before: str
    after: str


@dataclass
class Change:
    """What differs in one session, place, aim or in the visit as a whole."""

    what: Any  # its name
    how: str  # "added", "removed" or "changed"
    lines: list[Line] = field(default_factory=list)

    @property
    def words(self):
        return {"added": _("new"), "removed": _("no longer there"), "changed": _("changed")}[self.how]

    @property
    def tone(self) -> str:
        return {"added": "good", "removed": "stop", "changed": "note"}[self.how]


def changes(old: dict, new: dict, names: Names | None = None) -> list[Change]:
    """Everything that differs between two documents, a Change for each thing that has any.

    ``names`` are those of the people in both, where they have been looked up already.
    """
    names = names or names_of(old, new)
    found: dict[tuple, Change] = {}
    for difference in compare(old, new):
        path = difference.path
        if _goes_without_saying(path):
            continue
        is_part = path[0] in PARTS and len(path) > 1
        key = path[:2] if is_part else path[:1]
        if is_part and len(path) == 2:
            found[key] = Change(_name(difference.after or difference.before), difference.kind)
            continue
        change = found.setdefault(key, Change(_called(key, old, new), "changed"))
        label = LABELS.get(path[2] if is_part else path[-1], path[-1])
        line = Line(label, *_sides(difference, old, new, names))
        if line.before != line.after and line not in change.lines:
            change.lines.append(line)
    places = {str(label): place for place, label in enumerate(LABELS.values())}
    for change in found.values():
        change.lines.sort(key=lambda line: places.get(str(line.label), len(places)))
    return [change for change in found.values() if change.lines or change.how != "changed"]


def _goes_without_saying(path: tuple) -> bool:
    """Where a session stands among the others its times tell, and its look follows from its kind and offer."""
    return (len(path) == 2 and path[1] == ORDER) or (path[0] == "sessions" and path[2:] == ("look",))


PARTS = {"sessions": "title", "venues": "name", "aims": "short", "groups": "name"}


def _called(key: tuple, old: dict, new: dict):
    if key[0] not in PARTS:
        return WHOLES.get(key[0], key[0])
    part = _part(new, key) or _part(old, key)
    return _name(part)


def _part(document: dict, key: tuple) -> dict | None:
    return next((each for each in document.get(key[0], []) if each["id"] == key[1]), None)


def _name(part: dict):
    return as_text(part.get("title") or part.get("name") or part.get("short"))


def _sides(difference: Difference, old: dict, new: dict, names: Names) -> tuple[str, str]:
    path = difference.path
    if path[-1] == ORDER:
        return "", str(_("in another order"))
    return _in_words(path, difference.before, old, names), _in_words(path, difference.after, new, names)


def _in_words(path: tuple, value: Any, document: dict, names: Names) -> str:
    """A value as a person would read it; ids become names, moments times on the clock in Leeds."""
    if value in (None, "", [], {}):
        return ""
    if path == ("kind",):
        return str(Release.Kind(value).label)
    if path[-1] in REFERENCES:
        return names.get(path[-1], value)
    if path[-1] in {"starts_on", "ends_on"}:
        return day_in_words(datetime.date.fromisoformat(value), year=True)
    if path[0] == "sessions" and len(path) > 2:
        return _of_session(path, value, document, names)
    return _plain(value, names)


def _of_session(path: tuple, value: Any, document: dict, names: Names) -> str:
    field_name = path[2]
    if field_name in CHOICES:
        return str(CHOICES[field_name](value).label)
    if field_name in {"starts_at", "ends_at"}:
        return _moment(value)
    if field_name in NAMED:
        values = value if isinstance(value, list) else [value]
        return ", ".join(_named(document, NAMED[field_name], each) for each in values)
    if field_name == "leads":
        return ", ".join(_lead(each, names) for each in value)
    if field_name == "interpreting":
        return str(INTERPRETING_WORDS.get(value, _("none")))
    if path[-1] == "observation":
        return str(Offer.Observation(value).label)
    return _plain(value, names)


def _moment(written: str) -> str:
    local = datetime.datetime.fromisoformat(written).astimezone(LEEDS)
    return f"{day_in_words(local.date())}, {local:%H:%M}"


def _named(document: dict, parts: str, key: str) -> str:
    part = next((each for each in document[parts] if each["id"] == key), None)
    return str(_name(part)) if part else ""


def _lead(lead: dict, names: Names) -> str:
    name = names.of(lead)
    return f"{name} ({as_text(lead['role'])})" if lead.get("role") else name


def _plain(value: Any, names: Names) -> str:
    if isinstance(value, list):
        return "; ".join(filter(None, (_plain(each, names) for each in value)))
    if isinstance(value, dict):
        if value.keys() & set(REFERENCES):
            return names.of(value)
        if is_text(value):
            return " / ".join(value[code] for code, _name in settings.LANGUAGES if value.get(code))
        return "; ".join(filter(None, (_plain(each, names) for key, each in value.items() if key not in SILENT)))
    return str(value)
