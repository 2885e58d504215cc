"""The one way to change anything: hold the whole that it belongs to, look at its state, merge, save, write it down.

    with changing(session.visit, by=by, via=via, states=Visit.OPEN) as change:
        session = change.fresh(session)
        return change.edit("session.edited", session, values, base=base, name="title")

A *whole* is what people work on together: a visit, an entry of the catalogue, a city, a venue. Whoever changes
it or any part of it holds its row, so that two never change it at the same time.
"""

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core import audit
from core.access import Refusal
from core.merging import Merged, Part, merge
from core.rules import Rule, refuse_what_does_not_fit

PAGE = audit.AuditEntry.Via.PAGE
Row = TypeVar("Row", bound=models.Model)
Read = Callable[[models.Model], dict[str, Any]]  # a row as plain values, for the log
Name = str | Callable[[models.Model], Any] | None  # an attribute of the row, or how to tell from it, for the log


class Whole(models.Model):
    """What is held while it or a part of it is changed."""

    # Raised under the lock by each change, so that a page can ask whether it shows what stands. A time would not do
    # (two changes have the same), nor a sequence (the later number may be seen first).
    revision = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    def refuse_outside(self, states: Collection[str]) -> None:
        """Raise Refusal unless the state is one of these."""


class Gone(Refusal):
    """What somebody wants to change is not there any more."""

    def __init__(self):
        super().__init__(_("Somebody else has removed this already."))


class Clash(Refusal):
    """Somebody else has changed the same meanwhile: ``merged`` tells what, and ``current`` what stands now."""

    def __init__(self, merged: Merged, current: Mapping[str, Any]):
        super().__init__(
            _("Somebody else changed this while you were writing. Put the result into the box, and save again.")
        )
        self.merged = merged
        self.current = current


class Change:
    """What one action does to a whole that it holds."""

    def __init__(self, whole: Whole, *, by, via: str, read: Read):
        self.whole = whole
        self.by = by
        self.via = via
        self.read = read
        self.is_recorded = False
        self.merged: Merged | None = None
        self.current: dict[str, Any] = {}

    def fresh(self, row: Row) -> Row:
        """The row as it is now that nobody else can change it. Raises Gone when it was removed meanwhile."""
        if row.pk == self.whole.pk and isinstance(row, type(self.whole)):
            return self.whole
        now = type(row)._base_manager.filter(pk=row.pk).first()
        if now is None:
            raise Gone
        for field in now._meta.concrete_fields:
            if field.related_model is type(self.whole) and getattr(now, field.attname) == self.whole.pk:
                setattr(now, field.name, self.whole)  # the one that is held, and not read once more
        return now

    def merge(
        self,
        row: models.Model,
        values: Mapping[str, Any],
        base: Mapping[str, Any] | None,
        *,
        tell: Callable[[Any, str], Any] | None = None,
    ) -> dict[str, Any]:
        """What is to be written of ``values``, when somebody may have saved since the page was made from ``base``.

        Without a base the values are taken as they are. ``tell(row, name)`` gives the current value where a form
        asks in other words than the row. Raises Clash for what both changed, each to something else.
        """
        if base is None:
            return dict(values)
        current = {name: (tell or value_of)(row, name) for name in values}
        merged = merge(base=base, current=current, mine=values)
        if merged.disagreements:
            raise Clash(merged, current)
        row.kept_from_others = merged.kept
        self.merged, self.current = merged, current
        return merged.values

    def edit(
        self,
        verb: str,
        row: Row,
        values: Mapping[str, Any],
        *,
        base: Mapping[str, Any] | None = None,
        rule: Rule | None = None,
        name: Name = None,
        **facts: Any,
    ) -> Row:
        """Write what changes of ``values`` to the row; nothing is saved or recorded where nothing changes.

        Raises Clash as ``merge`` does, and Refusal for what the ``rule`` says does not go together.
        """
        values = self.merge(row, values, base)
        refuse_what_does_not_fit(rule, row, values)
        news = {name: value for name, value in values.items() if not has_value(row, name, value)}
        if not news:
            return row
        before = self.read(row)
        self.write(row, news)
        if changes := audit.changes_between(before, self.read(row)):
            self.record(verb, row, name=name, **_told(row, changes), **facts)
        return row

    def add(
        self,
        verb: str,
        row: Row,
        values: Mapping[str, Any] | None = None,
        *,
        rule: Rule | None = None,
        name: Name = None,
        **facts: Any,
    ) -> Row:
        """Save a new row, with what it points to many of among the ``values``. Raises Refusal as ``edit`` does."""
        refuse_what_does_not_fit(rule, row, values or {})
        self.write(row, values or {})
        changes = audit.changes_between({}, _filled(self.read(row)))
        self.record(verb, row, name=name, **_told(row, changes, whole_row=True), **facts)
        return row

    def remove(self, verb: str, row: models.Model, *, name: Name = None, **facts: Any) -> None:
        """Delete a row; raises what the database raises while something needs it."""
        gone = [{"field": field, "before": value, "after": None} for field, value in _filled(self.read(row)).items()]
        self.record(verb, row, name=name, **_told(row, gone, whole_row=True), **facts)
        row.delete()

    def write(self, row: models.Model, values: Mapping[str, Any]) -> None:
        """Save the values in the row, signed by who writes.

        Raises ValidationError for a value that no column of it can hold: an import or a link comes without a form.
        """
        many = {field.name for field in row._meta.many_to_many}
        for name in values.keys() - many:
            setattr(row, name, values[name])
        if hasattr(row, "changed_by"):
            row.changed_by = self.by.pk if self.by else None
        row.clean_fields(exclude={field.name for field in row._meta.concrete_fields if field.is_relation})
        row.save(force_insert=row._state.adding)
        for name in values.keys() & many:
            getattr(row, name).set(values[name])

    def record(self, verb: str, subject: models.Model, *, name: Name = None, **facts: Any) -> None:
        """Write it down in the audit log; ``whole`` among the facts says of what else the subject is a part."""
        self.is_recorded = True
        called = name(subject) if callable(name) else getattr(subject, name) if name else None
        facts.setdefault("whole", None if isinstance(subject, Whole) else self.whole)
        if not isinstance(subject.pk, uuid.UUID):
            # The log knows its subjects by UUID; what goes by a code of its own has it as a fact.
            facts[subject._meta.pk.name], subject = subject.pk, None
        audit.record(verb, subject, by=self.by, via=self.via, name=called, **facts)


