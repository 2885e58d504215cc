"""One command brings database and files up to the code, once at a time, and old pages keep their files."""

import io
import os
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from config import waits
from core import upgrading
from tests.core.outbox.conftest import wait_until

WHITENOISE = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
MONTH = (upgrading.OLD_FILES_STAY_DAYS + 1) * 24 * 3600


@pytest.fixture
def source(settings, tmp_path):
    """A folder of static files to be collected, and nothing else to collect."""
    folder = tmp_path / "source"
    folder.mkdir()
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": WHITENOISE}
    return folder


def collect(source: Path, words: str) -> str:
    """The hashed name that a style sheet of these words gets."""
    (source / "page.css").write_text(words * 100)
    upgrading.collect_static_files(io.StringIO())
    [name] = upgrading.names_in_use(root(source))
    return name


def root(source: Path) -> Path:
    return source.parent / "collected"


def kept(source: Path) -> set[str]:
    return {path.name for path in root(source).iterdir()}


def make_older(path: Path, seconds: float) -> None:
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))


def test_old_files_stay_beside_the_new_ones(source):
    old = collect(source, "a{b:c}")
    new = collect(source, "d{e:f}")
    assert kept(source) == {"staticfiles.json", "page.css", "page.css.gz", old, f"{old}.gz", new, f"{new}.gz"}
    assert not root(source).with_suffix(".new").exists()


def test_the_month_of_a_file_begins_when_it_is_no_longer_used(source):
    old = collect(source, "a{b:c}")
    for name in (old, f"{old}.gz"):
        make_older(root(source) / name, MONTH)
    new = collect(source, "d{e:f}")
    assert {old, f"{old}.gz", new} <= kept(source)

    for path in root(source).iterdir():
        make_older(path, MONTH)
    upgrading.collect_static_files(io.StringIO())
    assert kept(source) == {"staticfiles.json", "page.css", "page.css.gz", new, f"{new}.gz"}


def test_a_file_that_is_served_is_not_written_again(source):
    name = collect(source, "a{b:c}")
    before = {path: path.stat().st_ino for path in upgrading.versions_of(root(source) / name)}
    assert len(before) == 2
    collect(source, "a{b:c}")
    assert {path: path.stat().st_ino for path in before} == before


@pytest.mark.django_db(transaction=True)
def test_the_command_does_all_four_things(source):
    (source / "page.css").write_text("a{}")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS core_cache")
    out = io.StringIO()
    call_command("upgrade", stdout=out)
    assert "No migrations to apply." in out.getvalue()
    assert "core_cache" in connection.introspection.table_names()
    assert len(upgrading.names_in_use(root(source))) == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_upgrade_waits_for_the_first(monkeypatch):
    monkeypatch.setattr(upgrading, "PAUSE", 0.01)
    out, order = io.StringIO(), []

    def second():
        with upgrading.one_at_a_time(out):
            order.append("second")
        connection.close()

    thread = threading.Thread(target=second)
    with upgrading.one_at_a_time(io.StringIO()):
        thread.start()
        wait_until(lambda: "waiting for its end" in out.getvalue(), seconds=10)
        order.append("first")
    thread.join(timeout=20)
    assert order == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_a_change_of_a_table_in_use_gives_way_and_is_tried_again(monkeypatch, settings):
    """The migration is played by the change that it would make, since none is left to apply."""
    settings.WAITS_OF_MIGRATIONS = waits.Waits(lock=0.05, statement=900, idle=900).statements
    monkeypatch.setattr(upgrading, "PAUSE", 0.01)
    monkeypatch.setattr(upgrading, "TRIES", 3)
    tries = []

    def change(*_names, **_options):
        tries.append(1)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE core_notice IN ACCESS EXCLUSIVE MODE")

    monkeypatch.setattr(upgrading, "call_command", change)
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("BEGIN; SELECT 1 FROM core_notice")
        with pytest.raises(CommandError, match="A table was in use all the time"):
            upgrading.migrate(io.StringIO())
    finally:
        holder.close()
        connection.close()  # with the little patience that it was given
    assert len(tries) == 3


@pytest.mark.django_db(transaction=True)
def test_an_index_that_was_left_unfinished_is_removed():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE half (word text); CREATE INDEX half_word ON half (word)")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half_word'::regclass")
        upgrading.remove_unfinished_indexes(cursor)
        cursor.execute("SELECT to_regclass('half_word')")
        assert cursor.fetchone() == (None,)
        cursor.execute("DROP TABLE half")
