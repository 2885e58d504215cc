"""The difference between two published documents in words: a row for each field, before and after."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from core.names_by_reference import Names, names_of
from core.published import ORDER, REFERENCES, Difference, compare, is_text
from core.translated import REVIEW, as_text

# What a repeated part is called: the first of these keys that says something.
CALLED = ("title", "name", "term", "label", "text")


@dataclass(frozen=True)
class Label:
    """How a field is shown: its name, and ``show`` for values that are not words yet (a choice, a time)."""

    name: Any
    show: Callable[[Any], Any] = str


@dataclass(frozen=True)
class Row:
    where: str  # the part that it is about, "" for the whole
    label: str
    before: str
    after: str
    kind: str  # "added", "removed", "changed" or "moved"
    language: str = ""  # of a text in several: which wording differs
    language_name: str = ""

    @property
    def name(self) -> str:
        """What differs: the part, the field, the language."""
        field = f"{self.label} ({self.language_name})" if self.language_name else self.label
        return f"{self.where}: {field}" if self.where else field


def in_words(before: dict, after: dict, labels: Mapping[str, Any], names: Names | None = None) -> list[Row]:
    """Every difference as a row, in the order of the newer document.

    ``labels`` gives each field its name: ``{"title": _("Title"), "offers": _("Offers"),
    "offers.minutes": _("Minutes"), "offers.format": Label(_("Format"), formats.get)}``. A field
    whose label is None is left out with everything under it. ``names`` are those of the people in
    both documents; without it they are looked up here.
    """
    return Teller(before, after, labels, names or names_of(before, after)).rows()


@dataclass(frozen=True)
class Teller:
    before: dict
    after: dict
    labels: Mapping[str, Any]
    names: Names

    def rows(self) -> list[Row]:
        return [row for difference in compare(self.before, self.after) for row in self.rows_of(difference)]

    def rows_of(self, difference: Difference) -> Iterator[Row]:
        keys, where = self.place_of(difference.path)
        if self.is_left_out(keys):
            return
        if difference.kind == "moved":
            yield self.row_of_order(difference, keys, where)
        elif is_part(difference.before) or is_part(difference.after):
            yield from self.rows_of_part(difference, keys, where)
        else:
            yield from self.rows_of_value(difference, keys, where)

    def rows_of_part(self, difference: Difference, keys: list[str], where: str) -> Iterator[Row]:
        """A part that came or went is told field by field, what is empty left out."""
        before, after = difference.before or {}, difference.after or {}
        for key in after or before:
            inner = Difference((*difference.path, key), before.get(key), after.get(key))
            if key != "id" and (inner.before or inner.after):
                yield from self.rows_of(inner)

    def rows_of_value(self, difference: Difference, keys: list[str], where: str) -> Iterator[Row]:
        label, before, after = self.label_of(keys), difference.before, difference.after
        if is_text(before) or is_text(after):
            yield from rows_of_text(where, str(label.name), difference)
        else:
            yield Row(where, str(label.name), self.say(before, label), self.say(after, label), difference.kind)

    def row_of_order(self, difference: Difference, keys: list[str], where: str) -> Row:
        called = {**parts_called(self.before, difference.path[:-1]), **parts_called(self.after, difference.path[:-1])}
        before, after = (", ".join(called[key] for key in order) for order in (difference.before, difference.after))
        label = gettext("%(parts)s: order") % {"parts": self.label_of(keys).name}
        return Row(where, label, before, after, "moved")

    def place_of(self, path: tuple[str, ...]) -> tuple[list[str], str]:
        """The keys of a path without the ids, and what the innermost part on the way is called."""
        keys, where = [], ""
        old, new = self.before, self.after
        for step in path:
            if isinstance(old, list) or isinstance(new, list):
                old, new = member(old, step), member(new, step)
                where = called(new or old) or where
            else:
                keys.append(step)
                old, new = (side.get(step) if isinstance(side, dict) else None for side in (old, new))
        return [key for key in keys if key != ORDER], where

    def is_left_out(self, keys: list[str]) -> bool:
        beginnings = (".".join(keys[: length + 1]) for length in range(len(keys)))
        return any(beginning in self.labels and self.labels[beginning] is None for beginning in beginnings)

    def label_of(self, keys: list[str]) -> Label:
        label = self.labels.get(".".join(keys), keys[-1].replace("_", " ") if keys else "")
        return label if isinstance(label, Label) else Label(label)

    def say(self, value: Any, label: Label) -> str:
        if value is None or value == "" or value == [] or value == {}:
            return ""
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, list):
            return ", ".join(filter(None, (self.say(each, label) for each in value)))
        if is_text(value):
            return str(as_text(value))
        if isinstance(value, dict):
            return self.say_thing(value, label)
        return str(label.show(value))

    def say_thing(self, value: dict, label: Label) -> str:
        """A person by name, another thing by what it is called, anything else by all that it says."""
        if value.keys() & set(REFERENCES):
            return self.names.of(value)
        return called(value) or ", ".join(filter(None, (self.say(each, label) for each in value.values())))


def rows_of_text(where: str, label: str, difference: Difference) -> Iterator[Row]:
    before, after = as_text(difference.before), as_text(difference.after)
    for code, _name in settings.LANGUAGES:
        was, now = before.get(code, ""), after.get(code, "")
        language = {"language": code, "language_name": settings.LANGUAGE_NAMES[code]}
        if was != now:
            kind = "added" if not was else "removed" if not now else "changed"
            yield Row(where, label, was, now, kind, **language)
        elif (code in before.get(REVIEW, [])) != (code in after.get(REVIEW, [])):
            yield Row(
                where,
                label,
                review(before, code),
                review(after, code),
                "changed",
                language_name=language["language_name"],
            )


def review(text: dict, code: str) -> str:
    return gettext("needs a native review") if code in text.get(REVIEW, []) else gettext("read by a native speaker")


def is_part(value: Any) -> bool:
    """A part of a document with fields of its own, and not just something that it names."""
    return isinstance(value, dict) and "id" in value and not value.keys() <= {"id", *CALLED}


def member(parts: Any, key: str) -> Any:
    return next((part for part in parts or [] if part["id"] == key), None)


def called(part: Any) -> str:
    if not isinstance(part, dict):
        return ""
    return next((str(as_text(part[key])) for key in CALLED if part.get(key)), "")


def parts_called(document: Any, path: tuple[str, ...]) -> dict[str, str]:
    """What each of the repeated parts at this place is called, by id."""
    for step in path:
        document = member(document, step) if isinstance(document, list) else (document or {}).get(step)
    return {part["id"]: called(part) for part in document or []}
