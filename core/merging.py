"""Brings together what two people wrote on the same page: what both had read, what stands now, what one of them sends.

Pure: plain values go in and come out. A text in several languages is merged language by language, each wording
together with its mark that it waits for a native reader; any other value as one.
"""

import datetime
import decimal
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import models
from django.utils import timezone

from core.translated import REVIEW, Text, as_text

Part = tuple[str, str]  # the name of a value, and of a text the language; "" for all that is no text


class Take(Enum):
    MINE = 1
    CURRENT = 2  # only somebody else has changed it
    NEITHER = 3  # both have, and not to the same


@dataclass(frozen=True)
class Disagreement:
    """One part that two people changed, each to something else."""

    part: Part
    mine: Any
    current: Any


@dataclass(frozen=True)
class Merged:
    values: dict[str, Any]  # to be written; a value of which everything is kept is not among them
    kept: tuple[Part, ...]  # what somebody else wrote meanwhile, and stays
    disagreements: tuple[Disagreement, ...]


def merge(*, base: Mapping[str, Any], current: Mapping[str, Any], mine: Mapping[str, Any]) -> Merged:
    """``base`` is what the page was made with; what is not in it was read by nobody, and is taken as it is sent."""
    values: dict[str, Any] = {}
    kept: list[Part] = []
    disagreements: list[Disagreement] = []
    for name, sent in mine.items():
        taken = _decide(name, base, current.get(name), sent)
        kept += [(name, language) for language, take in taken.items() if take is Take.CURRENT]
        disagreements += [
            Disagreement((name, language), part_of(sent, language), part_of(current.get(name), language))
            for language, take in taken.items()
            if take is Take.NEITHER
        ]
        if set(taken.values()) != {Take.CURRENT}:
            values[name] = _woven(sent, current.get(name), taken) if isinstance(sent, Text) else sent
    return Merged(values, tuple(kept), tuple(disagreements))


def _decide(name: str, base: Mapping[str, Any], current: Any, sent: Any) -> dict[str, Take]:
    if name not in base:
        return {"": Take.MINE}
    languages = _languages(base[name], current, sent) if isinstance(sent, Text) else [""]
    parts = {
        language: [comparable(part_of(each, language)) for each in (base[name], current, sent)]
        for language in languages
    }
    return {language: _take(*three) for language, three in parts.items()}


def _take(base: Any, current: Any, mine: Any) -> Take:
    if current == base or mine == current:
        return Take.MINE
    return Take.CURRENT if mine == base else Take.NEITHER


def _languages(*texts: Any) -> list[str]:
    return list(dict.fromkeys(code for each in texts for code in as_text(each) if code != REVIEW)) or [""]


def part_of(value: Any, language: str) -> Any:
    """Of a value what is merged as one: all of it, or of a text one wording with its mark."""
    if not language:
        return value
    words = as_text(value)
    return {"words": words.get(language, ""), "needs_review": language in words.get(REVIEW, [])}


def _woven(mine: Text, current: Any, taken: Mapping[str, Take]) -> Text:
    """Each wording from where it is taken."""
    current, words, marks = as_text(current), dict(mine), set(mine.get(REVIEW, []))
    for language in (each for each, take in taken.items() if take is Take.CURRENT):
        words[language] = current.get(language, "")
        marks = marks - {language} | ({language} & set(current.get(REVIEW, [])))
    return Text({key: each for key, each in {**words, REVIEW: sorted(marks)}.items() if each})


def rebased(base: Mapping[str, Any], current: Mapping[str, Any], parts: Collection[Part]) -> dict[str, Any]:
    """The base for the next save by somebody who has now seen the current value of these parts."""
    seen = dict(base)
    for name, language in parts:
        if language:
            taken = {language: Take.CURRENT}
            seen[name] = _woven(as_text(seen.get(name)), current[name], taken)
        else:
            seen[name] = current[name]
    return {name: comparable(value) for name, value in seen.items()}


def comparable(value: Any) -> Any:
    """A value in the one spelling in which it is compared, whether it came from a row, a form or a sent page.

    What it gives can be written as JSON, and is the same when it has been.
    """
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, models.QuerySet | list | tuple | set):
        return sorted(str(comparable(each)) for each in value)
    if isinstance(value, dict):
        return {key: said for key, each in value.items() if (said := comparable(each))}
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime.datetime):
        # A form's clock shows minutes, in the time of Leeds.
        value = value.replace(second=0, microsecond=0)
        return value.astimezone(datetime.UTC).isoformat() if timezone.is_aware(value) else value.isoformat()
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, decimal.Decimal | float):
        return f"{decimal.Decimal(str(value)).normalize():f}"
    return str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
