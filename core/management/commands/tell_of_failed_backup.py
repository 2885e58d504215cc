"""Mails the address in ALARM_EMAIL that the backup has failed; the unit of the backup starts it (OnFailure=)."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand
from django.db import Error

from core.backup.models import BackupRun

TEXT = """The backup of {site} has failed. {reason}

Look on the server what it said:   journalctl --unit open-doors-backup
Mend that, and make one today:     systemctl start open-doors-backup
"""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def handle(self, **options) -> None:
        if not settings.ALARM_EMAIL:
            self.stdout.write("ALARM_EMAIL is empty, so nobody was told that the backup has failed.")
            return
        text = TEXT.format(site=settings.SITE_URL, reason=reason())
        EmailMessage("Open Doors: the backup has failed", text, to=[settings.ALARM_EMAIL]).send()
        self.stdout.write("The address in ALARM_EMAIL was told that the backup has failed.")


def reason() -> str:
    """As recorded; a run that was killed has recorded none, and the database may be what is away."""
    try:
        run = BackupRun.objects.newest_first().first()
    except Error:
        return "The database does not answer."
    return run.get_fault_display() if run else ""
