"""PostgreSQL's own programs: which to use, and how they reach the database without its password being seen."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from psycopg2.extensions import make_dsn

from core.backup.models import Fault
from core.backup.trouble import Trouble, reason_in

# A password never stands on a command line, which everybody may read; the last is Django's own.
LEFT_OUT = {"password", "sslpassword", "cursor_factory"}

SECONDS_TO_END = 1  # for a program whose last words were read


def find(name: str) -> str:
    """The path of pg_dump, pg_restore or psql: in the folder PG_BIN, else on the PATH."""
    path = shutil.which(name, path=settings.PG_BIN or None)
    if path is None:
        place = f"in the folder {settings.PG_BIN}, which PG_BIN names" if settings.PG_BIN else "on the PATH"
        raise Trouble(
            Fault.PROGRAM,
            f"There is no {name} {place}: install PostgreSQL's programs (on Debian `apt-get install "
            "postgresql-client`), or name their folder in PG_BIN.",
        )
    return path


def version_of(name: str) -> int:
    """The major version, 17 for 17.5."""
    said = subprocess.run([find(name), "--version"], capture_output=True, text=True).stdout  # noqa: S603 - no shell
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    if found is None:
        raise Trouble(Fault.PROGRAM, f"{find(name)} does not run: install PostgreSQL's programs anew.")
    return int(found[1])


def must_know(name: str, version: int, whose: str) -> None:
    """Refuses a program that is older than what it is to read."""
    if (own := version_of(name)) < version:
        raise Trouble(
            Fault.PROGRAM,
            f"{find(name)} is of PostgreSQL {own}, and {whose} is of PostgreSQL {version}: "
            f"install the programs of version {version}, and name their folder in PG_BIN.",
        )


def address() -> list[str]:
    """How the program finds the database, without a password."""
    known = {name: value for name, value in connection.get_connection_params().items() if name not in LEFT_OUT}
    return ["--no-password", f"--dbname={make_dsn(**known)}"]


def surroundings() -> dict[str, str]:
    """Only what the programs need: the password, and the folder where libpq keeps its certificates."""
    given = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    if password := connection.get_connection_params().get("password"):
        given["PGPASSWORD"] = password
    with suppress(RuntimeError):  # a container may run as a user without a home
        given["HOME"] = str(Path.home())
    return given


class Ended(Exception):
    """A program ended before it had read everything; ``running`` says why."""

    def __init__(self, process: subprocess.Popen):
        super().__init__()
        self.process = process


class Feed:
    """The standard input of a program, which may have ended without our knowing."""

    def __init__(self, process: subprocess.Popen):
        self.process = process

    def write(self, data: bytes) -> None:
        try:
            self.process.stdin.write(data)
        except BrokenPipeError:
            raise Ended(self.process) from None


@contextmanager
def running(*command: str, kind: Fault, to_do: str, env: dict | None = None, **pipes) -> Iterator[subprocess.Popen]:
    """A program for the length of the block, after which it must have ended well.

    ``to_do`` is what it was to do, as the second half of "pg_dump could not ...". Should the block
    fail first, its error goes before that of the program, which only lost its pipe; unless the program
    was to give the block something, and ended.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stderr=errors, env=env, **pipes)  # noqa: S603 - no shell
        with suppress(BrokenPipeError), process:  # the last of its input may be too late for it
            try:
                yield process
            except BaseException as error:
                if not _is_to_blame(process, error):
                    _end(process)
                    raise
        if process.returncode != 0:
            raise Trouble(kind, f"{Path(command[0]).name} could not {to_do} ({reason_in(_words(errors))}).")


def _end(process: subprocess.Popen) -> None:
    """At once; what it has not read must not come up as a fault of its own."""
    process.kill()
    with suppress(BrokenPipeError):
        if process.stdin:
            process.stdin.close()


def _is_to_blame(process: subprocess.Popen, error: BaseException) -> bool:
    """Whether the block failed because this program has ended before its time."""
    if isinstance(error, Ended) and error.process is process:
        return True
    if process.stdin is not None or not isinstance(error, Exception):
        return False
    try:
        return process.wait(timeout=SECONDS_TO_END) != 0
    except subprocess.TimeoutExpired:
        return False  # it still has something to give


def _words(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(100_000).decode(errors="replace")
