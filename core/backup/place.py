"""The folder in which backups lie: who may work in it, what is unfinished, what is too old."""

import datetime
import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from core.backup.trouble import Busy

NAME = re.compile(r"open-doors-\d{4}-\d\d-\d\dT\d{6}Z")
UNFINISHED = ".unfinished"
LOCK = ".lock"


def root() -> Path:
    """Made when it is not there, and closed to everybody else."""
    folder = Path(settings.BACKUP_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def backups() -> list[Path]:
    """Those that are whole, the oldest first."""
    return sorted(path for path in root().iterdir() if path.is_dir() and NAME.fullmatch(path.name))


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """The lock ends with this process, however it ends."""
    with os.fdopen(os.open(root() / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        _lock(file, fcntl.LOCK_EX, "Another backup or restore is running: wait until it has ended.")
        yield


@contextmanager
def not_taken_away(backup: Path) -> Iterator[None]:
    """While it is restored, no backup runs that might remove it. A copy elsewhere has nobody to remove it."""
    lock = backup.parent / LOCK
    if not lock.exists():
        yield
        return
    with lock.open("rb") as file:
        _lock(file, fcntl.LOCK_SH, "A backup is running: wait until it has ended, then restore.")
        yield


def _lock(file, kind: int, sentence: str) -> None:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Busy(sentence) from None


@contextmanager
def new_backup() -> Iterator[Path]:
    """An unfinished folder, which gets its name when the block has ended well and is removed otherwise."""
    clear_unfinished()
    whole = _free_name()
    unfinished = whole.with_name(whole.name + UNFINISHED)
    unfinished.mkdir(mode=0o700)
    try:
        yield unfinished
        flush(unfinished)
        unfinished.rename(whole)
        flush(whole.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _free_name() -> Path:
    while (path := root() / f"open-doors-{timezone.now().astimezone(datetime.UTC):%Y-%m-%dT%H%M%SZ}").exists():
        time.sleep(0.1)  # two within one second
    return path


def flush(folder: Path) -> None:
    """Until the names in the folder are on the disk too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clear_unfinished() -> None:
    """What a killed run has left."""
    for path in root().glob(f"*{UNFINISHED}"):
        shutil.rmtree(path)


def remove_old(keep: int, made: Path) -> int:
    """Keep the newest ones; how many were removed. A removal that is cut short leaves no half backup.

    The one just made stays even where a clock that was set back has made it look old.
    """
    old = [path for path in backups()[:-keep] if path != made]
    for path in old:
        path.rename(path.with_name(path.name + UNFINISHED))
    clear_unfinished()
    return len(old)
