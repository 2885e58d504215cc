"""A row of the catalogue as plain values, to be compared before and after a change.

Other things are with_name beside their id, so that the history can be read after they are gone. People
stand there by reference alone.
"""

from typing import Any

from django.db import models

from core.pictures import Picture
from core.translated import Text
from partners.models import Contact, Venue
from practices.editions import citation, wording
from practices.models import Practice, PracticePart, Source

LEFT_OUT = {"id", "practice", "live", "position", "revision"}


def row_values(row: models.Model) -> dict[str, Any]:
    left_out = LEFT_OUT | ({"kind"} if isinstance(row, PracticePart) else set())
    fields = [field for field in row._meta.concrete_fields if field.name not in left_out]
    single = {field.name: plain(getattr(row, field.name)) for field in fields}
    return single | {
        field.name: sorted((plain(each) for each in getattr(row, field.name).all()), key=str)
        for field in row._meta.many_to_many
    }


def plain(value: Any) -> Any:
    if isinstance(value, Text):
        return wording(value)
    if isinstance(value, Contact):
        return {"contact": str(value.pk)}
    if isinstance(value, Venue):
        return with_name(value.pk, wording(value.name))
    if isinstance(value, Practice):
        return with_name(value.pk, wording(value.title))
    if isinstance(value, Picture):
        return with_name(value.pk, wording(value.alt))
    if isinstance(value, Source):
        return citation(value)
    return value


def with_name(key: Any, name: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(key), "name": name}
