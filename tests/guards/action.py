"""One public action as the guards know it: how it is set up and called, what it holds, and what comes of it."""

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from core.access import Refusal
from core.audit import AuditEntry
from core.outbox.models import Notice
from tests import factories
from visits.booking.models import Visit, VisitIsOver


@dataclass(frozen=True)
class Action:
    """A line of the table.

    ``given`` makes what the action is told, from the row that ``make`` has made: the whole that it changes, or what
    else it holds meanwhile.
    """

    call: Callable[..., Any]
    given: Callable[[Any], dict[str, Any]]
    make: Callable[[], models.Model | None] = factories.create_visit
    other: dict[str, Any] = field(default_factory=dict)  # of an edit: what somebody else writes in the same boxes
    entries: int = 1  # in the audit log
    mails: int = 0
    is_held: bool = True  # whether what was made is locked before anything is written
    is_by_themselves: bool = False  # whoever it is about does it, so nobody else is told as ``by``
    is_of_a_whole: bool = True  # whether what was made is the whole whose revision it raises
    states: Collection[str] = tuple(Visit.OPEN)  # of a visit, in which it is allowed
    refusal: type[Refusal] = VisitIsOver  # in any other

    @property
    def name(self) -> str:
        return name_of(self.call)

    @property
    def is_edit(self) -> bool:
        return self.call.__name__.startswith("edit_")

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.call).parameters)

    def set_up(self) -> "Prepared":
        made = self.make()
        told = self.given(made)
        if not self.is_by_themselves:
            told.setdefault("by", factories.create_user("Alice", roles=["coordinator", "administrator"]))
        return Prepared(self, made, told)


@dataclass
class Prepared:
    """An action with all that it needs, in a database where it can be called."""

    action: Action
    made: models.Model | None
    told: dict[str, Any]

    def __call__(self, **others: Any) -> Any:
        for value in self.told.values():
            if hasattr(value, "seek"):
                value.seek(0)  # a file that was sent is read from its beginning
        return self.action.call(**self.told | others)

    @property
    def revision(self) -> int:
        return type(self.made)._base_manager.values_list("revision", flat=True).get(pk=self.made.pk)


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__name__}"


def written() -> tuple[int, int]:
    """How many entries the audit log has, and how many mails the outbox."""
    return AuditEntry.objects.count(), Notice.objects.count()
