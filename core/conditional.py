"""Public pages that have not changed are not sent twice: an ETag from what they are made of."""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition

from core.own_apps import own_apps

PARTS_OF_A_PAGE = ("*.py", "*.html", "*.mo", "*.css", "*.js", "*.svg")


def made_of(parts: Callable[..., Any]) -> Callable:
    """Decorate a public view: ``parts(request, ...)`` tells which editions the page shows.

    A reader without a session, who has the page already, gets 304. Whoever has a session gets the
    page anew, since it may greet them by name or hold a message for them.
    """

    def etag(request: HttpRequest, *args, **kwargs) -> str | None:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            return None
        told = (build(), get_language(), request.get_full_path(), parts(request, *args, **kwargs))
        return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            response = condition(etag_func=etag)(view)(request, *args, **kwargs)
            patch_cache_control(response, no_cache=True)
            patch_vary_headers(response, ["Cookie"])
            return response

        return answer

    return decorate


@cache
def build() -> str:
    """A mark of this installation's pages: its files and what it shows everywhere."""
    files = [
        (str(path.relative_to(settings.BASE_DIR)), stat.st_size, stat.st_mtime_ns)
        for folder in ("templates", "locale", "static/css", "static/js", "static/img", *own_apps())
        for pattern in PARTS_OF_A_PAGE
        for path in sorted((settings.BASE_DIR / folder).rglob(pattern))
        if (stat := path.stat())
    ]
    return hashlib.sha256(repr((files, settings.HELP_CONTACT, settings.COUNCIL_NAME)).encode()).hexdigest()
