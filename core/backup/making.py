"""Makes a backup: the database, then the uploads, read back at once, and only then do old ones go."""

import datetime
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import Error
from django.utils import timezone

from core.backup import database, encryption, manifest, parts, place, programs, uploads
from core.backup.manifest import Manifest
from core.backup.models import BackupRun, Fault
from core.backup.trouble import Busy, Trouble, told_in_sentences

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """What a run has done."""

    folder: Path
    manifest: Manifest
    removed: int  # older backups


def back_up() -> Made:
    """Raises Trouble; what then lies in the folder of backups is what lay there before."""
    started_at = timezone.now()
    try:
        with told_in_sentences(), place.one_at_a_time():
            folder, made = _make()
            _remember(started_at, name=made.name, size=made.size, is_verified=True, is_encrypted=bool(made.encryption))
            return Made(folder, made, place.remove_old(settings.BACKUP_KEEP, folder))
    except Busy:
        raise
    except Exception as error:
        _remember(started_at, fault=error.kind if isinstance(error, Trouble) else Fault.OTHER)
        raise


def _make() -> tuple[Path, Manifest]:
    programs.must_know("pg_dump", database.server_version(), "the server")
    with place.new_backup() as folder:
        made = _write(folder)
        with os.fdopen(os.open(folder / manifest.FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made.as_text())
            file.flush()
            os.fsync(file.fileno())
        verify(folder)
    return place.root() / made.name, made


def _write(folder: Path) -> Manifest:
    cipher = encryption.chosen()
    suffix = cipher.suffix if cipher else ""
    contents, packed = [], []
    with database.one_moment() as snapshot:
        moment, rows = timezone.now(), database.count_rows()
        migrations = manifest.applied_migrations()
        dump = parts.write(
            folder / f"database.dump{suffix}", cipher, lambda target: contents.append(database.dump(target, snapshot))
        )
    database.must_list(contents[0], rows)
    tar = parts.write(folder / f"uploads.tar{suffix}", cipher, lambda target: packed.extend(uploads.pack(target)))
    return Manifest(
        format=manifest.FORMAT,
        name=folder.name.removesuffix(place.UNFINISHED),
        moment=f"{moment.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
        code=manifest.version_of_code(),
        migrations=migrations,
        postgresql=database.server_version(),
        pg_dump=programs.version_of("pg_dump"),
        secret_key=manifest.fingerprint(settings.SECRET_KEY),
        encryption=cipher.name if cipher else "",
        parts=[dump, tar],
        tables=rows,
        uploads=packed,
    )


def verify(folder: Path) -> Manifest:
    """Read the backup as it lies there; refuses one that is not whole."""
    found = manifest.read(folder)
    for part in found.parts:
        parts.must_be_whole(folder, part)
    return found


def _remember(started_at: datetime.datetime, **came_of_it) -> None:
    try:
        BackupRun.objects.create(started_at=started_at, finished_at=timezone.now(), **came_of_it)
    except Error as error:  # the fault itself is told; this one must not stand in its place
        logger.warning("the record of the backup could not be written (%s)", type(error).__name__)
