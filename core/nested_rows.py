"""Rows read within another row's query: what belongs to it, as a list, without a query of its own.

    Venue.objects.annotate(hours_list=NestedRows(OpeningHours.objects.filter(venue=OuterRef("pk")), "opens", "closes"))

A page of many small lists (hosts, opening hours, promises) would otherwise ask once for each kind of list.
"""

import json
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONArray


class NestedRows(ArraySubquery):
    """The rows of ``queryset``, in its order, as instances of its model that know just the columns ``names``.

    Another column of theirs would be one more query each, as after ``only()``.
    """

    def __init__(self, queryset: models.QuerySet, *names: str):
        self.model = queryset.model
        wanted = {self.model._meta.get_field(name) for name in names}
        # Model.from_db takes values in the order of the model's fields, whatever the names beside them.
        self.fields = [field for field in self.model._meta.concrete_fields if field in wanted]
        super().__init__(queryset.values(nested_row=JSONArray(*(field.attname for field in self.fields))))

    def get_db_converters(self, connection) -> list:
        return [self._as_rows]

    def _as_rows(self, found: list[str], _expression, connection) -> list[models.Model]:
        return [self._as_row(connection.alias, json.loads(values)) for values in found]

    def _as_row(self, alias: str, values: list[Any]) -> models.Model:
        names = [field.attname for field in self.fields]
        read = [field.to_python(value) for field, value in zip(self.fields, values, strict=True)]
        return self.model.from_db(alias, names, read)
