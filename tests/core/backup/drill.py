"""What a drill needs: a small portal, its commands as an administrator runs them, and what must be equal."""

import contextlib
import datetime
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import psycopg2
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.utils import timezone
from PIL import Image

from accounts.models import User
from core.backup import database
from core.outbox.models import Notice
from core.pictures import add_picture
from core.translated import text
from launcher.pg_programs import Runner, find
from launcher.testserver import WORKER
from launcher.throwaway import throwaway_server
from tests import factories
from tests.accounts.conftest import PASSWORD, SECRET
from tests.uploads import file_of, upload
from visits.delegation.models import Need
from visits.release.actions import publish_release

NAME = f"open_doors_drill_{WORKER}" if WORKER else "open_doors_drill"  # each process of a shared run has its own
# What a restore itself clears or writes down; every other table comes back as it was.
TOUCHED = {
    *("public.django_session", "public.core_notice", "public.core_jobrun", "public.core_auditentry"),
    *("public.visits_need", "public.core_cache", "public.visits_visitsummary", "public.visits_recount"),
}
LONG_AGO = datetime.date(2026, 1, 12)


def programs() -> Path:
    """The folder of pg_dump and its kind that goes with the server of the tests."""
    return find(Runner.for_this_process()).folder


def address_of(name: str, user: str = "") -> str:
    """A database of the tests' server, as DATABASE_URL names it."""
    server = urlsplit(os.environ["DATABASE_URL"])
    place = f"{user}@{server.netloc.rpartition('@')[2]}" if user else server.netloc
    return server._replace(netloc=place, path=f"/{name}").geturl()


def name_in(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def manage(
    *words: str | Path, url: str, data: Path, before: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """A command of manage.py in a process of its own; its output and its errors together are ``stdout``.

    ``before`` is a program that starts it.
    """
    given = {"DATABASE_URL": url, "DATA_DIR": str(data), "PG_BIN": str(programs()), "BACKUP_DIR": str(data / "backups")}
    return subprocess.run(
        [*before, sys.executable, "manage.py", *map(str, words)], cwd=settings.BASE_DIR, timeout=600, text=True,
        env={**os.environ, **given, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


# --- databases -----------------------------------------------------------------------------------


@contextlib.contextmanager
def connected_to(url: str) -> Iterator[None]:
    """For a while Django's connection is one to another database, which commits what is done."""
    own = connections["default"]
    other = own.copy()
    other.settings_dict |= dj_database_url.parse(url)
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = own


def ask_server(*statements: str) -> None:
    with contextlib.closing(psycopg2.connect(address_of("postgres"))) as server:
        server.autocommit = True
        for statement in statements:
            server.cursor().execute(statement)


@contextlib.contextmanager
def new_database(name: str, template: str = "template0") -> Iterator[str]:
    ask_server(
        f"DROP DATABASE IF EXISTS {name}",
        # A thread of a test before, that served a browser, may still hold a session; nothing is copied then.
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'",  # noqa: S608 - a name of ours
        f'CREATE DATABASE {name} TEMPLATE "{template}"',
    )
    try:
        yield address_of(name)
    finally:
        drop(name)


def drop(name: str) -> None:
    ask_server(f"DROP DATABASE IF EXISTS {name}")


@contextlib.contextmanager
def empty_cluster() -> Iterator[str]:
    with throwaway_server() as (_folder, url):
        yield url


# --- a portal, and what must be the same afterwards ----------------------------------------------


def fill() -> User:
    """A visit as it is in the midst of being planned, and one that is long over; returns who coordinates."""
    alice = factories.create_user("Alice", roles=["coordinator"], password=PASSWORD)
    TOTP.activate(alice, SECRET)
    visit = factories.create_visit(lead_coordinator=alice)
    Need.objects.create(person=factories.create_member(visit, "Bob"), meals="no nuts")
    factories.create_session(visit)
    publish_release(visit=visit, by=alice)
    over = factories.create_visit(starts_on=LONG_AGO, ends_on=LONG_AGO, status="finished")
    Need.objects.create(person=factories.create_member(over, "Olga"), meals="no milk")
    for shade in (0, 255):
        picture = upload(file_of(Image.new("RGB", (500, 300), (shade, 0, 0)), "JPEG"))
        add_picture(file=picture, by=alice, alt=text("A door"), audience="public", shows_people=False)
    _leave_traces(alice)
    return alice


def _leave_traces(alice: User) -> None:
    """What has to be gone after a restore: a session, a message that waits, the file of a broken upload."""
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=timezone.now() + datetime.timedelta(1))
    leave_a_message()
    stray = Path(default_storage.path(default_storage.save("pictures/stray-480.webp", ContentFile(b"stray"))))
    os.utime(stray, (0, 0))


def leave_a_message(**fields) -> Notice:
    """One that waits to be sent."""
    values = {"address": "bob@example.org", "language": "en", "cause": "drill:1", "subject": "Demo", "body": "Demo"}
    return Notice.objects.create(message_id="<1>", **{**values, **fields})


def checksums() -> dict[str, str]:
    """Of every table: all its rows as text, in one order."""
    with connection.cursor() as cursor:
        return {table: _checksum(cursor, table) for table in database.tables()}


def _checksum(cursor, table: str) -> str:
    digest = 'md5(string_agg(line, chr(10) ORDER BY line COLLATE "C"))'
    lines = f"SELECT t::text AS line FROM {database.quoted(table)} t"  # noqa: S608 - a name that the database gave
    cursor.execute(f"SELECT count(*) || ' ' || coalesce({digest}, '') FROM ({lines}) AS lines")  # noqa: S608 - the same
    return cursor.fetchone()[0]


def triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal")
        return {definition for (definition,) in cursor.fetchall()}


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
