"""How the portal is doing: a few signs, each a sentence for administrators and a number for Prometheus.

A new sign is a function here, or in the room that knows, and its name in ``SIGNS``: the page of the
timetable then shows it, and Prometheus has it as ``open_doors_<name>``.
"""

import datetime
import math
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.backup.models import last_good
from core.heartbeat import SILENT_AFTER, Heartbeat
from core.outbox import sending

MAIL_IS_LATE = datetime.timedelta(minutes=5)
MAIL_IS_STUCK = datetime.timedelta(minutes=15)  # as long as a code for signing in lasts
BACKUP_IS_OLD = datetime.timedelta(hours=26)  # one is made each night, and may take its time
DISK_IS_TIGHT, DISK_IS_FULL = 0.2, 0.1  # shares that are free
DEBIANS_POSTGRESQL = Path("/var/lib/postgresql")  # an ordinary user may not ask the server for its folder


@dataclass(frozen=True)
class Sign:
    name: str  # of its metric, with the unit
    sentence: str  # what is so, and what to do about it
    tone: str  # good, ask or stop
    number: float

    @property
    def state(self) -> str:
        return {"good": _("in order"), "ask": _("keep an eye on it"), "stop": _("act now")}[self.tone]


def worker() -> Sign:
    heartbeat = Heartbeat.objects.first()
    if heartbeat is None:
        return silent_worker(_("The background worker has never run here"), math.inf)
    if heartbeat.age > SILENT_AFTER:
        sentence = _("The background worker has been silent for %(time)s") % {"time": in_words(heartbeat.age)}
        return silent_worker(sentence, heartbeat.age)
    return Sign("worker_heartbeat_age_seconds", _("The background worker is at work."), "good", heartbeat.age)


def silent_worker(sentence: str, age: float) -> Sign:
    advice = _("no mail goes out and no job runs. Ask whoever looks after the server to start it again.")
    return Sign("worker_heartbeat_age_seconds", f"{sentence}: {advice}", "stop", age)


def oldest_mail() -> Sign:
    age = sending.longest_wait()
    if age < MAIL_IS_LATE:
        sentence, tone = _("No mail has been waiting for long."), "good"
    else:
        sentence = _("A mail has been waiting for %(time)s. The outbox says why.") % {
            "time": in_words(age.total_seconds())
        }
        tone = "stop" if age >= MAIL_IS_STUCK else "ask"
    return Sign("oldest_mail_age_seconds", sentence, tone, age.total_seconds())


def backup() -> Sign:
    """Without any yet the age is that of the portal here: on its first day nobody need be woken."""
    run = last_good()
    age = (timezone.now() - (run.started_at if run else began_here())).total_seconds()
    if run is None:
        sentence, tone = _("No backup has been made yet. Ask whoever looks after the server to set one up."), "ask"
    else:
        sentence, tone = _("The last good backup is %(time)s old.") % {"time": in_words(age)}, "good"
    if age > BACKUP_IS_OLD.total_seconds():
        tone = "stop"
        if run:
            sentence += " " + _("Ask whoever looks after the server why there is no newer one.")
    return Sign("backup_age_seconds", sentence, tone, age)


def began_here() -> datetime.datetime:
    """When the first table of this database was made."""
    return MigrationRecorder.Migration.objects.order_by("id").values_list("applied", flat=True)[0]


# --- disks ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Disk:
    holds: str  # uploads, backups or database
    size: int  # bytes
    free: int

    @property
    def sign(self) -> Sign:
        share = self.free / self.size
        told = self.says % {"percent": int(share * 100)}
        if share < DISK_IS_TIGHT:
            told += " " + _("Ask whoever looks after the server to make room.")
        tone = "stop" if share < DISK_IS_FULL else "ask" if share < DISK_IS_TIGHT else "good"
        return Sign("disk_free_bytes", told, tone, self.free)

    @property
    def says(self) -> str:
        return {
            "uploads": _("%(percent)s %% of the disk is free where uploads lie."),
            "backups": _("%(percent)s %% of the disk is free where backups lie."),
            "database": _("%(percent)s %% of the disk is free where the database lies."),
        }[self.holds]


def disks() -> list[Disk]:
    """Each disk once, under the first of the things that lie on it."""
    folders = {"uploads": settings.MEDIA_ROOT, "backups": settings.BACKUP_DIR, "database": database_folder()}
    there = {holds: existing(Path(folder)) for holds, folder in folders.items() if folder}
    different = {folder.stat().st_dev: holds for holds, folder in reversed(there.items())}
    return [disk(holds, there[holds]) for holds in there if holds in different.values()]


def disk(holds: str, folder: Path) -> Disk:
    size, _used, free = shutil.disk_usage(folder)
    return Disk(holds, size, free)


def database_folder() -> Path | None:
    """Of a PostgreSQL on this machine, where Debian puts it; None where that is not known."""
    host = connection.settings_dict["HOST"]
    is_here = not host or host.startswith("/") or host in settings.LOCAL_HOSTS
    return DEBIANS_POSTGRESQL if is_here and DEBIANS_POSTGRESQL.is_dir() else None


def existing(folder: Path) -> Path:
    """The folder, or where it will be made: the first upload makes that of uploads."""
    there = os.path.isdir  # Path.is_dir raises where a folder is closed to us
    return next(each for each in [folder, *folder.parents] if there(each))


# --- all of them ---------------------------------------------------------------------------------


def in_words(seconds: float) -> str:
    """A stretch of time as people say it: seconds below two minutes, minutes below two hours, hours below two days."""
    if seconds < 120:
        return ngettext("%(count)s second", "%(count)s seconds", int(seconds)) % {"count": int(seconds)}
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if minutes < 120:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    if hours < 48:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


SIGNS: list[Callable[[], Sign]] = [worker, oldest_mail, backup]


def all_signs() -> list[Sign]:
    return [*(sign() for sign in SIGNS), *(disk.sign for disk in disks())]
