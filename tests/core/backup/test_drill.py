"""The drill: a portal is backed up, lost with its database, and brought back on an empty server."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from core.audit import AuditEntry
from core.backup import place
from core.outbox.models import Notice
from core.timetable import JOBS, JobRun
from tests.accounts.conftest import is_signed_in, send_app_code, send_password
from tests.core.backup import drill
from visits.delegation.models import Need
from visits.release.models import Release


def test_a_portal_comes_back_on_an_empty_server(data, own_database):
    alice = drill.fill()
    before, triggers = drill.checksums(), drill.triggers()
    uploads = drill.files_in(data / "uploads")
    done = drill.manage("back_up", url=own_database, data=data)
    assert done.returncode == 0, done.stdout
    [backup] = place.backups()
    connection.close()
    drill.drop(drill.NAME)

    with drill.empty_cluster() as url:
        done = drill.manage("restore_backup", backup, url=url, data=data / "new")
        assert done.returncode == 0, done.stdout
        restored = drill.files_in(data / "new/uploads")
        with drill.connected_to(url):
            after = drill.checksums()
            assert {name for name in before if before[name] != after[name]} <= drill.TOUCHED
            assert drill.triggers() == triggers
            assert len(triggers) > 5
            frozen_tables_refuse_a_change()
            what_has_ended_is_cleared()
            she_signs_in(alice, data, url)

    assert uploads.pop("pictures/stray-480.webp") == b"stray"
    assert restored == uploads
    assert len(uploads) == 5


def frozen_tables_refuse_a_change():
    for statement in (
        "UPDATE visits_release SET note = 'x'",
        "DELETE FROM visits_release",
        "TRUNCATE visits_release CASCADE",
    ):
        with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Release.objects.count() == 1


def what_has_ended_is_cleared():
    """Before any page was asked for: nothing but the command has been run."""
    assert [need.meals for need in Need.objects.all()] == ["no nuts"]
    assert {run.name for run in JobRun.objects.filter(failed_at=None)} == set(JOBS)
    waited = Notice.objects.get(cause="drill:1")
    assert (waited.status, waited.reason) == ("failed", "may_have_arrived")
    assert AuditEntry.objects.filter(verb="needs.deleted", facts__count=1).exists()
    assert AuditEntry.objects.filter(verb="backup.restored").exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)


def she_signs_in(alice, data, url):
    client = Client()
    assert send_password(client, alice.email, "not the right one").status_code == 200
    assert send_password(client, alice.email).url == reverse("mfa_authenticate")
    assert send_app_code(client).status_code == 302
    assert is_signed_in(client)
    assert "Demo visit" in client.get(reverse("visits:list")).text
