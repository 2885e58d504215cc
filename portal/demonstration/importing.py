"""Taking in what the files give: new things are brought, old ones renewed, and what people did meanwhile stays.

Every row goes in through the action of its app. What was written is remembered as a digest for each
value. At the next import a value that is still as it was written may take the new one of the files;
a value that differs has been edited and stays, and a row that is gone has been removed and stays gone.
"""

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models

from accounts.models import User
from core.audit import AuditEntry
from portal.demonstration.files import permanent_id
from portal.demonstration.models import ImportedRow

IMPORT = AuditEntry.Via.IMPORT
Rows = dict[UUID, models.Model]


@dataclass(frozen=True)
class Given:
    """One thing of the files.

    ``whole`` are the rows that it is a part of; without them it does not come in. ``values`` are
    renewed by later runs; ``once`` is written with a new row and left to people from then on.
    """

    key: UUID
    values: dict[str, Any] = field(default_factory=dict)
    once: dict[str, Any] = field(default_factory=dict)
    whole: dict[str, models.Model | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of thing in the files, and how the portal takes it in.

    ``add_all(givens, by)`` makes the rows; ``change(row, by, **values)`` renews some values of one.
    Without ``change`` the files bring it once, and from then on it belongs to people.
    """

    name: str
    look_up: Callable[[list[Given]], Rows]
    add_all: Callable[[list[Given], User | None], Rows]
    change: Callable[..., Any] | None = None


def by_id(model: type[models.Model], *sets: str) -> Callable[[list[Given]], Rows]:
    """Looks rows up by their id, with the ``sets`` of other rows to which they point.

    They are held to the end, so that nobody edits one between our look at it and our change; in the order of
    their ids, as actions hold what they need two of.
    """

    def look_up(givens: list[Given]) -> Rows:
        rows = model._base_manager.select_for_update().filter(pk__in=[given.key for given in givens]).order_by("pk")
        return {row.pk: row for row in rows.prefetch_related(*sets)}

    return look_up


def one_by_one(add: Callable[..., models.Model]) -> Callable[[list[Given], User | None], Rows]:
    """Makes rows by an action for one of them; ``add(id=..., by=..., via=..., **values)`` returns it."""

    def add_all(givens: list[Given], by: User | None) -> Rows:
        signed = {"by": by, "via": IMPORT}
        return {given.key: add(id=given.key, **given.whole, **given.values, **given.once, **signed) for given in givens}

    return add_all


class Import:
    """One run: what the runs before have brought, what stands now, and what this run does."""

    def __init__(self) -> None:
        self.before: dict[UUID, ImportedRow] = ImportedRow.objects.in_bulk()
        self.standing: Rows = {}
        self.new: dict[UUID, ImportedRow] = {}
        self.renewed: dict[UUID, ImportedRow] = {}
        self.left = Counter()  # what people did meanwhile: how many rows they "edited", how many they "removed"

    def find(self, kind: str, *names: str) -> Any:
        """The row of this name, or None where somebody has removed it."""
        return self.standing.get(permanent_id(kind, *names))

    def find_all(self, kind: str, names: Iterable[str] | None) -> list[Any]:
        return [row for row in (self.find(kind, name) for name in names or []) if row is not None]

    def is_new(self, kind: str, *names: str) -> bool:
        return permanent_id(kind, *names) in self.new

    def take_in(self, kind: Kind, givens: Iterable[Given], *, by: User | None) -> None:
        givens = list(givens)
        rows = kind.look_up(givens)
        fresh = [given for given in givens if self._is_fresh(given, rows)]
        rows |= kind.add_all(fresh, by) if fresh else {}
        self.standing |= rows
        for given in fresh:
            digests = {name: digest(value) for name, value in given.values.items()} if kind.change else {}
            self.new[given.key] = ImportedRow(key=given.key, kind=kind.name, digests=digests)
        for given in givens:
            if given.key in self.before:
                self._renew(kind, given, rows.get(given.key), by)

    def _is_fresh(self, given: Given, rows: Rows) -> bool:
        return given.key not in rows and given.key not in self.before and None not in given.whole.values()

    def _renew(self, kind: Kind, given: Given, row: models.Model | None, by: User | None) -> None:
        """Give it the values that are new in the files, but those that somebody has edited."""
        if row is None:
            self.left["removed"] += 1
        elif kind.change:
            written = self.before[given.key].digests
            stands = {name: digest(read(row, name)) for name in given.values}
            edited = {name for name in stands if stands[name] != written.get(name)}
            self.left["edited"] += bool(edited)
            wanted = {name: value for name, value in given.values.items() if name not in edited}
            changed = {name: value for name, value in wanted.items() if digest(value) != stands[name]}
            if changed:
                self._change(kind, given.key, row, by, changed)

    def _change(self, kind: Kind, key: UUID, row: models.Model, by: User | None, values: dict[str, Any]) -> None:
        kind.change(row, by, **values)
        memory = self.renewed[key] = self.before[key]
        memory.digests |= {name: digest(value) for name, value in values.items()}

    def remember(self) -> None:
        """Keep for the next run what this one has written."""
        ImportedRow.objects.bulk_create(self.new.values())
        ImportedRow.objects.bulk_update(self.renewed.values(), ["digests"])


def read(row: models.Model, name: str) -> Any:
    """The value that a row has now, in the form in which the files give it."""
    column = row._meta.get_field(name)
    return list(getattr(row, name).all()) if column.many_to_many else getattr(row, column.attname)


def digest(value: Any) -> str:
    serialised = json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(serialised.encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    """One spelling for what the files give and what the database returns."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        parts = [_plain(part) for part in value]
        return sorted(parts) if any(isinstance(part, models.Model) for part in value) else parts
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | str) else str(value)
