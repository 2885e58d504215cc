"""Brings the database and the files up to what the code expects; the launcher runs it before it serves.

All steps run in one process, since each start of Django takes a second. What they say goes to stderr;
stdout is kept for the list of sign-ins, which the launcher shows once the portal answers.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import Error

from launcher.trouble import disk_trouble


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        prepare()
    except Error as error:
        sys.exit(f"The database refuses: {_first_line(error)}; give DATABASE_URL a user who owns the database.")
    except (ImproperlyConfigured, CommandError) as error:
        sys.exit(str(error))
    except OSError as error:
        trouble = disk_trouble(error)
        if trouble is None:
            raise
        sys.exit(str(trouble))


def prepare() -> None:
    """Makes everything ready; harmless when nothing has changed."""
    _step("migrate", interactive=False, verbosity=0)
    _step("createcachetable", verbosity=0)
    _step("compile_translations")
    _collect_static_files()
    if settings.DEMONSTRATION:
        _step("load_demo", if_empty=True)
        call_command("show_sign_ins")


def _step(name: str, **options) -> None:
    call_command(name, stdout=sys.stderr, **options)


def _collect_static_files() -> None:
    """Collects them if any has changed since: naming and packing several hundred takes seconds."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    digest = _digest_of_static_files()
    if not stamp.exists() or stamp.read_text() != digest:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        _step("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest)


def _digest_of_static_files() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=None):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


if __name__ == "__main__":
    main()
