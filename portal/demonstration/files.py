"""Reading the files in demo/: texts with their marks, numbers as the database keeps them, ids that never change."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from core.translated import FIRST_LANGUAGE, REVIEW, Text

FOLDER = Path(settings.BASE_DIR) / "demo"
NAMESPACE = uuid.UUID("6c7ac547-340a-4c20-bc08-dfc13dc3e4d8")  # of this demonstration; a new one makes every id new
READER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C, where PyYAML was built with it


@dataclass
class Files:
    """What the files say, as plain lists of mappings in the order in which they stand there."""

    people: list[dict]
    sources: list[dict]
    cities: list[dict]
    places: dict[str, list[dict]]  # organisations, venues, contacts, travel
    practices: list[dict]
    terms: list[dict]
    visits: list[dict]


def read(folder: Path = FOLDER) -> Files:
    return Files(
        people=_content(folder / "people.yaml")["people"],
        sources=_content(folder / "sources.yaml")["sources"],
        cities=_content(folder / "cities.yaml")["cities"],
        places=_content(folder / "organisations.yaml"),
        practices=_content(folder / "practices.yaml")["practices"],
        terms=_content(folder / "glossary.yaml")["terms"],
        visits=[_content(file) for file in sorted((folder / "visits").glob("*.yaml"))],
    )


def _content(file: Path) -> Any:
    with file.open(encoding="utf-8") as text:
        return yaml.load(text, Loader=READER)  # noqa: S506 - either of the two is the safe one


def permanent_id(kind: str, *names: str) -> uuid.UUID:
    """The id of a thing by its name and the names of what it is a part of: the same on every machine."""
    return uuid.uuid5(NAMESPACE, "/".join([kind, *names]))


def imported_text(wordings: Mapping[str, str] | None) -> Text:
    """A text of the files; whatever is not English still waits for a native speaker."""
    words = {language: words.strip() for language, words in (wordings or {}).items() if words}
    marks = sorted(language for language in words if language != FIRST_LANGUAGE)
    return Text({**words, REVIEW: marks} if marks else words)


def exact(number: float | None, places: int) -> Decimal | None:
    """A number with just the decimals that its column keeps."""
    return None if number is None else round(Decimal(str(number)), places)
