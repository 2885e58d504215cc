import contextlib
import datetime
import json
import os
import pwd
import shutil
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.audit import AuditEntry
from core.backup import database, manifest, parts, place, restoring
from core.backup.making import back_up
from core.backup.trouble import Trouble
from core.outbox.models import Notice
from core.timetable import JobRun
from tests.core.backup import drill
from tests.core.backup.test_making import files_up_to

FULL, EMPTY = f"{drill.NAME}_full", f"{drill.NAME}_empty"


def refused(backup: Path, sentence: str, **options) -> None:
    """Nothing has changed: neither a row nor a file."""
    rows, files = drill.checksums(), drill.files_in(Path(restoring.uploads.root()))
    with pytest.raises(Trouble, match=sentence) as trouble:
        restoring.restore(backup, say=lambda words: None, **options)
    assert len(str(trouble.value).splitlines()) == 1
    assert (drill.checksums(), drill.files_in(Path(restoring.uploads.root()))) == (rows, files)


def rewrite(backup: Path, **values) -> None:
    """A manifest that says something else, and fits itself."""
    path = backup / manifest.FILE
    told = json.loads(path.read_text())
    told.pop(manifest.DIGEST)
    told |= {name: value(told[name]) if callable(value) else value for name, value in values.items()}
    path.write_text(json.dumps({**told, manifest.DIGEST: manifest.digest_of(told)}))


# --- backups that are not taken ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["database.dump", "uploads.tar"])
def test_a_wrong_checksum_is_refused(backup, empty_database, name):
    with (backup / name).open("r+b") as file:
        file.seek(3000)
        byte = file.read(1)
        file.seek(3000)
        file.write(bytes([byte[0] ^ 1]))
    refused(backup, f"^{name} in .* is not what was written into it")


@pytest.mark.parametrize("name", ["database.dump", "uploads.tar"])
def test_half_a_backup_is_refused(backup, empty_database, name):
    os.truncate(backup / name, 2000)
    refused(backup, f"^{name} in .* is not what was written into it")
    (backup / name).unlink()
    refused(backup, f"^{name} is missing in ")


def test_a_backup_without_its_manifest_is_refused(backup, empty_database):
    (backup / manifest.FILE).unlink()
    refused(backup, "holds no whole backup: it has no manifest.json")


def test_a_manifest_that_was_changed_or_cut_is_refused(backup, empty_database):
    path = backup / manifest.FILE
    whole = path.read_text()
    path.write_text(whole.replace('"public.core_notice": 0', '"public.core_notice": 1'))
    refused(backup, "manifest.json in .* is not as it was written")
    path.write_text(whole[:500])
    refused(backup, "manifest.json in .* is not as it was written")


def test_a_backup_newer_than_the_code_is_refused(backup, empty_database):
    rewrite(backup, migrations=lambda names: [*names, "core.9999_flying_carpets"])
    refused(backup, r"^The backup is newer than this code, which does not know core.9999_flying_carpets: install")


def test_a_newer_format_is_refused(backup, empty_database):
    rewrite(backup, format=2)
    refused(backup, "^The backup has format 2, and this version reads up to 1")


def test_a_backup_of_a_newer_server_is_refused(backup, empty_database):
    rewrite(backup, postgresql=99)
    refused(
        backup, r"^The backup is of PostgreSQL 99, and this server is of version \d+: restore it into PostgreSQL 99"
    )


def test_a_dump_of_newer_programs_is_refused(backup, empty_database):
    rewrite(backup, pg_dump=99)
    refused(backup, r"pg_restore is of PostgreSQL \d+, and the dump is of PostgreSQL 99")


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt"])
def test_uploads_that_lead_out_are_refused(backup, empty_database, name):
    rewrite(backup, uploads=lambda told: [{**each, "name": name} for each in told])
    refused(backup, "^The backup names files outside its own folder")


