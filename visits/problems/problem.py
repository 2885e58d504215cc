"""A problem that a check has found: of which kind, on what facts, and the steps that would mend it.

A check yields facts, and all that is said of them follows from its kind:

    OVERLAP = Kind("overlap", Severity.ASK, _("Same time"), _("%(one)s lasts until %(end)s, and ..."))

    yield OVERLAP(one=session, end=session.ends_at, ...)
"""

import datetime
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import day_in_words
from visits.booking.models import Visit
from visits.delegation.models import Person
from visits.programme.clock import on_the_clock
from visits.programme.models import Session

MOST_NAMES = 3  # of many, in one sentence


class Severity(StrEnum):
    STOP = "stop"  # must be mended before the day; nothing is refused for it, a person decides
    ASK = "ask"  # a question that a professional may answer with a reason
    NOTE = "note"  # good to know


ORDER = {Severity.STOP: 0, Severity.ASK: 1, Severity.NOTE: 2}


@dataclass(frozen=True)
class Named:
    """A fact that is no row and has a name of its own, as a language has."""

    id: str
    name: str

    def __str__(self) -> str:
        return self.name


# Rows stand in a key by their ids and in a sentence by their names, so that a new name asks nobody again. A moment is
# its time on the clock in a sentence, and the moment itself in a key.
Fact = Model | Named | datetime.datetime | datetime.date | datetime.timedelta | int
Facts = dict[str, Fact | Collection[Model]]


@dataclass(frozen=True)
class Mend:
    """A step that would mend it: words and the page that does it, made out only for whoever is shown them."""

    words: Any
    page: tuple  # the name of its address, and what stands in that
    query: Mapping[str, str] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    leads_back_to: Visit | None = None  # to the programme of this visit, where the page is another's
    for_coordinators: bool = False  # a placement student may draft, and would find this page closed

    @property
    def label(self) -> str:
        return self.words % in_words(self.facts)

    @property
    def url(self) -> str:
        name, *args = self.page
        query = dict(self.query)
        if self.leads_back_to:
            query["next"] = reverse("visits:programme", args=[self.leads_back_to.reference])
        return reverse(name, args=args) + (f"?{urlencode(query, safe=':')}" if query else "")


@dataclass(frozen=True)
class Kind:
    """What a check looks for, declared once: the sentence is filled in with the facts of each finding."""

    name: str  # "overlap": no two kinds share it; the log calls it so
    severity: Severity
    heading: Any
    sentence: Any

    def __call__(self, *, mends: Collection[Mend] = (), **facts: Fact | Collection[Model]) -> "Problem":
        return Problem(self, facts, tuple(mends))


@dataclass
class Problem:
    of: Kind
    facts: Facts
    mends: tuple[Mend, ...] = ()
    passed_because: str = field(default="", compare=False)

    @cached_property
    def key(self) -> str:
        """A digest of the kind and all facts: when one of them changes, it is another problem, and is asked anew.

        Names are no facts: a session of another title keeps the reason that was given for it.
        """
        facts = json.dumps({name: _as_key(fact) for name, fact in self.facts.items()}, sort_keys=True)
        return f"{self.kind}:{hashlib.sha256(facts.encode()).hexdigest()[:32]}"

    @property
    def sentence(self) -> str:
        return self.of.sentence % in_words(self.facts)

    @property
    def kind(self) -> str:
        return self.of.name

    @property
    def severity(self) -> Severity:
        return self.of.severity

    @property
    def heading(self) -> Any:
        return self.of.heading

    @property
    def sessions(self) -> tuple[UUID, ...]:
        """Those that it is about, and beside which it stands in the drawing."""
        return self._about(Session)

    @property
    def people(self) -> tuple[UUID, ...]:
        return self._about(Person)

    def _about(self, model: type[Model]) -> tuple[UUID, ...]:
        many = [fact if isinstance(fact, Collection) else [fact] for fact in self.facts.values()]
        return tuple(row.pk for rows in many for row in rows if isinstance(row, model))

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


def kind_of(key: str) -> str:
    """The kind of the problem that has this key."""
    return key.partition(":")[0]


def _as_key(fact: Fact | Collection[Model]) -> Any:
    if isinstance(fact, Collection):
        return sorted(str(row.pk) for row in fact)
    if isinstance(fact, Model):
        return str(fact.pk)
    if isinstance(fact, Named):
        return fact.id
    if isinstance(fact, datetime.datetime):
        return fact.astimezone(datetime.UTC).isoformat()
    return str(fact)


def in_words(facts: Facts) -> dict[str, Any]:
    return {name: _as_words(fact) for name, fact in facts.items()}


def _as_words(fact: Fact | Collection[Model]) -> Any:
    if isinstance(fact, Collection):
        return some_of(fact)
    if isinstance(fact, datetime.datetime):
        return on_the_clock(fact)
    if isinstance(fact, datetime.date):
        return day_in_words(fact)
    if isinstance(fact, datetime.timedelta):
        return in_hours(fact)
    return fact if isinstance(fact, int) else str(fact)


def in_hours(length: datetime.timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def some_of(names: Collection[Any], most: int = MOST_NAMES) -> str:
    """A few of many names, and how many more there are."""
    words = [str(name) for name in names]
    if len(words) <= most + 1:
        return ", ".join(words)
    facts = {"named": ", ".join(words[:most]), "count": len(words) - most}
    return ngettext("%(named)s and %(count)s more", "%(named)s and %(count)s more", facts["count"]) % facts
