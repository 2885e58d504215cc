"""The database of a backup: dumped as it stood at one moment, and put back in one transaction."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.db import connection, transaction

from core.backup import programs
from core.backup.models import Fault
from core.backup.parts import Target, chunks
from core.backup.programs import Ended, Feed, running
from core.backup.trouble import Trouble

OWN_SCHEMAS = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'"

# --- what is there -------------------------------------------------------------------------------


def server_version() -> int:
    connection.ensure_connection()
    return connection.pg_version // 10000


def tables() -> list[str]:
    """Every table, "public.core_notice"."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "  # noqa: S608 - a condition of ours
            f"WHERE c.relkind = 'r' AND {OWN_SCHEMAS} ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def count_rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        return {table: _count(cursor, table) for table in tables()}


def _count(cursor, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {quoted(table)}")  # noqa: S608 - a name that the database gave
    return cursor.fetchone()[0]


def quoted(table: str) -> str:
    return ".".join(connection.ops.quote_name(part) for part in table.split(".", 1))


def others_connected() -> int:
    """How many programs beside this one use the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return cursor.fetchone()[0]


# --- out -----------------------------------------------------------------------------------------


@contextmanager
def one_moment() -> Iterator[str]:
    """A state of the database that stands still; its name is what pg_dump is to be given."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dump(target: Target, snapshot: str) -> str:
    """Write the dump; returns its list of contents. pg_restore has read all of it meanwhile."""
    command = [programs.find("pg_dump"), "--format=custom", f"--snapshot={snapshot}", *programs.address()]
    pipes = {"stdout": subprocess.PIPE, "env": programs.surroundings()}
    with (
        _read_again() as reader,
        _listed() as listing,
        running(*command, kind=Fault.DATABASE, to_do="read the database", **pipes) as process,
    ):
        for chunk in chunks(process.stdout):
            for each in (target, reader, listing):
                each.write(chunk)
    return listing.contents


@contextmanager
def _read_again() -> Iterator[Feed]:
    """Unpacks every row, so that a dump which cannot be restored is found out now."""
    command = [programs.find("pg_restore"), "--file=/dev/null"]
    with running(*command, kind=Fault.NOT_VERIFIED, to_do="read the dump", stdin=subprocess.PIPE) as process:
        yield Feed(process)


class _Listing:
    """pg_restore --list reads the beginning of the dump, and then ends."""

    def __init__(self, process: subprocess.Popen):
        self.feed = Feed(process)
        self.is_done = False
        self.contents = ""  # what it said

    def write(self, data: bytes) -> None:
        if not self.is_done:
            try:
                self.feed.write(data)
            except Ended:
                self.is_done = True


@contextmanager
def _listed() -> Iterator[_Listing]:
    with tempfile.TemporaryFile() as output:
        pipes = {"stdin": subprocess.PIPE, "stdout": output}
        command = [programs.find("pg_restore"), "--list"]
        with running(*command, kind=Fault.NOT_VERIFIED, to_do="list the dump", **pipes) as process:
            yield (listing := _Listing(process))
        output.seek(0)
        listing.contents = output.read().decode(errors="replace")


def must_list(listing: str, tables: dict[str, int]) -> None:
    """Refuses a dump that does not have the rows of every table."""
    listed = {".".join(found) for found in re.findall(r" TABLE DATA (\S+) (\S+) ", listing)}
    if missing := sorted(tables.keys() - listed):
        raise Trouble(
            Fault.NOT_VERIFIED,
            f"The dump has no rows of {', '.join(missing)}: may the user in DATABASE_URL read every table?",
        )


# --- in ------------------------------------------------------------------------------------------


def put_back(source: IO[bytes], rows: dict[str, int], *, replacing: bool) -> None:
    """Restore the dump, see that each table has its rows, and commit; else nothing has changed.

    pg_restore writes the statements, and psql carries them out in a transaction that is ours: so what
    was there before can go in it too, and nothing is committed unless everything before it went well.
    """
    psql = [programs.find("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", *programs.address()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "env": programs.surroundings()}
    before = _remove_everything() if replacing else ""
    connection.close()  # what it has read would be in the way
    with running(*psql, kind=Fault.DATABASE, to_do="restore the database", **pipes) as process:
        into = Feed(process)
        into.write(f"BEGIN;\n{before}".encode())
        _write_statements(source, into)
        into.write(f"{_must_count(rows)}COMMIT;\n".encode())


def _write_statements(source: IO[bytes], into: Feed) -> None:
    command = [programs.find("pg_restore"), "--no-owner", "--no-privileges", "--file=-"]
    pipes = {"stdin": source, "stdout": subprocess.PIPE}
    with running(*command, kind=Fault.DATABASE, to_do="read the dump", **pipes) as process:
        for chunk in chunks(process.stdout):
            into.write(chunk)


def _remove_everything() -> str:
    schemas = {table.split(".", 1)[0] for table in tables()} | {"public"}
    gone = [f"DROP SCHEMA {connection.ops.quote_name(schema)} CASCADE;" for schema in sorted(schemas)]
    # As initdb leaves it: a role that only reads, for figures, may look into it.
    return "\n".join([*gone, "CREATE SCHEMA public;", "GRANT USAGE ON SCHEMA public TO PUBLIC;", ""])


def _must_count(rows: dict[str, int]) -> str:
    """Statements that fail where a table has not the rows that the manifest tells."""
    return "".join(_must_be(count, quoted(table)) for table, count in rows.items())


def _must_be(count: int, table: str) -> str:
    differ = f"(SELECT count(*) FROM {table}) <> {int(count)}"  # noqa: S608 - quoted, from a manifest that we wrote
    return f"DO $count$ BEGIN IF {differ} THEN RAISE EXCEPTION 'not all rows came back'; END IF; END $count$;\n"
