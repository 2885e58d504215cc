"""Each sign turns from good to stop as what it tells of gets worse, and administrators read it on the page."""

import datetime
import math
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse
from django.utils import timezone

from core import vital_signs
from core.backup.models import BackupRun
from core.heartbeat import Heartbeat
from core.outbox import sending
from core.outbox.models import Notice
from core.outbox.sending import Outcome, Reason
from tests.core.outbox.conftest import create_notice

NOW = datetime.datetime(2027, 3, 9, 12, 0, tzinfo=datetime.UTC)
pytestmark = pytest.mark.django_db
Disk = namedtuple("Disk", "total used free")


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def ago(**time) -> datetime.datetime:
    return NOW - datetime.timedelta(**time)


def beat_at(moment: datetime.datetime) -> None:
    Heartbeat.objects.create(number=1, beat_at=moment, memory=1)


@pytest.mark.parametrize(("seconds", "tone"), [(0, "good"), (40, "good"), (41, "stop"), (86400, "stop")])
def test_the_worker(seconds, tone):
    beat_at(ago(seconds=seconds))
    sign = vital_signs.worker()
    assert (sign.tone, sign.number) == (tone, seconds)


def test_a_silent_worker_is_told_with_how_long_and_what_to_do():
    beat_at(ago(minutes=3))
    assert vital_signs.worker().sentence == (
        "The background worker has been silent for 3 minutes: no mail goes out and no job runs. "
        "Ask whoever looks after the server to start it again."
    )


def test_a_worker_that_never_ran_is_silent_for_ever():
    sign = vital_signs.worker()
    assert (sign.tone, sign.number) == ("stop", math.inf)
    assert sign.sentence.startswith("The background worker has never run here: no mail goes out")


@pytest.mark.parametrize(("minutes", "tone"), [(0, "good"), (4, "good"), (5, "ask"), (14, "ask"), (15, "stop")])
def test_the_oldest_mail(minutes, tone):
    create_notice(not_before=ago(minutes=minutes))
    create_notice(not_before=ago(seconds=1))
    sign = vital_signs.oldest_mail()
    assert (sign.tone, sign.number) == (tone, max(60 * minutes, 1))


@pytest.mark.parametrize("status", ["sent", "failed", "draft"])
def test_a_mail_that_does_not_wait_is_not_waited_for(status):
    create_notice(status=status, not_before=ago(days=1), sent_at=ago(days=1))
    assert (vital_signs.oldest_mail().tone, vital_signs.oldest_mail().number) == ("good", 0)


def test_a_mail_that_is_tried_again_has_been_waiting_all_the_while(at_noon):
    """With the mail server away nothing is ever due for long: each try puts the next one off."""
    notice = create_notice(not_before=NOW)
    for pause in sending.PAUSES[:3]:
        sending.settle(notice, Outcome(Reason.UNREACHABLE))
        at_noon.shift(pause)
    assert vital_signs.oldest_mail().number == 36 * 60


def test_a_mail_sent_again_by_staff_begins_to_wait_then(alice):
    notice = create_notice(status="failed", attempts=6, created_at=ago(days=3), not_before=ago(days=2))
    Notice.objects.filter(pk=notice.pk).update(status="queued", attempts=0, not_before=timezone.now())
    assert vital_signs.oldest_mail().number == 0


@pytest.mark.parametrize(("free", "tone"), [(50, "good"), (20, "good"), (19, "ask"), (10, "ask"), (9, "stop")])
def test_the_disk_where_uploads_lie(monkeypatch, settings, tmp_path, free, tone):
    settings.MEDIA_ROOT = tmp_path / "not" / "there" / "yet"
    settings.BACKUP_DIR = tmp_path / "backups"
    monkeypatch.setattr(vital_signs, "DEBIANS_POSTGRESQL", tmp_path / "away")
    monkeypatch.setattr(shutil, "disk_usage", {tmp_path: Disk(100, 100 - free, free)}.get)
    [disk] = vital_signs.disks()
    assert (disk.holds, disk.sign.tone, disk.sign.number) == ("uploads", tone, free)
    assert disk.sign.sentence.startswith(f"{free} % of the disk is free where uploads lie.")


@pytest.mark.parametrize(("host", "is_told"), [("/run/postgresql", True), ("localhost", True), ("db.example", False)])
def test_each_other_disk_is_told_by_what_lies_there(monkeypatch, settings, tmp_path, host, is_told):
    """/proc and /dev/shm are file systems of their own."""
    settings.MEDIA_ROOT, settings.BACKUP_DIR = tmp_path, Path("/dev/shm")
    monkeypatch.setattr(vital_signs, "DEBIANS_POSTGRESQL", Path("/proc"))
    monkeypatch.setitem(connection.settings_dict, "HOST", host)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(100, 95, 5))
    told = {disk.holds: disk.sign.sentence for disk in vital_signs.disks()}
    assert list(told) == ["uploads", "backups", *(["database"] if is_told else [])]
    assert told["backups"].startswith("5 % of the disk is free where backups lie. Ask whoever looks after the server")


def test_the_disk_of_this_machine_is_measured():
    [uploads, *_others] = vital_signs.disks()
    assert 0 < uploads.free < uploads.size < 1e18


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *[(1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (7199, "119 minutes")],
        *[(7200, "2 hours"), (172799, "47 hours"), (172800, "2 days")],
    ],
)
def test_a_stretch_of_time_in_words(seconds, words):
    assert vital_signs.in_words(seconds) == words


def test_administrators_read_every_sign_on_the_page_of_the_timetable(as_person, administrator):
    beat_at(ago(hours=3))
    create_notice(not_before=ago(minutes=20))
    backed_up_at(ago(hours=3))
    page = as_person(administrator).get(reverse("core:timetable")).text
    for sign in vital_signs.all_signs():
        assert sign.sentence in page
    assert "A mail has been waiting for 20 minutes. The outbox says why." in page
    assert page.count("act now") == 2


def backed_up_at(moment: datetime.datetime, **fields) -> None:
    BackupRun.objects.create(started_at=moment, finished_at=moment, **{"is_verified": True, **fields})


@pytest.mark.parametrize(("hours", "tone"), [(1, "good"), (26, "good"), (27, "stop")])
def test_the_last_good_backup(hours, tone):
    backed_up_at(ago(hours=hours))
    backed_up_at(ago(minutes=5), fault="disk_full", is_verified=False)
    sign = vital_signs.backup()
    assert (sign.tone, sign.number) == (tone, hours * 3600)


@pytest.mark.parametrize(("hours", "tone"), [(1, "ask"), (27, "stop")])
def test_without_any_backup_the_age_of_the_portal_counts(hours, tone):
    MigrationRecorder.Migration.objects.update(applied=ago(hours=hours))
    sign = vital_signs.backup()
    assert (sign.tone, sign.number) == (tone, hours * 3600)
    assert "No backup has been made yet." in sign.sentence
