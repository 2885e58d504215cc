"""Everything that can happen to the catalogue. Pages and imports call these, and nothing else.

Each change of an entry, and of any part of it, holds the entry, and leaves an audit entry that tells field by
field what was and what is.
"""

from collections.abc import Mapping
from textwrap import shorten
from typing import Any

from django.db import IntegrityError, models
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.access import Refusal
from core.audit import AuditEntry
from core.changing import Change, changing, value_of
from core.published import digest, publish
from core.slugs import free_slug
from core.translated import FIRST_LANGUAGE, Text
from practices import editions
from practices.judgements import by_language, is_judgement, judgement
from practices.models import Practice, PracticeEdition, Source, Term, TermEdition
from practices.parts import PARTS, Part, name_of, part_of
from practices.row_values import row_values
from practices.search_words import texts_in

PAGE = AuditEntry.Via.PAGE
RESERVED = {"glossary", "new", "search"}  # addresses of their own beside the entries


class LookAgain(Refusal):
    """Publishing what somebody looked at, when the rows say something else by now."""

    def __init__(self):
        super().__init__(_("Somebody changed this after you opened the page. Look at it again, then publish."))


class EnglishMissing(Refusal):
    def __init__(self, words: Text):
        sentence = _(
            "“%(words)s” has no English, so the English page would say it in another language. Write it first."
        )
        super().__init__(sentence % {"words": shorten(str(words), 80, placeholder="…")})


class NotPublished(Refusal):
    """Withdrawing what readers do not have."""

    def __init__(self, row: Practice | Term):
        page = reverse(f"catalogue:{row._meta.model_name}", args=[row.slug])
        super().__init__(_("This is not published."), leads_to=page)


class OfferInUse(Refusal):
    def __init__(self, practice: Practice):
        page = reverse("catalogue:practice", args=[practice.slug])
        sentence = _("A programme has a session of this offer, so it cannot be removed.")
        super().__init__(sentence, leads_to=f"{page}#offers")


# --- practices -----------------------------------------------------------------------------------


def create_practice(*, by, via: str = PAGE, **values: Any) -> Practice:
    """A new entry, not published yet. An import may give its ``id`` and ``slug``."""
    with changing(Practice(), by=by, via=via, read=row_values) as change:
        values.setdefault("slug", free_slug(Practice, values["title"], reserved=RESERVED))
        return change.add("practice.created", change.whole, values, name="title")


