"""The record of backups: when each run began and ended, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fault(models.TextChoices):
    """Why a run made no backup, for administrators; the command itself has told the details."""

    DISK_FULL = "disk_full", _("The disk for backups is full.")
    FOLDER = "folder", _("A file or folder could not be read or written.")
    PROGRAM = "program", _("A program that makes backups is missing or too old.")
    DATABASE = "database", _("The database could not be read.")
    ENCRYPTION = "encryption", _("The backup could not be encrypted.")
    NOT_VERIFIED = "not_verified", _("What was written could not be read back.")
    OTHER = "other", _("Something unexpected happened; the log of the backup says where.")


class BackupRunQuerySet(models.QuerySet):
    def good(self):
        """Whole, and read back after writing."""
        return self.filter(fault="", is_verified=True)

    def newest_first(self):
        return self.order_by("-started_at", "-id")


class BackupRun(models.Model):
    """One run of the backup. A run that was killed leaves no row; the age of the last good one tells of it."""

    name = models.CharField(max_length=60, blank=True)  # of its folder; empty when there is none
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    size = models.PositiveBigIntegerField(default=0)  # bytes
    is_verified = models.BooleanField(default=False)
    is_encrypted = models.BooleanField(default=False)
    fault = models.CharField(max_length=20, choices=Fault, blank=True)

    objects = BackupRunQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return self.name or self.fault


def last_good() -> BackupRun | None:
    """The newest backup that can be relied on; its age is counted from ``started_at``, the moment it holds."""
    return BackupRun.objects.good().newest_first().first()
