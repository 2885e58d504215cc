"""A problem that a check has found: its sentence, its severity, and the steps that would mend it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Severity(StrEnum):
    STOP = "stop"  # must be mended before the day; nothing is refused for it, a person decides
    ASK = "ask"  # a question that a professional may answer with a reason
    NOTE = "note"  # good to know


ORDER = {Severity.STOP: 0, Severity.ASK: 1, Severity.NOTE: 2}


HEADINGS = {
    "outside": _("Day"),
    "overlap": _("Same time"),
    "travel": _("Travel"),
    "capacity": _("Too many"),
    "full": _("Full"),
    "room": _("Room"),
    "closed": _("Opening hours"),
    "venue": _("Venue"),
    "host": _("Host"),
    "undertaking": _("Undertaking"),
    "interpreter": _("Interpreter"),
    "reflection": _("Time to reflect"),
    "pause": _("Pause"),
    "guests_turn": _("The guests' turn"),
    "aim": _("Aim"),
    "balance": _("Seeing and telling"),
    "unpublished": _("To read about it"),
    "language": _("Language"),
}


@dataclass(frozen=True)
class Mend:
    """A step that would mend it: words and the page that does it."""

    label: Any
    url: str
    for_coordinators: bool = False  # a placement student may draft, and would find this page closed


@dataclass(frozen=True)
class Problem:
    kind: str  # "overlap", "travel", ...: which check found it
    severity: Severity
    sentence: Any
    key: str  # what was found and about what; when the facts change it is another problem
    sessions: tuple[UUID, ...] = ()
    people: tuple[UUID, ...] = ()
    mends: tuple[Mend, ...] = ()
    passed_because: str = field(default="", compare=False)

    @property
    def heading(self):
        return HEADINGS[self.kind]

    @property
    def is_stop(self) -> bool:
        return self.severity == Severity.STOP

    @property
    def is_open(self) -> bool:
        """Still to be looked at: a stop, or an ask that nobody has answered."""
        return self.is_stop or (self.severity == Severity.ASK and not self.passed_because)

    @property
    def can_be_passed(self) -> bool:
        return self.severity == Severity.ASK and not self.passed_because


def these(rows: Iterable[Model]) -> str:
    """Just these people or sessions as part of a key, in a few characters however many they are."""
    return hashlib.sha256(",".join(sorted(str(row.pk) for row in rows)).encode()).hexdigest()[:32]


def some_of(names: Iterable[Any], most: int = 3) -> str:
    """A few of many names, and how many more there are."""
    words = [str(name) for name in names]
    if len(words) <= most + 1:
        return ", ".join(words)
    facts = {"named": ", ".join(words[:most]), "count": len(words) - most}
    return ngettext("%(named)s and %(count)s more", "%(named)s and %(count)s more", facts["count"]) % facts
