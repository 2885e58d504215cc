"""Published means frozen: rows are edited, and published as numbered documents that never change.

What can be published (a practice, a city, a term, the programme of a visit) has a table of
editions. An edition holds the whole of it as one JSON document: with its repeated parts, in every
language, readable without the rows, with the number of its format. The database refuses to change
or delete an edition (see ``frozen_table``).

People are not in these documents. They stand there by reference, as ``{"contact": id}``,
``{"user": id}`` or ``{"person": id}``, and are named when shown, so that a later deletion reaches
every old edition.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.migrations.operations import RunSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import Refusal
from core.translated import REVIEW


class NothingNew(Refusal):
    """The rows say just what the newest edition says; ``edition`` is that one."""

    def __init__(self, edition):
        super().__init__(_("Nothing has changed since number %(number)s.") % {"number": edition.number})
        self.edition = edition


class EditionQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-number")

    def without_body(self):
        """For lists: a body can be large."""
        return self.defer("body")


class Edition(models.Model):
    """One numbered document; concrete tables add the foreign key to what they are an edition of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField()
    format = models.PositiveSmallIntegerField()
    body = models.JSONField(encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)  # a user by reference: a frozen row outlives accounts

    objects = EditionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-number"]


def publish(
    subject: models.Model,
    *,
    write: Callable[[Any], dict],
    read: Callable[[dict], dict] = lambda document: document,
    by=None,
    note: str = "",
    format: int = 1,  # noqa: A002 - the word of the field
    **extra,
):
    """Freeze ``subject`` as its next edition and make that the live one; return it.

    ``write(subject)`` makes the document from the rows, under the lock on the subject, so that of
    two simultaneous calls the second sees the first and finds nothing new. ``read(document)`` gives
    the newest edition's in the format of ``write``, where that may be an older one.

    Raises NothingNew when the document is the same as the newest edition's.
    """
    with transaction.atomic():
        subject = type(subject)._base_manager.select_for_update().get(pk=subject.pk)
        document = as_stored(write(subject))
        newest = subject.editions.newest_first().first()
        if newest and subject.live_id == newest.pk and read(newest.body) == document:
            raise NothingNew(newest)
        edition = subject.editions.create(
            number=newest.number + 1 if newest else 1,
            format=format,
            body=document,
            digest=digest(document),
            note=note,
            published_at=timezone.now(),
            published_by=by.pk if by else None,
            **extra,
        )
        subject.live = edition
        subject.save(update_fields=["live"])
    return edition


def is_news(subject: models.Model, document: dict) -> bool:
    """Whether publishing now would say anything that the live edition does not."""
    return subject.live is None or subject.live.body != as_stored(document)


def as_stored(document: dict) -> dict:
    """The document as the database will give it back: dates as words, texts as plain objects."""
    return json.loads(json.dumps(document, cls=DjangoJSONEncoder))


def digest(document: dict) -> str:
    """SHA-256 of the document in one fixed spelling."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# --- two documents beside each other -------------------------------------------------------------


ORDER = "#order"  # no key of a document begins with this character


@dataclass(frozen=True)
class Difference:
    """One place where two documents differ. ``before`` is None for what is new, ``after`` for what is gone.

    ``path`` leads there: keys, and for a repeated part its id, for example
    ``("offers", "8f0c…", "minutes")``. Where parts only stand in another order, the path ends with
    ORDER and the values are lists of their ids.
    """

    path: tuple[str, ...]
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        if self.path[-1:] == (ORDER,):
            return "moved"
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def compare(before: dict, after: dict) -> list[Difference]:
    """Everything that differs, in the order of the newer document.

    Lists whose members carry an ``id`` are matched by it, so that a part which only moved is not
    told as removed and added.
    """
    return list(_differences((), before, after))


def _differences(path: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if _is_same_thing(before, after):
        for key in [*after, *(key for key in before if key not in after)]:
            yield from _differences((*path, key), before.get(key), after.get(key))
    elif _has_ids(before) and _has_ids(after):
        yield from _differences_of_parts(path, _by_id(before), _by_id(after))
    else:
        yield Difference(path, before, after)


def _differences_of_parts(path: tuple[str, ...], before: dict, after: dict) -> Iterator[Difference]:
    for key in [*after, *(key for key in before if key not in after)]:
        yield from _differences((*path, key), before.get(key), after.get(key))
    stayed_before, stayed_after = [key for key in before if key in after], [key for key in after if key in before]
    if stayed_before != stayed_after:
        yield Difference((*path, ORDER), list(before), list(after))


def _is_same_thing(before: Any, after: Any) -> bool:
    """Two states of one thing, to be compared key by key; a text is one value, another id another thing."""
    both = (before, after)
    return all(isinstance(value, dict) and not is_text(value) for value in both) and before.get("id") == after.get("id")


def is_text(value: Any) -> bool:
    """Whether this value of a document is one text in several languages."""
    languages = {code for code, _name in settings.LANGUAGES}
    return isinstance(value, dict) and bool(value) and value.keys() <= languages | {REVIEW}


def _has_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, dict) and "id" in part for part in value)


def _by_id(parts: list[dict]) -> dict[str, dict]:
    return {part["id"]: part for part in parts}


# --- people by reference -------------------------------------------------------------------------

REFERENCES = ("contact", "user", "person")


def references(document: Any, kind: str) -> set[str]:
    """The ids of all people of one kind ("contact", "user", "person") that stand in the document."""
    found = set()
    if isinstance(document, dict):
        if document.keys() & {kind} and isinstance(document[kind], str):
            found.add(document[kind])
        for value in document.values():
            found |= references(value, kind)
    elif isinstance(document, list):
        for value in document:
            found |= references(value, kind)
    return found


# --- what the database holds ---------------------------------------------------------------------

# One function for every frozen table. Erasing for data protection sets open_doors.erasing for its
# own transaction; nothing may change a frozen row, not even then. A test database, which is emptied
# between tests, sets open_doors.emptying.
REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('open_doors.erasing', true) = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'TRUNCATE' AND current_setting('open_doors.emptying', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is frozen: its rows are never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$ LANGUAGE plpgsql;
"""


def frozen_table(table: str) -> RunSQL:
    """A migration step after which the database refuses to change or delete the table's rows."""
    return RunSQL(
        f"CREATE TRIGGER {table}_is_frozen BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION core_refuse_change();",
        f"DROP TRIGGER {table}_is_frozen ON {table};",
    )


def never_emptied(table: str) -> RunSQL:
    """A migration step after which the database refuses to empty a frozen table at one stroke."""
    return RunSQL(
        f"CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();",
        f"DROP TRIGGER {table}_is_never_emptied ON {table};",
    )
