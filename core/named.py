"""Names for people who stand in documents and in the audit log by reference.

A reference is ``{"user": id}``, ``{"contact": id}`` or ``{"person": id}``. Each app says in its
``names.py`` who its people are::

    @named("contact")
    def contacts(ids):
        return dict(Contact.objects.filter(pk__in=ids).values_list("pk", "name"))

Whoever shows references asks once for all of them; each kind takes one query. Somebody who has been
erased since is "somebody who is no longer here", in every old document alike.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from core.published import REFERENCES, references

Resolver = Callable[[set[str]], Mapping[Any, str]]
RESOLVERS: dict[str, Resolver] = {}


def named(kind: str) -> Callable[[Resolver], Resolver]:
    """Lists a function that gives the names of this kind of people, with one query."""

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
    """The names of all who stand in the documents or are given by their ids; a query for each kind that occurs."""
    given = {"user": users, "contact": contacts, "person": people}
    found = {}
    for kind, keys in given.items():
        wanted = {str(key) for key in keys if key}.union(*(references(document, kind) for document in documents))
        ids = set(filter(is_id, wanted))
        if ids and kind in RESOLVERS:
            found.update({(kind, str(key)): name for key, name in RESOLVERS[kind](ids).items()})
    return Names(found)


def is_id(key: str) -> bool:
    try:
        return bool(uuid.UUID(key))
    except ValueError:
        return False
