"""Names for people who stand in documents and in the audit log by reference.

A reference is ``{"user": id}``, ``{"contact": id}`` or ``{"person": id}``. Each app says in its
``names.py`` who its people are::

    @named("contact")
    def contacts():
        return Contact.objects.all()

Whoever shows references asks once for all of them, and one query answers for every kind. Somebody
who has been erased since is "somebody who is no longer here", in every old document alike.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Value
from django.utils.translation import gettext

from core.published import REFERENCES, references

Resolver = Callable[[], models.QuerySet]  # of rows with a name
RESOLVERS: dict[str, Resolver] = {}


def named(kind: str) -> Callable[[Resolver], Resolver]:
    """Lists a function that gives the rows of this kind of people; each has a ``name``."""

    def listed(resolver: Resolver) -> Resolver:
        RESOLVERS[kind] = resolver
        return resolver

    return listed


class Names:
    """The names that one page needs. Ask with a reference, or with a kind and an id."""

    def __init__(self, found: dict[tuple[str, str], str]) -> None:
        self.found = found

    def of(self, reference: Mapping[str, Any]) -> str:
        for kind in REFERENCES:
            if kind in reference:
                return self.get(kind, reference[kind])
        return nobody()

    def get(self, kind: str, key: Any) -> str:
        return self.found.get((kind, str(key)), "") or nobody()

    def user(self, key: Any) -> str:
        return self.get("user", key)


def nobody() -> str:
    return gettext("somebody who is no longer here")


def names_of(*documents: Any, users: Iterable = (), contacts: Iterable = (), people: Iterable = ()) -> Names:
    """The names of all who stand in the documents or are given by their ids; one query for all kinds."""
    given = {"user": users, "contact": contacts, "person": people}
    wanted = {
        kind: {str(key) for key in keys if key}.union(*(references(document, kind) for document in documents))
        for kind, keys in given.items()
    }
    rows = [_rows(kind, ids) for kind, keys in wanted.items() if (ids := set(filter(is_id, keys)))]
    if not rows:
        return Names({})
    return Names({(kind, str(key)): name for kind, key, name in rows[0].union(*rows[1:], all=True)})


def _rows(kind: str, ids: set[str]) -> models.QuerySet:
    return RESOLVERS[kind]().filter(pk__in=ids).order_by().values_list(Value(kind), "pk", "name")


def is_id(key: str) -> bool:
    try:
        return bool(uuid.UUID(key))
    except ValueError:
        return False