def edit_practice(*, practice: Practice, by, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Practice:
    """Change the fields that are named; the slug stays, because addresses do."""
    with changing(practice, by=by, via=via, read=row_values) as change:
        return change.edit("practice.edited", change.whole, values, base=base, name="title")


def publish_practice(*, practice: Practice, by, note: str = "", via: str = PAGE, seen: str = "") -> PracticeEdition:
    """Freeze the entry as its next number and make that the one which readers see.

    ``seen`` is the digest of the document that the person looked at before. Raises LookAgain when
    the rows have changed since, EnglishMissing when a text of the page has none (English stands in
    for every other language), and NothingNew when the newest edition already says the same.
    """
    with changing(practice, by=by, via=via) as change:
        document = editions.write(Practice.objects.with_parts().get(pk=change.whole.pk))
        _refuse_without_english(document)
        _refuse_unseen(document, seen)
        edition = publish(
            change.whole, write=lambda _row: document, read=editions.in_todays_format, by=by, note=note,
            format=PracticeEdition.FORMAT,
            search_words=editions.words_of_practice(document),
        )  # fmt: skip
        change.record("practice.published", change.whole, name="title", note=note, number=edition.number)
        return edition


def withdraw_practice(*, practice: Practice, by, note: str = "", via: str = PAGE) -> Practice:
    """Take the entry off the public pages. Its editions stay, and it can be published again."""
    with changing(practice, by=by, via=via) as change:
        return _withdraw(change, "practice.withdrawn", name="title", note=note)


# --- parts of a practice -------------------------------------------------------------------------


def add_part(*, practice: Practice, part: str, by, via: str = PAGE, **values: Any) -> models.Model:
    """Add a row at the end of one list of the entry; ``part`` is a key of PARTS, such as "offers".

    Raises Refusal for a sourced claim without a source.
    """
    return add_parts(practice=practice, part=part, rows=[values], by=by, via=via)[0]


def add_parts(*, practice: Practice, part: str, rows: list[Mapping], by, via: str = PAGE) -> list[models.Model]:
    """Several rows of one list at once, as ``add_part`` adds one; an import may give each its ``id`` and place."""
    with changing(practice, by=by, via=via, read=row_values) as change:
        return [_add_part(change, PARTS[part], values) for values in rows]


def edit_part(*, row: models.Model, by, via: str = PAGE, base: Mapping | None = None, **values: Any) -> models.Model:
    """Write ``values`` to a row of the entry. Raises Refusal for a sourced claim without a source."""
    with changing(row.practice, by=by, via=via, read=row_values) as change:
        row = change.fresh(row)
        kind = part_of(row)
        facts = {"rule": kind.rule, "name": name_of, "part": kind.key}
        return change.edit("practice.part_edited", row, values, base=base, **facts)


def move_part(*, row: models.Model, up: bool, by, via: str = PAGE) -> models.Model:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    with changing(row.practice, by=by, via=via, read=row_values) as change:
        row = change.fresh(row)
        kind = part_of(row)
        rows = list(_rows_of(change.whole, kind).order_by("position", "id"))
        place = rows.index(row)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(rows):
            return row
        rows[place], rows[other] = rows[other], rows[place]
        for position, each in enumerate(rows):
            each.position = position
        kind.model._base_manager.bulk_update(rows, ["position"])
        moved = [{"field": "position", "before": place + 1, "after": other + 1}]
        change.record("practice.part_moved", row, name=name_of, part=kind.key, changes=moved)
        return row


def remove_part(*, row: models.Model, by, via: str = PAGE) -> None:
    """Take a row out of the entry. What is published keeps it until the next edition.

    Raises OfferInUse while a programme holds a session of this offer.
    """
    with changing(row.practice, by=by, via=via, read=row_values) as change:
        row = change.fresh(row)
        try:
            change.remove("practice.part_removed", row, name=name_of, part=part_of(row).key)
        except models.ProtectedError:
            raise OfferInUse(change.whole) from None


# --- terms ---------------------------------------------------------------------------------------


def create_term(*, by, via: str = PAGE, **values: Any) -> Term:
    """A new word of the glossary, not published yet. An import may give its ``id`` and ``slug``."""
    with changing(Term(), by=by, via=via, read=row_values) as change:
        values.setdefault("slug", free_slug(Term, values["term"], reserved=RESERVED))
        return change.add("term.created", change.whole, by_language(change.whole, values), name="term")


def edit_term(*, row: Term, by, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Term:
    """Change the fields that are named; one of them is called ``term``.

    What is judged for each language may come as a whole (``equivalence``), or for one language (``equivalence_cs``).
    """
    with changing(row, by=by, via=via, read=row_values) as change:
        values = change.merge(change.whole, values, base, tell=_value_of_term)
        return change.edit("term.edited", change.whole, by_language(change.whole, values), name="term")


def publish_term(*, term: Term, by, note: str = "", via: str = PAGE, seen: str = "") -> TermEdition:
    """Publish the word as its next number. Raises NothingNew, and LookAgain when ``seen`` is of another document."""
    with changing(term, by=by, via=via) as change:
        document = editions.write_term(change.whole)
        _refuse_unseen(document, seen)
        edition = publish(
            change.whole, write=lambda _row: document, by=by, note=note, format=editions.TERM_FORMAT,
            search_words=editions.words_of_term(document),
        )  # fmt: skip
        change.record("term.published", change.whole, name="term", note=note, number=edition.number)
        return edition


def withdraw_term(*, term: Term, by, note: str = "", via: str = PAGE) -> Term:
    """Take the word from readers; its numbers stay. Raises NotPublished when they do not have it."""
    with changing(term, by=by, via=via) as change:
        return _withdraw(change, "term.withdrawn", name="term", note=note)


# --- sources -------------------------------------------------------------------------------------


def register_source(*, by, via: str = PAGE, **values: Any) -> Source:
    """A source that claims can cite by its code. Raises Refusal for the code of another."""
    try:
        with changing(Source(), by=by, via=via, read=row_values) as change:
            return change.add("source.registered", change.whole, values, name="title")
    except IntegrityError:  # of two at once the second waits for the first
        raise Refusal(_("%(name)s is in the list already.") % {"name": values["code"]}, field="code") from None


def edit_source(*, source: Source, by, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Source:
    """Correct a source. Published entries show the correction when they are published again."""
    with changing(source, by=by, via=via, read=row_values) as change:
        return change.edit("source.edited", change.whole, values, base=base, name="title")


# --- what they share -----------------------------------------------------------------------------


def _rows_of(practice: Practice, kind: Part) -> models.QuerySet:
    return kind.model._base_manager.filter(practice=practice, **kind.fixed)


def _add_part(change: Change, kind: Part, values: Mapping) -> models.Model:
    row = kind.model(practice=change.whole, **kind.fixed)
    if "position" not in values:
        row.position = (_rows_of(change.whole, kind).aggregate(last=Max("position"))["last"] or 0) + 1
    return change.add("practice.part_added", row, values, rule=kind.rule, name=name_of, part=kind.key)


def _value_of_term(term: Term, name: str) -> Any:
    """As a form asks for it: what is judged for one language is a value of its own."""
    return judgement(term, name) if is_judgement(name) else value_of(term, name)


def _refuse_unseen(document: dict, seen: str) -> None:
    if seen and digest(document) != seen:
        raise LookAgain


def _refuse_without_english(document: dict) -> None:
    for words in texts_in(document):
        if words and not words.get(FIRST_LANGUAGE):
            raise EnglishMissing(words)


def _withdraw(change: Change, verb: str, *, name: str, note: str) -> Any:
    row = change.whole
    if row.live_id is None:
        raise NotPublished(row)
    row.live = None
    row.save(update_fields=["live"])
    change.record(verb, row, name=name, note=note)
    return row
