"""Copies of rows, saved many at a time."""

from collections.abc import Iterable
from typing import Any

from django.db import models

AT_ONCE = 500


def copy_of(row: models.Model, **changes: Any) -> models.Model:
    """Not saved yet, with an id of its own."""
    columns = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    return type(row)(**{**{name: getattr(row, name) for name in columns}, **changes})


def save(rows: Iterable[models.Model]) -> list[models.Model]:
    """These rows of one table, as they are: nothing is checked, and nothing is written down about it."""
    rows = list(rows)
    return type(rows[0])._base_manager.bulk_create(rows, batch_size=AT_ONCE) if rows else []


def shares(total: int, among: int) -> list[int]:
    """``total`` in so many parts, as equal as can be."""
    return [total * (place + 1) // among - total * place // among for place in range(among)]
