"""Every address that the portal's routes can make, with ids that belong to nothing."""

import uuid
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

SAMPLES = {
    "pk": 1,
    "key": "coordinator",
    "name": "none",
    "token": "none",
    "role": "editor",
    "provider_id": "council",
}
KINDS = {"int": 1, "slug": "none", "str": "none", "path": "none", "uuid": uuid.UUID(int=1)}


def every_route(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Each route with its full name, ``people:staff``."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from every_route(pattern, inner)
        elif pattern.name:
            yield f"{space}{pattern.name}", pattern


def every_address() -> list[tuple[str, str]]:
    return [(name, reverse(name, kwargs=arguments(pattern))) for name, pattern in every_route()]


def arguments(pattern: URLPattern) -> dict:
    """Something for each part of the address."""
    converters = pattern.pattern.converters
    return {name: sample(name, type(converter).__name__) for name, converter in converters.items()}


def sample(name: str, converter: str) -> object:
    kind = converter.removesuffix("Converter").lower().replace("string", "str")
    return KINDS.get(kind, SAMPLES.get(name, "none"))
