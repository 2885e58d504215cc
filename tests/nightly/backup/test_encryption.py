"""Backups sealed with the system's age and gpg: nobody without the private key reads them, and its owner does."""

import subprocess
from pathlib import Path

import pytest
from django.db import connection

from core.backup import manifest, place
from tests.core.backup import drill

pytestmark = pytest.mark.nightly
SECRET_WORDS = "no nuts, please"


@pytest.fixture
def age_key(data) -> tuple[Path, str]:
    """The file with a private key, and the public key that belongs to it."""
    file = data / "key.txt"
    subprocess.run(["age-keygen", "-o", file], check=True, capture_output=True)
    return file, subprocess.run(["age-keygen", "-y", file], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def gpg_home(tmp_path_factory, monkeypatch):
    """A keyring of its own, with a key that asks for no passphrase; its agent ends with the test."""
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    new_key = ["--quick-generate-key", "backups@example.org", "default", "default", "never"]
    subprocess.run(["gpg", "--batch", "--passphrase", "", *new_key], check=True, capture_output=True)
    yield home
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=True)


def back_up_drop_and_restore(data: Path, url: str, *words: str | Path, **settings: str) -> Path:
    """The way of a sealed backup: there and back on an empty server; every file and row is the same."""
    (data / "uploads/letters/private.txt").write_text(SECRET_WORDS)
    drill.fill()
    before, uploads = drill.checksums(), drill.files_in(data / "uploads")
    done = drill.manage("back_up", url=url, data=data, **settings)
    assert done.returncode == 0, done.stdout
    connection.close()
    [backup] = place.backups()
    with drill.empty_cluster() as new_url:
        done = drill.manage("restore_backup", backup, *words, url=new_url, data=data / "new")
        assert done.returncode == 0, done.stdout
        with drill.connected_to(new_url):
            after = drill.checksums()
    assert {name for name in before if before[name] != after[name]} <= drill.TOUCHED
    assert uploads.pop("pictures/stray-480.webp") == b"stray"
    assert drill.files_in(data / "new/uploads") == uploads
    return backup


def nothing_lies_open(backup: Path, name: str) -> None:
    assert {path.name for path in backup.iterdir()} == {manifest.FILE, f"database.dump.{name}", f"uploads.tar.{name}"}
    for path in backup.iterdir():
        content = path.read_bytes()
        assert SECRET_WORDS.encode() not in content
        assert b"PGDMP" not in content[:5]  # with which a dump begins


def test_a_backup_sealed_with_age_comes_back(data, own_database, age_key):
    file, public = age_key
    words = ("--age-identity", file)
    backup = back_up_drop_and_restore(data, own_database, *words, BACKUP_AGE_RECIPIENT=public)
    nothing_lies_open(backup, "age")


def test_a_backup_sealed_with_gpg_comes_back(data, own_database, gpg_home):
    backup = back_up_drop_and_restore(data, own_database, BACKUP_GPG_RECIPIENT="backups@example.org")
    nothing_lies_open(backup, "gpg")


def test_the_wrong_key_opens_nothing(data, own_database, age_key):
    file, public = age_key
    assert drill.manage("back_up", url=own_database, data=data, BACKUP_AGE_RECIPIENT=public).returncode == 0
    [backup] = place.backups()
    connection.close()
    file.unlink()
    subprocess.run(["age-keygen", "-o", file], check=True, capture_output=True)
    with drill.new_database(f"{drill.NAME}_other") as url:
        for words, sentence in {
            (): "name the file with the private key, as in --age-identity key.txt",
            ("--age-identity", file): "age could not decrypt uploads.tar.age (age: error: no identity matched",
        }.items():
            done = drill.manage("restore_backup", backup, *words, url=url, data=data / "new")
            assert done.returncode == 1
            assert sentence in done.stdout
            assert "Traceback" not in done.stdout
        with drill.connected_to(url):
            assert drill.checksums() == {}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"BACKUP_AGE_RECIPIENT": "age1wrong"}, "age could not encrypt the backup (age: error: "),
        ({"BACKUP_GPG_RECIPIENT": "nobody@example.org"}, "gpg could not encrypt the backup (gpg: "),
    ],
)
def test_a_key_that_is_none_is_a_sentence_and_leaves_nothing(data, own_database, gpg_home, given, sentence):
    done = drill.manage("back_up", url=own_database, data=data, **given)
    assert done.returncode == 1
    assert sentence in done.stdout
    assert "Traceback" not in done.stdout
    assert {path.name for path in (data / "backups").iterdir()} == {place.LOCK}


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_full_disk_leaves_no_half_backup(data, own_database, age_key, is_sealed):
    """A real one of 256 kB, in a view of the file system that only the command has."""
    (data / "backups").mkdir()
    script = (
        f"mount -t tmpfs -o size=256k,mode=700 tmpfs {data}/backups && "
        f'"$@"; code=$?; ls -A {data}/backups; umount {data}/backups; exit $code'
    )
    settings = {"BACKUP_AGE_RECIPIENT": age_key[1]} if is_sealed else {}
    (data / "uploads/large").write_bytes(bytes(1_000_000))
    done = drill.manage(
        "back_up", url=own_database, data=data, before=("unshare", "--mount", "sh", "-c", script, "sh"), **settings
    )
    assert done.returncode == 1
    assert "The disk is full, and nothing unfinished was left: make some room." in done.stdout
    assert done.stdout.splitlines()[-1] == place.LOCK
