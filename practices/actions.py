"""Everything that can happen to the catalogue. Pages and imports call these, and nothing else.

Each change of an entry, and of any part of it, takes the lock of the entry first, and leaves an
audit entry that tells field by field what was and what is.
"""

from textwrap import shorten
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.access import Refusal
from core.audit import AuditEntry, changes_between, record
from core.published import digest, publish
from core.translated import FIRST_LANGUAGE, Text, as_text
from practices import editions
from practices.models import Evidence, Practice, PracticeEdition, Source, Term, TermEdition
from practices.parts import PARTS, part_of
from practices.row_values import row_values
from practices.search_words import texts_in

PAGE = AuditEntry.Via.PAGE
TAKEN_SLUGS = {"glossary", "new", "search"}  # addresses of their own beside the entries


class LookAgain(Refusal):
    """Publishing what somebody looked at, when the rows say something else by now."""

    def __init__(self):
        super().__init__(_("Somebody changed this after you opened the page. Look at it again, then publish."))


class SourceMissing(Refusal):
    def __init__(self):
        super().__init__(_("Name at least one source, or mark the claim as not verified."))


class EnglishMissing(Refusal):
    def __init__(self, words: Text):
        sentence = _(
            "“%(words)s” has no English, so the English page would say it in another language. Write it first."
        )
        super().__init__(sentence % {"words": shorten(str(words), 80, placeholder="…")})


class OfferInUse(Refusal):
    def __init__(self):
        super().__init__(_("A programme has a session of this offer, so it cannot be removed."))


# --- practices -----------------------------------------------------------------------------------


@transaction.atomic
def create_practice(*, by, via: str = PAGE, **values: Any) -> Practice:
    """A new entry, not published yet. An import may give its ``id`` and ``slug``."""
    values.setdefault("slug", free_slug(Practice, values["title"]))
    practice = Practice()
    _write_values(practice, values)
    record(
        "practice.created", practice, by=by, via=via, name=practice.title,
        changes=changes_between({}, row_values(practice)),
    )  # fmt: skip
    return practice


@transaction.atomic
def edit_practice(*, practice: Practice, by, via: str = PAGE, **values: Any) -> Practice:
    """Change the fields that are named; the slug stays, because addresses do."""
    practice = locked(practice)
    _change("practice.edited", practice, values, by=by, via=via, name=lambda: practice.title)
    return practice


@transaction.atomic
def publish_practice(*, practice: Practice, by, note: str = "", via: str = PAGE, seen: str = "") -> PracticeEdition:
    """Freeze the entry as its next number and make that the one which readers see.

    ``seen`` is the digest of the document that the person looked at before. Raises LookAgain when
    the rows have changed since, EnglishMissing when a text of the page has none (English stands in
    for every other language), and NothingNew when the newest edition already says the same.
    """
    practice = Practice.objects.with_parts().select_for_update(of=("self",)).get(pk=practice.pk)
    document = editions.write(practice)
    _refuse_without_english(document)
    _refuse_unseen(document, seen)
    edition = publish(
        practice, write=lambda _row: document, read=editions.in_todays_format, by=by, note=note,
        format=PracticeEdition.FORMAT,
        search_words=editions.words_of_practice(document),
    )  # fmt: skip
    record("practice.published", practice, by=by, via=via, note=note, name=practice.title, number=edition.number)
    return edition


@transaction.atomic
def withdraw_practice(*, practice: Practice, by, note: str = "", via: str = PAGE) -> Practice:
    """Take the entry off the public pages. Its editions stay, and it can be published again."""
    return _withdraw("practice.withdrawn", locked(practice), by=by, note=note, via=via, name="title")


# --- parts of a practice -------------------------------------------------------------------------


@transaction.atomic
def add_part(*, practice: Practice, part: str, by, via: str = PAGE, **values: Any) -> models.Model:
    """Add a row at the end of one list of the entry; ``part`` is a key of PARTS, such as "offers"."""
    practice = locked(practice)
    kind = PARTS[part]
    row = kind.model(practice=practice, **kind.fixed)
    if "position" not in values:
        rows = kind.model._base_manager.filter(practice=practice, **kind.fixed)
        row.position = (rows.aggregate(last=Max("position"))["last"] or 0) + 1
    _write_values(row, values)
    record(
        "practice.part_added", row, whole=practice, by=by, via=via, name=name_of(row), part=part,
        changes=changes_between({}, row_values(row)),
    )  # fmt: skip
    return row


@transaction.atomic
def edit_part(*, row: models.Model, by, via: str = PAGE, **values: Any) -> models.Model:
    """Write ``values`` to a row of the entry. Raises SourceMissing for a sourced claim without a source."""
    practice, row = _locked_part(row)
    _change(
        "practice.part_edited", row, values, by=by, via=via, name=lambda: name_of(row),
        whole=practice, part=part_of(row).key,
    )  # fmt: skip
    return row


@transaction.atomic
def move_part(*, row: models.Model, up: bool, by, via: str = PAGE) -> models.Model:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    practice, row = _locked_part(row)
    kind = part_of(row)
    rows = list(kind.model._base_manager.filter(practice=practice, **kind.fixed).order_by("position", "id"))
    place = rows.index(row)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return row
    rows[place], rows[other] = rows[other], rows[place]
    for position, each in enumerate(rows):
        each.position = position
    kind.model._base_manager.bulk_update(rows, ["position"])
    record(
        "practice.part_moved", row, whole=practice, by=by, via=via, name=name_of(row), part=kind.key,
        changes=[{"field": "position", "before": place + 1, "after": other + 1}],
    )  # fmt: skip
    return row


