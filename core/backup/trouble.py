"""What ends a backup or a restore: one sentence with the cure, and its kind for the record."""

import errno
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import Error, OperationalError

from core.backup.models import Fault

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Trouble(CommandError):
    """Something that the administrator can mend; its text is one sentence with the cure."""

    def __init__(self, kind: Fault, sentence: str):
        super().__init__(sentence)
        self.kind = kind


class Busy(Trouble):
    """Another backup or restore is at it; the record of backups need not tell of this one."""

    def __init__(self, sentence: str):
        super().__init__(Fault.OTHER, sentence)


@contextmanager
def told_in_sentences() -> Iterator[None]:
    """Turns what the disk and the database refuse into Trouble."""
    try:
        yield
    except OSError as error:
        raise of_the_disk(error) from error
    except OperationalError as error:
        raise Trouble(
            Fault.DATABASE,
            f"The database does not answer ({first_line(str(error))}). Is it running, and does DATABASE_URL name it?",
        ) from error
    except Error as error:
        raise Trouble(Fault.DATABASE, f"The database does not do what was asked ({first_line(str(error))}).") from error


def of_the_disk(error: OSError) -> Trouble:
    if error.errno in NO_ROOM:
        return Trouble(Fault.DISK_FULL, "The disk is full, and nothing unfinished was left: make some room.")
    return Trouble(Fault.FOLDER, f"{error.filename or 'A file'} cannot be read or written ({error.strerror}).")


def not_allowed(error: PermissionError, *to_give: object) -> Trouble:
    """``to_give`` are the folders and files that the user who runs this ought to own."""
    user = own_name()
    return Trouble(
        Fault.FOLDER,
        f"{error.filename} is closed to the user {user}, who runs this: let it lie where that user may look, not below "
        f"/root, and as root give it away: chown -R {user}: {' '.join(map(str, to_give))}",
    )


def own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container may run as a user without a name
        return str(os.geteuid())


def reason_in(errors: str) -> str:
    """The line of a program's errors that says why; never the lines after it, which may quote a row."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()]
    return (telling or lines or ["it gave no reason"])[0]


def first_line(words: str) -> str:
    return (words.strip().splitlines() or ["it gave no reason"])[0]