@pytest.mark.parametrize("closed", ["the folder", "a file", "the key"])
def test_what_this_user_may_not_read_is_a_sentence_with_the_cure(backup, tmp_path, closed):
    key = tmp_path / "key.txt"
    key.write_text("secret")
    {"the folder": backup, "a file": backup / "uploads.tar", "the key": key}[closed].chmod(0)
    with as_an_ordinary_user(tmp_path) as user, pytest.raises(Trouble) as trouble:
        restoring.restore(backup, identity=key)
    assert str(trouble.value).endswith(f"as root give it away: chown -R {user}: {backup} {key}")


def test_a_backup_that_this_user_may_not_read_is_not_checked_either(backup, tmp_path):
    backup.chmod(0)
    with as_an_ordinary_user(tmp_path) as user, pytest.raises(Trouble) as trouble:
        restoring.check(backup, print)
    assert str(trouble.value).endswith(f"chown -R {user}: {backup}")


@contextlib.contextmanager
def as_an_ordinary_user(folder: Path):
    """Root may read everything, so in its place comes somebody to whom the folder is given."""
    before = os.geteuid()
    if before == 0:
        nobody = pwd.getpwnam("nobody").pw_uid
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, nobody, -1)
        for above in folder.parents[:2]:
            above.chmod(0o711)
        os.seteuid(nobody)
    try:
        yield pwd.getpwuid(os.geteuid()).pw_name
    finally:
        os.seteuid(before)


def test_missing_rows_take_everything_back(backup, full_database):
    """The counts are looked at before the commit, so what was there before is there again."""
    (Path(restoring.uploads.root()) / "one.txt").write_text("one")
    drill.leave_a_message()
    rewrite(backup, tables=lambda rows: {**rows, "public.core_notice": 1})
    refused(backup, r"psql could not restore the database \(.*not all rows came back", replace=FULL)


def test_a_dump_that_breaks_off_takes_everything_back(backup, full_database, data):
    """As when a decrypting program ends in the middle; a checksum would have told before."""
    with (backup / "database.dump").open("rb") as whole, (data / "half").open("wb") as half:
        half.write(whole.read(100_000))
    drill.leave_a_message()
    before = drill.checksums()
    with (data / "half").open("rb") as half, pytest.raises(Trouble, match="pg_restore could not read the dump"):
        database.put_back(half, {}, replacing=True)
    assert drill.checksums() == before


def test_a_full_disk_leaves_no_half_upload(data, full_database):
    (data / "uploads/large").write_bytes(bytes(2_000_000))
    made = back_up()
    shutil.rmtree(data / "uploads")
    with files_up_to(1_000_000), pytest.raises(Trouble, match=r"^The disk is full"):
        restoring.restore(made.folder, replace=FULL, say=lambda words: None)
    assert drill.files_in(data / "uploads") == {}


# --- databases that are not overwritten ----------------------------------------------------------


def test_a_database_with_tables_is_refused_and_told_what_it_holds(backup, full_database):
    count = len(database.tables())
    refused(
        backup, rf"^Nothing was changed, since the database {FULL} has {count} tables with \d+ rows.* --replace-data"
    )


def test_another_name_than_that_of_the_database_is_refused(backup, full_database):
    refused(backup, f"^DATABASE_URL names the database {FULL}, and you named open_doors", replace="open_doors")


def test_uploads_that_differ_are_not_overwritten(backup, empty_database, data):
    (data / "uploads/one.txt").write_text("another")
    refused(backup, "and 1 uploads here differ from those of the backup")


def test_nothing_is_restored_under_people_who_look_on(backup, empty_database):
    with drill.contextlib.closing(drill.psycopg2.connect(drill.address_of(EMPTY))):
        refused(backup, f"^1 other programs use the database {EMPTY}: stop the portal")


def test_no_restore_while_a_backup_might_remove_it(made_once, empty_database, data):
    shutil.copytree(made_once, place.root() / made_once.name)
    with place.one_at_a_time():
        refused(place.root() / made_once.name, "^A backup is running")


