import contextlib
import os
import resource
import shlex
import stat
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

from core.backup import database, encryption, manifest, parts, place
from core.backup.making import back_up, verify
from core.backup.models import BackupRun, last_good
from core.backup.trouble import Trouble
from tests.core.backup import drill

pytestmark = pytest.mark.usefixtures("full_database")


def lies_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {place.LOCK}


@pytest.fixture
def played(data, settings):
    """``played(pg_dump="...")`` puts a script in the place of one of PostgreSQL's programs; the others stay."""
    folder = data / "programs"
    folder.mkdir()

    def play(**scripts: str) -> Path:
        for name in ("pg_dump", "pg_restore", "psql"):
            real = shlex.quote(str(drill.programs() / name))
            script = scripts.get(name, 'exec $real "$@"')
            (folder / name).write_text(f"#!/bin/sh\nreal={real}\n{script}\n")
            (folder / name).chmod(0o755)
        settings.PG_BIN = str(folder)
        return folder

    return play


# --- what a backup is ----------------------------------------------------------------------------


def test_a_backup_holds_the_rows_and_the_uploads_and_tells_what_they_are(data):
    drill.leave_a_message()
    made = back_up()
    told = verify(made.folder)
    assert told == made.manifest
    assert told.tables["public.core_notice"] == 1
    assert told.tables.keys() == set(database.tables())
    assert told.migrations == manifest.applied_migrations()
    assert [(part.name, part.size) for part in told.uploads] == [("letters/één.txt", 8)]
    assert (told.postgresql, told.encryption) == (connection.pg_version // 10000, "")
    assert [part.name for part in told.parts] == ["database.dump", "uploads.tar"]


def test_a_backup_is_for_its_owner_alone(data):
    folder = back_up().folder
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder.parent)} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_rows_are_counted_at_the_moment_of_the_dump(full_database):
    """A row that somebody else commits between the two would make a good backup look like a bad one."""
    with database.one_moment():
        with contextlib.closing(psycopg2.connect(full_database)) as somebody, somebody:
            somebody.cursor().execute("INSERT INTO django_session VALUES (repeat('a', 32), '', now())")
        assert database.count_rows()["public.django_session"] == 0
    assert database.count_rows()["public.django_session"] == 1


def test_rows_written_while_it_is_made_are_in_the_next_one(data, played):
    """The counts of the manifest and the dump are of one moment."""
    played(pg_dump=f'case "$*" in *--snapshot*) {psql_insert()} ;; esac; exec $real "$@"')
    made = back_up()
    assert made.manifest.tables["public.django_site_probe"] == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_site_probe")
        assert cursor.fetchone() == (1,)
        cursor.execute("DROP TABLE django_site_probe")


def test_uploads_come_after_the_database_so_that_no_row_is_without_its_file(data, played):
    late = data / "uploads/late"
    played(pg_dump=f'case "$*" in *--snapshot*) touch {late} ;; esac; exec $real "$@"')
    assert "late" in {part.name for part in back_up().manifest.uploads}


def psql_insert() -> str:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE django_site_probe (id int)")
    url = shlex.quote(drill.address_of(connection.settings_dict["NAME"]))
    return f'{drill.programs() / "psql"} -q {url} -c "INSERT INTO django_site_probe VALUES (1)"'  # noqa: S608 - for a shell of ours


def test_the_record_tells_of_the_last_good_one(data, played):
    assert last_good() is None
    made = back_up()
    played(pg_dump="exit 1")
    with pytest.raises(Trouble):
        back_up()
    good, failed = last_good(), BackupRun.objects.newest_first()[0]
    assert (good.name, good.size, good.is_verified, good.is_encrypted) == (
        *(made.folder.name, made.manifest.size, True, False),
    )
    assert good.started_at < good.finished_at < failed.finished_at
    assert (failed.name, failed.is_verified, failed.fault) == ("", False, "program")


def test_just_so_many_are_kept(data, settings):
    settings.BACKUP_KEEP = 2
    names = [back_up().folder.name for _ in range(3)]
    assert lies_in(place.root()) == set(names[1:])


def test_a_clock_that_was_set_back_takes_no_new_backup_away(data, settings):
    settings.BACKUP_KEEP = 1
    (place.root() / "open-doors-2999-01-01T000000Z").mkdir()
    made = back_up()
    assert made.removed == 0
    assert verify(made.folder)


def test_the_command_says_what_it_made(data, capsys):
    call_command("back_up")
    said = capsys.readouterr().out
    assert said.startswith(f"Backed up into {place.backups()[0]}: ")
    assert "1 uploads" in said
    assert "not encrypted, read back" in said


# --- what goes wrong -----------------------------------------------------------------------------


def refused(sentence: str, kind: str) -> None:
    """A backup that is refused leaves the older ones, nothing unfinished, and a row with the kind of its fault."""
    before = lies_in(place.root())
    with pytest.raises(Trouble, match=sentence) as trouble:
        back_up()
    assert len(str(trouble.value).splitlines()) == 1
    assert lies_in(place.root()) == before
    assert BackupRun.objects.newest_first()[0].fault == kind


def test_a_dump_that_fails_leaves_the_older_backups(data, played, settings):
    settings.BACKUP_KEEP = 1
    older = back_up().folder
    played(pg_dump='case "$*" in *version*) exec $real "$@";; esac; echo "pg_dump: error: no more" >&2; exit 1')
    refused(r"pg_dump could not read the database \(pg_dump: error: no more\)", "database")
    assert verify(older)


