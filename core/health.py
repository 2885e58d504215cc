"""Two checks for whoever watches the server: does the process answer, and can it do its work."""

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.views.decorators.http import require_safe

from core.access import open_to_all

# What the portal cannot work without, in the words that are told to whoever asks.
DATABASE, MIGRATIONS, CACHE, STATIC_FILES, STORAGE = "database", "migrations", "cache table", "static files", "storage"
PARTS = (DATABASE, MIGRATIONS, CACHE, STATIC_FILES, STORAGE)
TRY_AGAIN_IN = "5"  # seconds


class HealthMiddleware:
    """Answers those who watch by whatever name they call: a monitor asks an IP address, not a host of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.views = {"/healthz": alive, "/readyz": ready}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = self.views.get(request.path_info)
        if view is None:
            return self.get_response(request)
        request.resolver_match = resolve(request.path_info)  # for the log and the figures
        return view(request)


@open_to_all
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of the database."""
    return HttpResponse("alive\n", content_type="text/plain")


@open_to_all
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when nothing is missing, else 503 with Retry-After and the names of the parts; the public may read it."""
    missing = missing_parts()
    if missing:
        answer = HttpResponse(f"not ready: {', '.join(missing)}\n", content_type="text/plain", status=503)
        answer.headers["Retry-After"] = TRY_AGAIN_IN
    else:
        answer = HttpResponse("ready\n", content_type="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def missing_parts() -> list[str]:
    """Those of ``PARTS`` that do not work now. The worker is none: without it the pages are still there."""
    return [*missing_in_the_database(), *missing_files()]


def missing_files() -> list[str]:
    return [part for part, is_there in [(STATIC_FILES, has_static_files()), (STORAGE, can_store())] if not is_there]


def missing_in_the_database() -> list[str]:
    """Two short queries, so that a proxy may ask every second."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT to_regclass('django_migrations') IS NOT NULL, to_regclass(%s) IS NOT NULL",
                [connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])],
            )
            has_migrations, has_cache = cursor.fetchone()
            is_migrated = has_migrations and unapplied_migrations(cursor) == 0
    except Error:
        return [DATABASE]
    return [part for part, is_there in [(MIGRATIONS, is_migrated), (CACHE, has_cache)] if not is_there]


def unapplied_migrations(cursor) -> int:
    """How many of this code's migrations the database lacks; one that only it knows is a newer code's."""
    cursor.execute("SELECT app, name FROM django_migrations")
    return len(migrations_of_this_code() - set(cursor.fetchall()))


@functools.cache
def migrations_of_this_code() -> frozenset[tuple[str, str]]:
    """Read once: the files of a running process do not change, only the database does."""
    return frozenset(MigrationLoader(None).disk_migrations)


def has_static_files() -> bool:
    """Whether they are collected, and were when this process began: it reads their names only then."""
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return True
    storage = staticfiles_storage
    return bool(storage.hashed_files) and storage.manifest_storage.exists(storage.manifest_name)


def can_store() -> bool:
    """Whether an upload could be kept. Asking for permissions would miss a full disk, so it writes a little."""
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(b"." * 4096)
    except OSError:
        return False
    return True
