"""Puts a backup back: into an empty database, and no page is served before what has ended is cleared."""

from collections.abc import Callable
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction

from core import audit, timetable
from core.backup import database, encryption, manifest, parts, place, programs, uploads
from core.backup.making import verify
from core.backup.manifest import Manifest
from core.backup.models import Fault
from core.backup.trouble import Trouble, not_allowed, told_in_sentences
from core.outbox import sending

Say = Callable[[str], object]


def check(folder: Path, say: Say) -> Manifest:
    """Read the whole backup and look whether this code and its programs can restore it; changes nothing."""
    with told_in_sentences():
        _must_be_readable(folder)
        found = verify(folder)
    say(
        f"{folder.name} is whole: the state of {found.moment}, {sum(found.tables.values())} rows in "
        f"{len(found.tables)} tables, {len(found.uploads)} uploads, made by version {found.code}."
    )
    if newer := sorted(set(found.migrations) - manifest.known_migrations()):
        raise Trouble(
            Fault.OTHER,
            f"The backup is newer than this code, which does not know {', '.join(newer)}: "
            f"install the version of the portal that made it ({found.code}), or a newer one.",
        )
    programs.must_know("pg_restore", found.pg_dump, "the dump")
    return found


def restore(folder: Path, *, replace: str = "", identity: Path | None = None, say: Say = print) -> None:
    """Put the backup back, and make the portal fit to be started.

    ``replace`` is the name of the database whose tables may be lost, ``identity`` the file with age's
    private key. Raises Trouble; until the database was committed nothing has changed but that uploads
    may have been added, which is harmless.
    """
    with told_in_sentences():
        _must_be_readable(folder, identity)
    with told_in_sentences(), place.not_taken_away(folder):
        found = check(folder, say)
        opening = encryption.opening(found.encryption, identity)
        _must_fit_the_server(found)
        replaced = _must_be_allowed(found, replace)
        _put_back(folder, found, opening, replacing=replaced)
        say("Every upload and every row of the backup is there.")
        _bring_up_to_the_code(found, say)
        clear_what_has_ended(found.moment, say)
        _say_what_comes_next(found, say)


# --- before --------------------------------------------------------------------------------------


def _must_be_readable(folder: Path, identity: Path | None = None) -> None:
    """Root has copied it here, as a rule, and this runs as the user of the services."""
    given = [path for path in (folder, identity) if path]
    try:
        for path in [*folder.iterdir(), *given[1:]]:
            if path.is_file():
                path.open("rb").close()
    except PermissionError as error:
        raise not_allowed(error, *given) from error


def _must_fit_the_server(found: Manifest) -> None:
    if (own := database.server_version()) < found.postgresql:
        raise Trouble(
            Fault.OTHER,
            f"The backup is of PostgreSQL {found.postgresql}, and this server is of version {own}: "
            f"restore it into PostgreSQL {found.postgresql} or newer.",
        )


def _must_be_allowed(found: Manifest, replace: str) -> bool:
    """Whether there is something to be replaced. Refuses to lose what nobody has named."""
    name = connection.settings_dict["NAME"]
    if replace and replace != name:
        raise Trouble(Fault.OTHER, f"DATABASE_URL names the database {name}, and you named {replace}: which is right?")
    if others := database.others_connected():
        raise Trouble(
            Fault.OTHER,
            f"{others} other programs use the database {name}: stop the portal, its worker and whatever else is "
            "connected, so that nobody sees it before it is whole.",
        )
    rows = database.count_rows()
    differing = uploads.that_differ(found.uploads)
    if (rows or differing) and not replace:
        raise Trouble(
            Fault.OTHER,
            f"Nothing was changed, since the database {name} has {len(rows)} tables with {sum(rows.values())} rows, "
            f"and {len(differing)} uploads here differ from those of the backup: name an empty database in "
            f"DATABASE_URL, or add --replace-database {name} to lose all of them.",
        )
    return bool(rows)


# --- the restore ---------------------------------------------------------------------------------


def _put_back(folder: Path, found: Manifest, opening: list[str], *, replacing: bool) -> None:
    """Files first, so that no row is ever without its file."""
    with parts.opened(folder / found.part("uploads").name, opening) as tar:
        uploads.unpack(tar, found.uploads)
    with parts.opened(folder / found.part("database").name, opening) as dump:
        database.put_back(dump, found.tables, replacing=replacing)


def _bring_up_to_the_code(found: Manifest, say: Say) -> None:
    newer = manifest.known_migrations() - set(found.migrations)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    applied = set(manifest.applied_migrations()) & newer
    if applied:
        names = ", ".join(sorted(applied))
        say(f"This code is newer than the backup, so {len(applied)} migrations were applied: {names}.")


def clear_what_has_ended(moment: str, say: Say) -> None:
    """Everything that the portal does by the clock, and what only a restore makes doubtful.

    ``moment`` is the state to which the database was brought back.
    """
    with transaction.atomic():
        signed_in, _by_model = Session.objects.all().delete()
        doubtful = sending.hold_what_waits()
        audit.record("backup.restored", via=audit.AuditEntry.Via.JOB, moment=moment)
    say(f"{signed_in} sessions were ended, since some may have been ended by hand after the backup.")
    say(f"{doubtful} messages were waiting and may have gone out after the backup: staff find them in the outbox.")
    runs = [timetable.run(job) for job in timetable.JOBS.values()]
    if failed := [run.name for run in runs if run.failed_at]:
        raise Trouble(
            Fault.OTHER,
            f"Everything is restored, but what has ended since the backup could not be cleared ({', '.join(failed)}): "
            "let nobody in before you have found out why in the log above.",
        )
    say(f"{len(runs)} jobs of the timetable cleared what has ended since: {sum(run.handled for run in runs)} things.")


def _say_what_comes_next(found: Manifest, say: Say) -> None:
    if not manifest.has_its_key(found):
        say(
            "SECRET_KEY is not the one that the portal had. Until the old one stands in SECRET_KEY, or in "
            "SECRET_KEY_FALLBACKS beside a new one, authenticator apps and recovery codes let nobody in and the "
            "links of invitations lead nowhere."
        )
    say(
        f"Whatever was done after {found.moment} is undone: accounts closed, people taken off a list and things "
        "deleted since must be closed, taken off and deleted again."
    )
    say("Next: start the web server and the worker, ask /readyz, sign in, and look at the outbox and the timetable.")
