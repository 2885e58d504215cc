"""Brings the database and the files up to this code, while the code before it goes on serving.

One deployment at a time, however many machines begin at once: an advisory lock, held on a connection of
its own, makes the others wait and then find nothing left to do. What a migration changes must be such
that the old code can live with it (`make check` looks); pages that people have open find their old styles
and scripts for a month.
"""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psycopg2.errors
from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

LOCK = 0x75706772  # one number for "somebody upgrades" among this database's advisory locks
TRIES = 30
PAUSE = 2.0  # seconds between tries
OLD_FILES_STAY_DAYS = 30
MANIFEST = ManifestStaticFilesStorage.manifest_name
HASHED = re.compile(r"\.[0-9a-f]{12}\.[\w.]+$")  # app.0123456789ab.css and what was packed from it
PACKED = re.compile(r"\.(gz|br)$")


def upgrade(out: TextIO) -> None:
    """All of it. Raises CommandError with a sentence when a table is never free."""
    with one_at_a_time(out):
        migrate(out)
        call_command("createcachetable", stdout=out)
        call_command("compile_translations", stdout=out)
        collect_static_files(out)


@contextmanager
def one_at_a_time(out: TextIO) -> Iterator[None]:
    """The lock ends with its connection, come what may.

    It is asked for again and again: a statement that waits would keep a view of the database open, and for
    the end of those the index of the first upgrade may have to wait.
    """
    own = connection.copy()
    try:
        if not takes_the_lock(own):
            out.write("Another upgrade of this database is running; waiting for its end ...")
            while not takes_the_lock(own):
                time.sleep(PAUSE)
        yield
    finally:
        own.close()


def takes_the_lock(own: BaseDatabaseWrapper) -> bool:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


# --- the database --------------------------------------------------------------------------------


def migrate(out: TextIO) -> None:
    for _try in range(TRIES):
        try:
            return migrate_between_others(out)
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg2.errors.LockNotAvailable):
                raise
        out.write("A table is in use; its change gives way and is tried again ...")
        time.sleep(PAUSE)
    raise CommandError(
        "A table was in use all the time, so the database was not brought up to this code, and the old code goes on: "
        "end what holds it (pg_stat_activity tells), then run this again."
    )


def migrate_between_others(out: TextIO) -> None:
    with connection.cursor() as cursor:
        cursor.execute(settings.WAITS_OF_MIGRATIONS)
        remove_unfinished_indexes(cursor)
    call_command("migrate", interactive=False, stdout=out)


def remove_unfinished_indexes(cursor) -> None:
    """What a CREATE INDEX CONCURRENTLY that gave way has left: it helps nobody and stands in the next one's way."""
    cursor.execute(
        "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE NOT indisvalid AND relnamespace = current_schema()::regnamespace AND relkind = 'i'"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX CONCURRENTLY {name}")


# --- static files --------------------------------------------------------------------------------


def collect_static_files(out: TextIO) -> None:
    """New files come beside the old ones; those stay for a month after the last upgrade that used them.

    Django would delete and write anew what is being served, so the files are made elsewhere and moved,
    each in one step, the list of their names last.
    """
    root, fresh = Path(settings.STATIC_ROOT), Path(f"{settings.STATIC_ROOT}.new")
    before = names_in_use(root)
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        collect_into(fresh, out)
        move_what_is_new(fresh, root)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    now = names_in_use(root)
    for path in (path for name in before - now for path in versions_of(root / name)):
        path.touch()  # its month begins
    remove_old_files(root, now)


def collect_into(folder: Path, out: TextIO) -> None:
    command = CollectStatic(stdout=out)
    command.storage = storages.create_storage({**settings.STORAGES["staticfiles"], "OPTIONS": {"location": folder}})
    call_command(command, interactive=False)


def move_what_is_new(fresh: Path, root: Path) -> None:
    files = [path.relative_to(fresh) for path in fresh.rglob("*") if path.is_file()]
    for name in sorted(files, key=lambda name: name.name == MANIFEST):
        target = root / name
        if not (HASHED.search(name.name) and target.exists()):  # a hashed name says that it is the same
            target.parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).replace(target)


def names_in_use(root: Path) -> set[str]:
    """The hashed names that the pages of the last collected code ask for."""
    hashed, _hash = ManifestStaticFilesStorage(location=root).load_manifest()
    return set(hashed.values())


def versions_of(path: Path) -> list[Path]:
    """The file as it is and as it was packed."""
    return [each for each in (path, *path.parent.glob(f"{path.name}.*")) if each.exists()]


def remove_old_files(root: Path, in_use: set[str]) -> None:
    long_ago = time.time() - OLD_FILES_STAY_DAYS * 24 * 3600
    for path in root.rglob("*"):
        name = PACKED.sub("", str(path.relative_to(root)))
        if HASHED.search(name) and name not in in_use and path.stat().st_mtime < long_ago:
            path.unlink()