@transaction.atomic
def remove_part(*, row: models.Model, by, via: str = PAGE) -> None:
    """Take a row out of the entry. What is published keeps it until the next edition.

    Raises OfferInUse while a programme holds a session of this offer.
    """
    practice, row = _locked_part(row)
    gone = [{"field": field, "before": value, "after": None} for field, value in row_values(row).items()]
    record(
        "practice.part_removed", row, whole=practice, by=by, via=via, name=name_of(row),
        part=part_of(row).key, changes=gone,
    )  # fmt: skip
    try:
        row.delete()
    except models.ProtectedError:
        raise OfferInUse from None


# --- terms ---------------------------------------------------------------------------------------


@transaction.atomic
def create_term(*, by, via: str = PAGE, **values: Any) -> Term:
    """A new word of the glossary, not published yet. An import may give its ``id`` and ``slug``."""
    values.setdefault("slug", free_slug(Term, values["term"]))
    term = Term()
    _write_values(term, values)
    record("term.created", term, by=by, via=via, name=term.term, changes=changes_between({}, row_values(term)))
    return term


@transaction.atomic
def edit_term(*, row: Term, by, via: str = PAGE, **values: Any) -> Term:
    """Change the fields that are named; one of them is called ``term``."""
    term = locked(row)
    _change("term.edited", term, values, by=by, via=via, name=lambda: term.term)
    return term


@transaction.atomic
def publish_term(*, term: Term, by, note: str = "", via: str = PAGE, seen: str = "") -> TermEdition:
    """Publish the word as its next number. Raises NothingNew, and LookAgain when ``seen`` is of another document."""
    term = locked(term)
    document = editions.write_term(term)
    _refuse_unseen(document, seen)
    edition = publish(
        term, write=lambda _row: document, by=by, note=note, format=editions.TERM_FORMAT,
        search_words=editions.words_of_term(document),
    )  # fmt: skip
    record("term.published", term, by=by, via=via, note=note, name=term.term, number=edition.number)
    return edition


@transaction.atomic
def withdraw_term(*, term: Term, by, note: str = "", via: str = PAGE) -> Term:
    """Take the word from readers; its numbers stay. Raises Refusal when they do not have it."""
    return _withdraw("term.withdrawn", locked(term), by=by, note=note, via=via, name="term")


# --- sources -------------------------------------------------------------------------------------


@transaction.atomic
def register_source(*, by, via: str = PAGE, **values: Any) -> Source:
    """A source that claims can cite by its code."""
    source = Source()
    _write_values(source, values)
    _record_source("source.registered", source, changes_between({}, row_values(source)), by=by, via=via)
    return source


@transaction.atomic
def edit_source(*, source: Source, by, via: str = PAGE, **values: Any) -> Source:
    """Correct a source. Published entries show the correction when they are published again."""
    source = locked(source)
    before = row_values(source)
    _write_values(source, values)
    if changes := changes_between(before, row_values(source)):
        _record_source("source.edited", source, changes, by=by, via=via)
    return source


def _record_source(verb: str, source: Source, changes: list[dict], *, by, via: str) -> None:
    # A source goes by its code, and the audit log knows its subjects by UUID; so the code is a fact.
    record(verb, by=by, via=via, name=source.title, code=source.code, changes=changes)


# --- what they share -----------------------------------------------------------------------------


def locked(row: models.Model) -> models.Model:
    """The row as it is now, held until the end of the transaction."""
    return type(row)._base_manager.select_for_update().get(pk=row.pk)


def _locked_part(row: models.Model) -> tuple[Practice, models.Model]:
    practice = locked(row.practice)
    fresh = type(row)._base_manager.filter(pk=row.pk).first()
    if fresh is None:
        raise Refusal(_("Somebody else has removed this already."))
    return practice, fresh


def _change(verb: str, row: models.Model, values: dict[str, Any], *, by, via: str, name, **more: Any) -> None:
    before = row_values(row)
    _write_values(row, values)
    if changes := changes_between(before, row_values(row)):
        record(verb, row, by=by, via=via, name=name(), changes=changes, **more)


def _write_values(row: models.Model, values: dict[str, Any]) -> None:
    many = {field.name for field in row._meta.many_to_many}
    for name in values.keys() - many:
        setattr(row, name, values[name])
    row.clean_fields(exclude={"practice"})
    row.save(force_insert=row._state.adding)
    for name in values.keys() & many:
        getattr(row, name).set(values[name])
    if isinstance(row, Evidence) and row.status == Evidence.Status.SOURCED and not row.sources.exists():
        raise SourceMissing


def _refuse_unseen(document: dict, seen: str) -> None:
    if seen and digest(document) != seen:
        raise LookAgain


def _refuse_without_english(document: dict) -> None:
    for words in texts_in(document):
        if words and not words.get(FIRST_LANGUAGE):
            raise EnglishMissing(words)


def _withdraw(verb: str, row: models.Model, *, by, note: str, via: str, name: str) -> models.Model:
    if row.live_id is None:
        raise Refusal(_("This is not published."))
    row.live = None
    row.save(update_fields=["live"])
    record(verb, row, by=by, via=via, note=note, name=getattr(row, name))
    return row


def name_of(row: models.Model) -> Any:
    """What a part is called in the history: its title, label or text, shortened."""
    text = as_text(getattr(row, "title", "") or getattr(row, "label", "") or getattr(row, "text", ""))
    return type(text)({code: shorten(text[code], 120, placeholder="…") for code in text.languages()})


def free_slug(model: type[models.Model], title: Any) -> str:
    """An address for a new entry, from its title in English or in the language that it has."""
    wanted = slugify(as_text(title).in_language(FIRST_LANGUAGE))[:50].strip("-") or model._meta.model_name
    taken = set(model._base_manager.filter(slug__startswith=wanted).values_list("slug", flat=True)) | TAKEN_SLUGS
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)
