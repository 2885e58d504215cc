"""What is judged of a term for each language: is there such a thing there, and how sure is its wording.

A term holds it by language, {"cs": "near"}. A form asks for one language at a time, and calls that
``equivalence_cs``; so two people who judge two languages do not stand in each other's way.
"""

from collections.abc import Mapping
from typing import Any

from practices.models import Term

JUDGED = {"equivalence": Term.Equivalence, "confidence": Term.Confidence}


def name_in(kind: str, code: str) -> str:
    return f"{kind}_{code}"


def _parts_of(name: str) -> tuple[str, str]:
    """Of ``equivalence_cs`` what is judged, and the language; without a language for all other names."""
    kind, _, code = name.partition("_")
    return (kind, code) if kind in JUDGED else (name, "")


def is_judgement(name: str) -> bool:
    return bool(_parts_of(name)[1])


def judgement(term: Term, name: str) -> str:
    """What stands for one language, "" where nothing was said."""
    kind, code = _parts_of(name)
    return getattr(term, kind).get(code, "")


def by_language(term: Term, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as columns of the term: a judgement for one language stands among those for the others."""
    columns = {name: value for name, value in values.items() if not is_judgement(name)}
    for name in values.keys() - columns.keys():
        kind, code = _parts_of(name)
        columns[kind] = {**columns.get(kind, getattr(term, kind)), code: values[name]}
    for kind in JUDGED.keys() & columns.keys():
        columns[kind] = {code: value for code, value in columns[kind].items() if value}
    return columns
