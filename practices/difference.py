"""What changed in the catalogue, as people read it: the names of its fields, and the words that differ."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from core.differences import Label, Row, in_words
from core.names_by_reference import Names
from partners.spoken_languages import LANGUAGES
from practices.editions import related_ids, with_related
from practices.judgements import JUDGED
from practices.models import Practice, Source, Term
from practices.parts import PARTS

Labels = dict[str, Any]
LEFT_OUT = ("id", "slug", "picture.id", "picture.width", "picture.height", "related.id", "related.slug")
LONGEST_NAME = 60
UNLIKE = 0.35  # below this, two wordings have too little in common to mark their differences


@dataclass(frozen=True)
class Line:
    """One field: what it was and what it is, as HTML with the words marked that differ."""

    name: str
    before: SafeString
    after: SafeString
    language: str = ""


def of_practices(before: dict, after: dict) -> list[Line]:
    """Everything that differs between two published practices, of whatever format, in the order of the newer.

    Related entries are called on both sides as they are called now, so that a new name is no difference.
    """
    named = Practice.objects.named_for_editors([*related_ids(before), *related_ids(after)])
    return lines(in_words(with_related(before, named), with_related(after, named), practice_labels()))


def of_terms(before: dict, after: dict) -> list[Line]:
    return lines(in_words(by_language(before), by_language(after), term_labels()))


def of_changes(changes: list[dict], kind: str, part: str, names: Names) -> list[Line]:
    """The changes that an entry of the audit log tells; ``kind`` is its subject's, ``part`` a key of PARTS."""
    before, after = (by_language({each["field"]: each[side] for each in changes}) for side in ("before", "after"))
    return lines(in_words(before, after, row_labels(kind, part), names))


def lines(rows: Iterable[Row]) -> list[Line]:
    return [Line(name_of(row), *sides(row), row.language) for row in rows if row.before or row.after]


def sides(row: Row) -> tuple[SafeString, SafeString]:
    if row.language:
        return mark_words(row.before, row.after)
    return conditional_escape(row.before), conditional_escape(row.after)


def by_language(document: dict) -> dict:
    """What is judged for each language (of a term) as a field for each, since its words are choices, no texts."""
    judged = {name: document.get(name) or {} for name in JUDGED}
    fields = {f"{name}.{code}": value for name, values in judged.items() for code, value in values.items()}
    return {**{name: value for name, value in document.items() if name not in JUDGED}, **fields}


def name_of(row: Row) -> str:
    """The part and the field; the whole of a long claim would drown the field."""
    where = row.where if len(row.where) <= LONGEST_NAME else f"{row.where[:LONGEST_NAME].rsplit(' ', 1)[0]}…"
    return capfirst(replace(row, where=where).name)


# --- the names of fields -------------------------------------------------------------------------


@cache
def practice_labels() -> Labels:
    labels = {**field_labels(Practice), **dict.fromkeys(LEFT_OUT)}
    labels |= {"picture.alt": _("What the picture shows"), "picture.credit": _("Who made the picture")}
    labels |= {"related.title": _("Related entry")}
    for part in PARTS.values():
        labels[part.key] = part.heading
        labels[f"{part.key}.id"] = None
        for name, label in field_labels(part.model).items():
            heading = label.name if label.name == part.name else format_lazy("{}, {}", part.name, label.name)
            labels[f"{part.key}.{name}"] = Label(heading, label.show)
    return labels


@cache
def term_labels() -> Labels:
    labels = {**field_labels(Term), "id": None, "slug": None}
    further = [code for code in LANGUAGES if code not in dict(settings.LANGUAGES)]
    for name, choices in JUDGED.items():
        for code, language in LANGUAGES.items():
            label = format_lazy("{} ({})", labels[name].name, language)
            labels[f"{name}.{code}"] = Label(label, words_for(choices.choices))
    for code in further:
        for name in ("term", "definition"):
            labels[f"{name}.{code}"] = format_lazy("{} ({})", labels[name].name, LANGUAGES[code])
    return labels


@cache
def row_labels(kind: str, part: str) -> Labels:
    if part in PARTS:
        return field_labels(PARTS[part].model)
    return {"practice": field_labels(Practice), "term": term_labels()}.get(kind) or field_labels(Source)


def field_labels(model: type[models.Model]) -> dict[str, Label]:
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {field.name: Label(field.verbose_name, words_for(field.flatchoices)) for field in fields}


def words_for(choices: Iterable[tuple[Any, Any]]):
    known = dict(choices)
    return lambda value: known.get(value, value)


# --- words that differ ---------------------------------------------------------------------------


def mark_words(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both wordings as HTML, with <del> and <ins> round the words that differ."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if not before or not after or matcher.ratio() < UNLIKE:
        return conditional_escape(before), conditional_escape(after)
    left, right = SafeString(), SafeString()
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        left += piece("" if tag == "equal" else "del", "".join(old[old_from:old_to]))
        right += piece("" if tag == "equal" else "ins", "".join(new[new_from:new_to]))
    return left, right


def piece(tag: str, words: str) -> SafeString:
    if not tag or not words:
        return conditional_escape(words)
    return format_html("{}{}{}", mark_safe(f"<{tag}>"), words, mark_safe(f"</{tag}>"))  # noqa: S308 - "del" or "ins"
