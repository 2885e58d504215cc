"""Rules across the fields of a row: which values do not go together.

A rule takes the row as it would be and gives what is wrong, field by field. A form says it as soon as it is typed;
the action asks again for what it has merged, under the lock.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import models

from core.access import Refusal

Trouble = Iterator[tuple[str, Any]]  # the field that is wrong, and the sentence


class Proposed:
    """A row as it would be with these values: ``proposed["starts_on"]``."""

    def __init__(self, row: models.Model, values: Mapping[str, Any]):
        self.row = row
        self.values = values

    def __getitem__(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        value = getattr(self.row, name)
        return list(value.all()) if isinstance(value, models.Manager) else value


Rule = Callable[[Proposed], Trouble]


def refuse_what_does_not_fit(rule: Rule | None, row: models.Model, values: Mapping[str, Any]) -> None:
    """Raise Refusal with the first thing that is wrong, if these values were the row's."""
    for field, sentence in rule(Proposed(row, values)) if rule else ():
        raise Refusal(sentence, field=field)
