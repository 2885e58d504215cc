"""Finds in new migrations what the code before them cannot live with, or what holds a table for long.

An upgrade migrates while the old code goes on serving (docs/operations.md), so a migration may add and must
not take away, rename, rewrite or lock. Run by make check; it asks a database that it does not change.
"""

import os
import sys
from pathlib import Path

import django
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
# The newest migration of each app that was there before the first server: no older code ever ran beside it.
BEFORE_THE_FIRST_SERVER = {
    "accounts": "0002_ask_for_languages_when_needed",
    "core": "0004_never_emptied",
    "partners": "0003_never_emptied",
    "portal": "0001_start",
    "practices": "0003_never_emptied",
    "visits": "0005_itinerary_state_of_visit",
}
WHAT_TO_DO = (
    "A migration must suit the old code too and hold no table for long: add columns with db_default, indexes with "
    "AddIndexConcurrently in a migration of its own (atomic = False), constraints as NOT VALID first; take away in "
    "the release after the one whose code no longer asks."
)


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    linter = linter_of_all_warnings()
    for migration in new_migrations(linter.migration_loader):
        linter.lint_migration(migration)
    print(f"{linter.nb_total} new migrations, {linter.nb_erroneous} of them unfit.")
    if linter.has_errors:
        sys.exit(WHAT_TO_DO)


def linter_of_all_warnings():
    from django_migration_linter import MigrationLinter

    return MigrationLinter(str(ROOT), no_cache=True, all_warnings_as_errors=True)


def new_migrations(loader) -> list:
    """In the order of their names, and only of our own apps."""
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT}
    return [
        migration
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if app in ours and name > BEFORE_THE_FIRST_SERVER.get(app, "")
    ]


if __name__ == "__main__":
    main()
