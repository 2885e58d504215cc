"""Addresses of rows by their name: "civic-hall"."""

from collections.abc import Collection
from typing import Any

from django.db import connection, models
from django.utils.text import slugify

from core.translated import FIRST_LANGUAGE, as_text

LONGEST = 50  # characters of the name; the columns have 60, so that a number fits behind


def free_slug(model: type[models.Model], name: Any, *, reserved: Collection[str] = ()) -> str:
    """An address that no other row has: "civic-hall", then "civic-hall-2".

    ``name`` is a Text or a string; ``reserved`` are words that stand in addresses where a slug could. Until the
    end of the transaction nobody else is given an address for such a row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"slug of {model._meta.label}"])
    stem = slugify(as_text(name).in_language(FIRST_LANGUAGE))[:LONGEST].strip("-") or model._meta.model_name
    taken = {*reserved, *model._base_manager.filter(slug__startswith=stem).values_list("slug", flat=True)}
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)
