"""Gathers the models of core for Django."""

from core.audit import AuditEntry
from core.backup.models import BackupRun
from core.heartbeat import Heartbeat
from core.kept_forms import KeptForm
from core.outbox.models import Notice
from core.pictures import Picture
from core.sent_once import SentForm
from core.timetable import JobRun

__all__ = ["AuditEntry", "BackupRun", "Heartbeat", "JobRun", "KeptForm", "Notice", "Picture", "SentForm"]
