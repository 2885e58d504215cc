"""Sources of facts, by the code that stands beside a claim.

The list of sources is kept by a later app (the catalogue); whoever publishes something earlier asks
here, so that the document says in full where a fact comes from.
"""

from collections.abc import Callable, Iterable

# A source as a document holds it: {"code", "title", "publisher", "url", "published"}.
Described = dict[str, str]
_look_up: list[Callable[[list[str]], dict[str, Described]]] = []


def register(look_up: Callable[[list[str]], dict[str, Described]]) -> None:
    """Name the function that describes sources: from codes to a description for each that it knows."""
    _look_up[:] = [look_up]


def described(codes: Iterable[str]) -> dict[str, Described]:
    """The sources with these codes, by code; codes that nobody knows are left out."""
    wanted = sorted(set(codes))
    return _look_up[0](wanted) if _look_up and wanted else {}