@pytest.mark.parametrize(("bytes_left", "done"), [("20000", "list"), ("-10", "read")])
def test_a_dump_that_breaks_off_is_found_out_although_pg_dump_says_nothing(data, played, bytes_left, done):
    """In its list of contents, and within the last rows."""
    played(pg_dump=f'case "$*" in *version*) exec $real "$@";; esac; $real "$@" | head -c {bytes_left}')
    refused(rf"pg_restore could not {done} the dump", "not_verified")


def test_a_dump_without_the_rows_of_a_table_is_found_out(data, played):
    played(pg_dump='case "$*" in *version*) exec $real "$@";; esac; exec $real --exclude-table-data=core_notice "$@"')
    refused(r"The dump has no rows of public.core_notice", "not_verified")


def test_what_the_disk_spoilt_is_found_out(data, monkeypatch):
    write = parts.write

    def spoils(path, cipher, fill):
        part = write(path, cipher, fill)
        with path.open("r+b") as file:
            file.seek(part.size // 2)
            file.write(b"!!!!")
        return part

    monkeypatch.setattr(parts, "write", spoils)
    refused(r"database.dump in .* is not what was written into it", "not_verified")


def test_a_full_disk_is_a_sentence_and_leaves_no_half_backup(data):
    back_up()
    (data / "uploads/large").write_bytes(os.urandom(2_000_000))
    with files_up_to(1_000_000):
        refused("^The disk is full", "disk_full")


@contextmanager
def files_up_to(size: int):
    """No file of this process can grow beyond so many bytes, as if the disk were full then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_two_at_once_are_one_and_a_sentence(data):
    with place.one_at_a_time(), pytest.raises(Trouble, match=r"^Another backup or restore is running"):
        back_up()
    assert not BackupRun.objects.exists()
    back_up()


def test_what_a_killed_run_left_is_cleared(data):
    left = place.root() / f"open-doors-2026-01-01T000000Z{place.UNFINISHED}"
    left.mkdir()
    (left / "database.dump").write_text("half")
    folder = back_up().folder
    assert lies_in(place.root()) == {folder.name}


def test_a_program_older_than_the_server_is_a_sentence(data, played):
    played(pg_dump='echo "pg_dump (PostgreSQL) 9.6.24"')
    refused(r"pg_dump is of PostgreSQL 9, and the server is of PostgreSQL \d+: install the programs", "program")


def test_a_missing_program_is_a_sentence(data, settings):
    settings.PG_BIN = str(data)
    refused(r"There is no pg_dump in the folder .*, which PG_BIN names", "program")


def test_a_folder_that_cannot_be_made_is_a_sentence(data, settings):
    settings.BACKUP_DIR = data / "uploads/letters/één.txt"
    with pytest.raises(Trouble, match=r"één.txt cannot be read or written \(File exists\)"):
        back_up()


def test_a_missing_cipher_is_a_sentence(data, monkeypatch, settings):
    settings.BACKUP_AGE_RECIPIENT = "age1"
    monkeypatch.setenv("PATH", str(data))
    with pytest.raises(Trouble, match="There is no age on the PATH: install it with `apt-get install age`"):
        encryption.chosen()


# --- the version of the code ---------------------------------------------------------------------


def test_the_commit_is_told_although_the_code_belongs_to_another_user(tmp_path, settings, monkeypatch):
    """As on a server, where it is root's: git refuses what it calls dubious ownership."""
    git = ["git", "-C", str(tmp_path), "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "A release"]):
        subprocess.run([*git, *words], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    settings.BASE_DIR = tmp_path
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True).returncode == 128
    assert manifest.version_of_code() == commit


# --- the command from outside --------------------------------------------------------------------

SHOW = 'tr "\\0" " " < /proc/$$/cmdline >> {seen}; echo >> {seen}; exec $real "$@"'
PASSWORD = "four-wise-owls"


def test_the_password_stands_on_no_command_line_and_in_no_log(data, played, full_database):
    seen = data / "seen"
    programs = played(**dict.fromkeys(("pg_dump", "pg_restore", "psql"), SHOW.format(seen=seen)))
    connection.close()
    given = {"url": with_password(full_database), "data": data, "PG_BIN": str(programs), "LOG_LEVEL": "DEBUG"}
    done = drill.manage("back_up", **given)
    assert done.returncode == 0, done.stdout
    [backup] = place.backups()
    restored = drill.manage("restore_backup", backup, "--replace-database", drill.name_in(full_database), **given)
    assert restored.returncode == 0, restored.stdout
    assert {"pg_dump ", "pg_restore ", "psql "} <= {
        f"{name} " for name in ("pg_dump", "pg_restore", "psql") if f"/{name} " in seen.read_text()
    }
    for said in (seen.read_text(), done.stdout, restored.stdout, (backup / manifest.FILE).read_text()):
        assert PASSWORD not in said


def with_password(url: str) -> str:
    """The server of the tests trusts everybody; one that asks gets the password that it wants anyway."""
    parts = urlsplit(url)
    user, _at, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user.partition(':')[0]}:{parts.password or PASSWORD}@{host}").geturl()


def test_a_command_that_fails_says_so_by_its_exit_code(data):
    done = drill.manage("back_up", url=drill.address_of("no_such_database"), data=data)
    assert done.returncode == 1
    assert "The database does not answer (" in done.stdout
    assert "does not exist). Is it running, and does DATABASE_URL name it?" in done.stdout
    assert "Traceback" not in done.stdout