# --- what comes back -----------------------------------------------------------------------------


@pytest.fixture
def said() -> list[str]:
    return []


def test_every_row_of_every_table_comes_back(data, own_database):
    drill.fill()
    before = drill.checksums()
    made = back_up()
    connection.close()
    with drill.new_database(f"{drill.NAME}_other") as url, drill.connected_to(url):
        with parts.opened(made.folder / "database.dump", []) as dump:
            database.put_back(dump, made.manifest.tables, replacing=False)
        assert drill.checksums() == before  # the run writes its own row after the dump


def test_a_named_database_is_replaced_with_all_its_tables(backup, full_database, data, said):
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA other; CREATE TABLE other.left_over (id int); CREATE TABLE left_over (id int)")
    (data / "uploads/one.txt").write_text("another")
    restoring.restore(backup, replace=FULL, say=said.append)
    assert not any("SECRET_KEY" in words for words in said)
    assert database.tables() == sorted(manifest.read(backup).tables)
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('public', 'public', 'usage')")
        assert cursor.fetchone() == (True,)
    assert (data / "uploads/one.txt").read_text() == "one"
    assert "Every upload and every row of the backup is there." in said


def test_a_backup_older_than_the_code_is_brought_up_to_it(data, full_database, said):
    call_command("migrate", "sessions", "zero", verbosity=0)
    made = back_up()
    assert "public.django_session" not in made.manifest.tables
    restoring.restore(made.folder, replace=FULL, say=said.append)
    assert Session.objects.count() == 0
    [told] = [words for words in said if words.startswith("This code is newer than the backup, so ")]
    assert "sessions.0001_initial" in told


def test_another_secret_key_is_told(backup, full_database, said, settings):
    settings.SECRET_KEY = "another"
    restoring.restore(backup, replace=FULL, say=said.append)
    assert any(words.startswith("SECRET_KEY is not the one that the portal had.") for words in said)


def test_the_old_secret_key_counts_beside_a_new_one(backup, settings):
    told = manifest.read(backup)
    assert manifest.has_its_key(told)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert manifest.has_its_key(told)
    settings.SECRET_KEY_FALLBACKS = []
    assert not manifest.has_its_key(told)


def test_a_job_that_fails_is_told_before_anybody_is_let_in(backup, full_database, said, monkeypatch):
    def fails():
        raise ValueError

    jobs = restoring.timetable.JOBS
    monkeypatch.setitem(jobs, "clear_cache", restoring.timetable.Job("clear_cache", "", None, fails))
    with pytest.raises(Trouble, match=r"could not be cleared \(clear_cache\): let nobody in"):
        restoring.restore(backup, replace=FULL, say=said.append)


def test_a_code_that_waited_is_wiped(data, full_database, said):
    drill.leave_a_message(body="1234-5678", is_secret=True)
    restoring.restore(back_up().folder, replace=FULL, say=said.append)
    notice = Notice.objects.get()
    assert (notice.status, notice.body) == ("failed", "")
    assert "1 messages were waiting and may have gone out after the backup: staff find them in the outbox." in said


def test_a_database_brought_back_by_other_means_is_cleared_by_a_command(full_database, capsys):
    later = timezone.now() + datetime.timedelta(days=1)
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=later)
    call_command("clear_after_restore", "2026-11-28 15:26:52+00")
    assert Session.objects.count() == 0
    assert JobRun.objects.filter(failed_at=None).count() == len(restoring.timetable.JOBS)
    assert AuditEntry.objects.filter(verb="backup.restored", facts__moment="2026-11-28 15:26:52+00").exists()
    assert capsys.readouterr().out.startswith("1 sessions were ended")


def test_checking_a_backup_needs_no_database(backup, data):
    done = drill.manage("restore_backup", backup, "--check", url="postgres://nobody@127.0.0.1:1/nothing", data=data)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith(f"{backup.name} is whole: the state of 20")
