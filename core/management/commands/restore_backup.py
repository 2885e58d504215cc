"""Puts a backup back into an empty database, and clears what has ended since before anybody sees it."""

from pathlib import Path

from django.core.management.base import BaseCommand

from core.backup import restoring


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path, help="the folder of the backup")
        parser.add_argument("--check", action="store_true", help="only read the backup, and change nothing")
        parser.add_argument("--age-identity", type=Path, help="the file with the private key of a backup sealed by age")
        parser.add_argument(
            "--replace-database",
            default="",
            metavar="NAME",
            help="the name of the database in DATABASE_URL: all its tables are lost, and uploads that differ",
        )

    def handle(self, *, folder: Path, check: bool, age_identity: Path | None, replace_database: str, **options) -> None:
        if check:
            restoring.check(folder.resolve(), self.stdout.write)
        else:
            restoring.restore(folder.resolve(), replace=replace_database, identity=age_identity, say=self.stdout.write)
