"""Backs up the database and the uploads into the folder BACKUP_DIR, and reads the backup back."""

from django.core.management.base import BaseCommand

from core.backup.making import back_up


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []  # a backup is wanted most when something is the matter

    def handle(self, **options) -> None:
        made = back_up()
        told = made.manifest
        sealed = f"encrypted with {told.encryption}" if told.encryption else "not encrypted"
        self.stdout.write(
            f"Backed up into {made.folder}: {sum(told.tables.values())} rows, {len(told.uploads)} uploads, "
            f"{told.size} bytes, {sealed}, read back. Older backups removed: {made.removed}."
        )
