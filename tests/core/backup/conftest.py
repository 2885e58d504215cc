import shutil

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from core.backup.models import BackupRun
from core.outbox.models import Notice
from tests.core.backup import drill


@pytest.fixture
def data(tmp_path, settings):
    """The folder of a portal, in this process as well as for its commands."""
    settings.PG_BIN = str(drill.programs())
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_AGE_RECIPIENT = settings.BACKUP_GPG_RECIPIENT = ""
    (tmp_path / "uploads/letters").mkdir(parents=True)
    (tmp_path / "uploads/letters/één.txt").write_text("Dear all")
    return tmp_path


@pytest.fixture(scope="session")
def shared(django_db_setup, django_db_blocker):
    """Two databases for all these tests, as making one takes a second: with every table, and without any."""
    full, empty = f"{drill.NAME}_full", f"{drill.NAME}_empty"
    with django_db_blocker.unblock():
        connection.close()
        own = connection.settings_dict["NAME"]
        with drill.new_database(full, template=own) as full_url, drill.new_database(empty) as empty_url:
            yield {"full": full_url, "empty": empty_url}


@pytest.fixture(scope="session")
def made_once(shared, django_db_blocker, tmp_path_factory):
    """A backup from which each test takes a copy."""
    folder = tmp_path_factory.mktemp("made-once")
    (folder / "uploads").mkdir()
    (folder / "uploads/one.txt").write_text("one")
    done = drill.manage("back_up", url=shared["full"], data=folder)
    assert done.returncode == 0, done.stdout
    [made] = (folder / "backups").glob("open-doors-*")
    return made


@pytest.fixture
def backup(made_once, data):
    """A copy of a backup, to be spoilt."""
    copy = data / "copy" / made_once.name
    shutil.copytree(made_once, copy)
    return copy


@pytest.fixture
def full_database(db, data, shared):
    """What the test commits is taken back as far as these tests look at it."""
    with drill.connected_to(shared["full"]):
        for model in (BackupRun, Notice, Session):
            model.objects.all().delete()
        yield shared["full"]


@pytest.fixture
def empty_database(db, data, shared):
    """For tests that leave it empty."""
    with drill.connected_to(shared["empty"]):
        yield shared["empty"]


@pytest.fixture
def own_database(db, data, shared):
    """One that the test may fill and drop."""
    with drill.new_database(drill.NAME, template=drill.name_in(shared["full"])) as url, drill.connected_to(url):
        yield url
