"""Which values of a row do not go together. A form looks as soon as they are typed, the action at what it has merged.

Each ``trouble_with_...`` takes the values of a row by name and gives what is wrong: the field, and why.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models import City

Values = Mapping[str, Any]
Trouble = Iterator[tuple[str, Any]]
Rule = Callable[[Values], Trouble]


def as_it_would_be(row: models.Model, values: Values) -> dict[str, Any]:
    """The columns of the row when these values are written to it."""
    return {**{field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}, **values}


def trouble_with_city(values: Values) -> Trouble:
    yield from _both_or_neither(values, "latitude", "longitude", _("Give both degrees, or neither."))
    for prefix in ("local", "second_local"):
        sentence = _("Give both the name and its language.")
        yield from _both_or_neither(values, f"{prefix}_name", f"{prefix}_language", sentence)
    ours = City.objects.home().exclude(pk=values["id"]).first() if values["status"] == City.Status.HOME else None
    if ours:
        yield "status", _("%(city)s is our own city already; there is only one.") % {"city": ours}


def trouble_with_agreement(values: Values) -> Trouble:
    year, day = values["year"], values["on"]
    if year and day and day.year != year:
        yield "on", _("This day lies in another year than the one above.")


def trouble_with_contact(values: Values) -> Trouble:
    first, last = values["starts_on"], values["ends_on"]
    if first and last and last < first:
        yield "ends_on", _("The last day must not come before the first.")


def trouble_with_venue(values: Values) -> Trouble:
    yield from _both_or_neither(values, "latitude", "longitude", _("Give both degrees, or neither."))


def trouble_with_travel_time(values: Values) -> Trouble:
    minutes, mode = values["measured_minutes"], values["measured_mode"]
    if minutes and not mode:
        yield "measured_mode", _("Say how they went.")
    if mode and not minutes:
        yield "measured_minutes", _("Say how many minutes it took.")


def _both_or_neither(values: Values, one: str, other: str, sentence) -> Trouble:
    missing = [name for name in (one, other) if values[name] in (None, "")]
    if len(missing) == 1:
        yield missing[0], sentence