AfterChange = Callable[[models.Model], None]
_after_changes: dict[type[models.Model], list[AfterChange]] = {}


def after_change(*wholes: type[Whole]) -> Callable[[AfterChange], AfterChange]:
    """Decorates what a later room does, in the same transaction, when one of these wholes has been changed."""

    def decorate(function: AfterChange) -> AfterChange:
        for whole in wholes:
            _after_changes.setdefault(whole, []).append(function)
        return function

    return decorate


@contextmanager
def changing(
    whole: Whole,
    *,
    by,
    via: str = PAGE,
    states: Collection[str] | None = None,
    read: Read = audit.values_of,
) -> Iterator[Change]:
    """Hold the whole until the end of the transaction: all of the change happens, or nothing of it.

    ``states`` are those in which the change is allowed; ``read`` gives a row as plain values for the log.
    A new whole, that nobody else can know yet, is to be added by the change.
    Raises Gone for a whole that was removed, and Refusal for one that is in another state.
    """
    is_new = whole._state.adding
    with transaction.atomic():
        held = whole if is_new else _held(whole)
        if states is not None:
            held.refuse_outside(states)
        change = Change(held, by=by, via=via, read=read)
        try:
            yield change
        except Refusal as refusal:
            if not isinstance(refusal, Clash):
                refusal.merged, refusal.current = change.merged, change.current  # the page may show what was kept
            raise
        if change.is_recorded and not is_new:
            type(held)._base_manager.filter(pk=held.pk).update(revision=F("revision") + 1)
            for function in _after_changes.get(type(held), []):
                function(held)


def _held(whole: Whole) -> Whole:
    held = type(whole)._base_manager.select_for_update(of=("self",)).filter(pk=whole.pk).first()
    if held is None:
        raise Gone
    return held


def value_of(row: models.Model, name: str) -> Any:
    """A value of the row by its name on a form: a column, what it points to, or something that it tells."""
    fields = {field.name: field for field in row._meta.get_fields() if field.concrete}
    if name not in fields:
        return getattr(row, name)
    if fields[name].many_to_many:
        return list(getattr(row, name).all())
    return getattr(row, fields[name].attname)


def has_value(row: models.Model, name: str, value: Any) -> bool:
    """Whether this value, as an action is given it, stands in the row already."""
    current = value_of(row, name)
    if isinstance(current, list) and not hasattr(value, "__len__"):
        value = list(value)
    if isinstance(current, list) and all(isinstance(each, models.Model) for each in [*current, *value]):
        return {each.pk for each in current} == {each.pk for each in value}
    return current == (value.pk if isinstance(value, models.Model) else value)


def kept_from_others(row: models.Model) -> tuple[Part, ...]:
    """What an edit has kept since only somebody else had changed it."""
    return getattr(row, "kept_from_others", ())


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value or value == 0}


def _told(row: models.Model, changes: list[dict[str, Any]], *, whole_row: bool = False) -> dict[str, Any]:
    """What the log keeps of changes: of private fields that they changed, and never what they say."""
    private = getattr(row, "private_in_audit", ())
    if whole_row and private is audit.EVERYTHING:
        return {}
    fields = [change["field"] for change in changes if change["field"] in private]
    told = [change for change in changes if change["field"] not in private]
    return {**({"changes": told} if told else {}), **({"fields": fields} if fields else {})}
