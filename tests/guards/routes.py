"""Every address of the portal, read from the resolver: a new route is seen by every guard at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern


@dataclass(frozen=True)
class Route:
    name: str  # as for reverse(): "visits:programme-move"
    path: str  # as urls.py writes it, without the language: "visits/<slug:reference>/programme/<uuid:pk>/move/"
    view: Callable = field(compare=False)
    has_language: bool = False  # whether the language stands in its address

    @property
    def is_public(self) -> bool:
        return not getattr(self.view, "login_required", True)

    @property
    def parameters(self) -> dict[str, str]:
        """Each parameter with the path up to it, ``{"pk": "visits/<slug:reference>/aims/<uuid:pk>"}``."""
        found, end = {}, self.path.find(">")
        while end != -1:
            begin = self.path.rfind("<", 0, end)
            found[self.path[begin + 1 : end].split(":")[-1]] = self.path[: end + 1]
            end = self.path.find(">", end + 1)
        return found


def every_route() -> list[Route]:
    return list(_routes(get_resolver(), "", "", has_language=False))


def _routes(resolver: URLResolver, space: str, path: str, *, has_language: bool) -> Iterator[Route]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            assert each.name, f"{path}{each.pattern} has no name, so no guard can speak of it"
            yield Route(f"{space}{each.name}", f"{path}{each.pattern}", each.callback, has_language)
        elif isinstance(each.pattern, LocalePrefixPattern):
            yield from _routes(each, space, path, has_language=True)
        else:
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _routes(each, inner, f"{path}{each.pattern}", has_language=has_language)
