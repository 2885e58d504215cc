"""The history of an entry, as its page shows it: what, field by field, who, when, why."""

import datetime
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.audit import AuditEntry
from core.dates import day_in_words
from core.names_by_reference import Names, names_of
from core.published import Edition
from core.translated import as_text
from practices.difference import Line, of_changes
from practices.models import Practice, Term
from practices.parts import PARTS

# What happened, around the name of what it happened to.
VERBS = {
    "practice.created": _("Entry created"),
    "practice.edited": _("Entry changed"),
    "practice.published": _("Published as number %(number)s"),
    "practice.withdrawn": _("Withdrawn from the public pages"),
    "practice.part_added": pgettext_lazy("history", "Added: %(part)s “%(name)s”"),
    "practice.part_edited": pgettext_lazy("history", "Changed: %(part)s “%(name)s”"),
    "practice.part_moved": pgettext_lazy("history", "Moved: %(part)s “%(name)s”"),
    "practice.part_removed": pgettext_lazy("history", "Removed: %(part)s “%(name)s”"),
    "term.created": _("Term created"),
    "term.edited": _("Term changed"),
    "term.published": _("Published as number %(number)s"),
    "term.withdrawn": _("Withdrawn from the public pages"),
    "source.registered": _("Source registered"),
    "source.edited": _("Source changed"),
}


@dataclass(frozen=True)
class Happening:
    entry: AuditEntry
    what: str
    who: str
    lines: list[Line]

    @property
    def is_from_page(self) -> bool:
        return self.entry.via == AuditEntry.Via.PAGE

    @property
    def day(self) -> datetime.date:
        return timezone.localdate(self.entry.at)

    @property
    def when(self) -> str:
        return moment_in_words(self.entry.at)


@dataclass(frozen=True)
class Run:
    """What stands as one line: one happening, or the last by import on a day, with those before it folded below."""

    last: Happening
    earlier: list[Happening]


@dataclass(frozen=True)
class Number:
    """One edition in the list of numbers."""

    edition: Edition
    when: str
    who: str
    is_public: bool


def happenings(entries: Iterable[AuditEntry]) -> list[Happening]:
    """The entries of the log in words; at most two more queries, for the names of people."""
    entries = list(entries)
    names = names_of(*(entry.changes for entry in entries), users=(entry.by_user for entry in entries))
    return [Happening(entry, what(entry), who(entry.by_user, names), lines_of(entry, names)) for entry in entries]


def in_runs(happenings: Iterable[Happening]) -> list[Run]:
    """Newest first as they come. An import writes an entry for each part, which would hide what people did."""
    runs = itertools.groupby(happenings, lambda each: each.entry.pk if each.is_from_page else (each.who, each.day))
    return [Run(last, list(earlier)) for _key, (last, *earlier) in runs]


def numbers_of(row: Practice | Term) -> list[Number]:
    """Its editions, newest first; one more query for the names of people."""
    editions = list(row.editions.newest_first().without_body())
    names = names_of(users=(edition.published_by for edition in editions))
    return [
        Number(each, moment_in_words(each.published_at), who(each.published_by, names), each.pk == row.live_id)
        for each in editions
    ]


def moment_in_words(moment: datetime.datetime) -> str:
    local = timezone.localtime(moment)
    return f"{day_in_words(local.date(), year=True)}, {local:%H:%M}"


def what(entry: AuditEntry) -> str:
    part = PARTS.get(entry.facts.get("part", ""))
    said = {
        "number": entry.facts.get("number", ""),
        "part": part.name if part else "",
        "name": as_text(entry.subject_name),
    }
    return str(VERBS[entry.verb]) % said if entry.verb in VERBS else entry.verb


def who(user: Any, names: Names) -> str:
    return names.user(user) if user else gettext("the portal itself")


def lines_of(entry: AuditEntry, names: Names) -> list[Line]:
    return of_changes(entry.changes, entry.subject_kind, entry.facts.get("part", ""), names)
