"""Whoever looks after the server is told by mail that a backup has failed."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core.backup.models import BackupRun


@pytest.fixture
def alarm(settings):
    settings.ALARM_EMAIL = "server@council.example"


@pytest.mark.django_db
def test_a_backup_that_failed_is_told_with_its_reason_and_what_to_do(alarm, mailoutbox):
    BackupRun.objects.create(started_at=timezone.now(), finished_at=timezone.now(), fault="disk_full")
    call_command("tell_of_failed_backup")
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["server@council.example"], "Open Doors: the backup has failed")
    assert "has failed. The disk for backups is full.\n" in mail.body
    assert "journalctl --unit open-doors-backup\n" in mail.body


@pytest.mark.django_db
def test_it_is_told_although_the_database_is_away(alarm, mailoutbox, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    connection.close()
    call_command("tell_of_failed_backup")
    assert "The database does not answer." in mailoutbox[0].body


def test_without_an_address_the_journal_says_that_nobody_was_told(mailoutbox, capsys):
    call_command("tell_of_failed_backup")
    assert capsys.readouterr().out == "ALARM_EMAIL is empty, so nobody was told that the backup has failed.\n"
    assert mailoutbox == []
