"""Nobody waits for the database without end, and whoever waits keeps nobody else from a page."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from config import waits
from tests import factories
from tests.core.outbox.conftest import database_url
from tests.serving import Portal

WAITING = 20
THREADS_BEFORE = 8  # two workers with four threads each were stopped by as many requests
FORM = "application/x-www-form-urlencoded"
OTHER_PAGES = ["/healthz", "/", "/practices/", "/cities/", "/visits/"]


@pytest.fixture
def portal(transactional_db, tmp_path) -> Iterator[Portal]:
    """The real web server on the test's database, whose workers have loaded what they need."""
    portal = Portal(database_url(), tmp_path)
    portal.manage("collectstatic", "--noinput", "-v0")
    with portal.serving():
        with ThreadPoolExecutor(8) as visitors:
            list(visitors.map(portal.asks, ["/"] * 16))
        yield portal


@contextmanager
def locked(user: User) -> Iterator[None]:
    """Somebody's row, held by another program until the end."""
    with psycopg2.connect(database_url()) as other, other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM accounts_user WHERE id = %s FOR UPDATE", [str(user.pk)])
        yield
        other.rollback()


def session_of(user: User) -> str:
    return factories.sign_in(Client(), user).session.session_key


def how_many_wait() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return cursor.fetchone()[0]


def until_the_old_threads_would_be_used_up() -> None:
    for _ in range(200):
        if how_many_wait() > THREADS_BEFORE:
            return
        time.sleep(0.02)
    pytest.fail("the web server lets no more requests wait than it did, and everybody else stands behind them")


def test_twenty_who_wait_for_one_row_keep_nobody_from_another_page(portal):
    held, other = factories.create_user("Held", roles=["editor"]), factories.create_user("Alice", roles=["coordinator"])
    token, prefix = secrets.token_hex(16), f"open_doors_{portal.port}_"
    waiting = {"Cookie": f"{prefix}session={session_of(held)}; {prefix}csrf={token}", "Content-Type": FORM}
    looking = {"Cookie": f"{prefix}session={session_of(other)}"}
    fields = urlencode({"csrfmiddlewaretoken": token, "language": "cs"})

    with locked(held), ThreadPoolExecutor(WAITING) as people:
        answers = [people.submit(portal.asks, "/people/language/", "POST", fields, **waiting) for _ in range(WAITING)]
        until_the_old_threads_would_be_used_up()
        pages = [portal.asks(path, **looking)[0] for path in OTHER_PAGES]
        still_waiting = [answer for answer in answers if not answer.done()]
        told = [answer.result()[0] for answer in answers]

    assert pages == [200] * len(OTHER_PAGES)
    assert still_waiting != [], "the others were not asked while somebody waited"
    assert told == [503] * WAITING


def test_each_kind_of_process_has_its_own_waits():
    chosen = {name: waits.OF_COMMANDS.get(name, waits.COMMAND) for name in ("run_worker", "migrate", "load_demo")}
    assert chosen == {"run_worker": waits.WORKER, "migrate": waits.MIGRATIONS, "load_demo": waits.COMMAND}


@pytest.mark.django_db
def test_the_database_is_told_how_long_to_wait():
    with psycopg2.connect(database_url(), options=waits.WEB.options) as line, line.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), current_setting('statement_timeout'), "
            "current_setting('idle_in_transaction_session_timeout')"
        )
        assert cursor.fetchone() == ("2s", "15s", "15s")


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_waits_for_a_table_gives_up_with_a_sentence():
    with psycopg2.connect(database_url()) as other, other.cursor() as cursor:
        cursor.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        done = subprocess.run(
            [sys.executable, "manage.py", "migrate"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": database_url()},
            capture_output=True,
            text=True,
        )
        other.rollback()
    assert (done.returncode, "Somebody else holds what this command needs" in done.stderr) == (1, True)


def test_a_migration_gives_way_before_a_page_gives_up():
    assert waits.MIGRATIONS.lock < waits.WEB.lock
