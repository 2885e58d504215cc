"""The audit log: what was done, to what, by whom, when. Rows are added and never changed.

People stand in it by reference and are named when shown. It holds no personal data of its own:
``facts`` are field names, states, numbers and the words of catalogue pages, never needs, addresses
or what somebody wrote in private.
"""

import decimal
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.translated import Text


class PlainEncoder(DjangoJSONEncoder):
    """Whatever a column can hold, in one spelling; a country is its code."""

    def default(self, o: Any) -> Any:
        if isinstance(o, decimal.Decimal):
            return float(o)  # "1.5" was typed where a column says "1.50"
        try:
            return super().default(o)
        except TypeError:
            return str(o)


class AuditQuerySet(models.QuerySet):
    def about(self, subject: models.Model):
        """What happened to this one thing and to its parts, newest first."""
        return self.filter(models.Q(subject_id=subject.pk) | models.Q(whole_id=subject.pk)).newest_first()

    def newest_first(self):
        return self.order_by("-at", "-id")


class AuditEntry(models.Model):
    class Via(models.TextChoices):
        PAGE = "page", _("on a page")
        IMPORT = "import", _("by import")
        JOB = "job", _("by the timetable")

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    verb = models.CharField(max_length=60, db_index=True)  # "practice.edited": what kind of thing, what happened
    subject_id = models.UUIDField(null=True, db_index=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_name = models.JSONField(default=dict)  # a Text: what it was called then, in each language
    whole_id = models.UUIDField(null=True, db_index=True)  # what the subject is a part of
    by_user = models.UUIDField(null=True, db_index=True)
    via = models.CharField(max_length=10, choices=Via, default=Via.PAGE)
    note = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict, encoder=PlainEncoder)
    changes = models.JSONField(default=list, encoder=PlainEncoder)  # [{"field", "before", "after"}]

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}"

    @property
    def is_by_page(self) -> bool:
        """The usual way; only another one needs telling."""
        return self.via == self.Via.PAGE


_waiting: ContextVar[list[AuditEntry] | None] = ContextVar("entries to be written together", default=None)


@contextmanager
def written_together() -> Iterator[None]:
    """Within it, entries are gathered and written in one statement at its end; for imports of many rows."""
    waiting: list[AuditEntry] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    AuditEntry.objects.bulk_create(waiting)


def record(
    verb: str,
    subject: models.Model | None = None,
    *,
    by=None,
    whole: models.Model | None = None,
    via: str = AuditEntry.Via.PAGE,
    note: str = "",
    changes: list[dict] | None = None,
    name: Any = None,
    **facts: Any,
) -> AuditEntry:
    """Write one entry, in the transaction of the change that it tells of.

    ``name`` is what the subject is called (a Text or a string); leave it out for people, who are
    named when shown.
    """
    entry = AuditEntry(
        verb=verb,
        subject_id=subject.pk if subject is not None else None,
        subject_kind=subject._meta.model_name if subject is not None else "",
        subject_name=dict(name) if isinstance(name, Text) else ({"en": str(name)} if name else {}),
        whole_id=whole.pk if whole is not None else None,
        by_user=by.pk if by is not None else None,
        via=via,
        note=note,
        facts=facts,
        changes=changes or [],
    )
    waiting = _waiting.get()
    if waiting is None:
        entry.save(force_insert=True)
    else:
        waiting.append(entry)
    return entry


class Everything:
    """For a model of whose values the log keeps none: names of people, needs, words meant for colleagues."""

    def __contains__(self, _name: object) -> bool:
        return True


EVERYTHING = Everything()  # as ``private_in_audit`` of a model; there stands which of its fields the log only names
LEFT_OUT = {"id", "live", "revision", "changed_at", "changed_by"}


def values_of(row: models.Model) -> dict[str, Any]:
    """The row's own fields and what it points to many of, as plain values, to be compared before and after."""
    values = {
        field.name: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name not in LEFT_OUT
    }
    many = {
        field.name: sorted(str(each.pk) for each in getattr(row, field.name).all()) for field in row._meta.many_to_many
    }
    return json.loads(json.dumps(values | many, cls=PlainEncoder))


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """Field by field: what it was and what it is, for the fields that changed."""
    return [
        {"field": name, "before": before.get(name), "after": value}
        for name, value in after.items()
        if before.get(name) != value
    ]
