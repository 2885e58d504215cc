"""The manifest of a backup: what it holds, so that a restore can tell whether it has all of it."""

import hashlib
import json
import re
import subprocess
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import constant_time_compare, salted_hmac

from core.backup.models import Fault
from core.backup.parts import Part
from core.backup.trouble import Trouble

FORMAT = 1
FILE = "manifest.json"
DIGEST = "digest"  # of everything else in the file


@dataclass(frozen=True)
class Manifest:
    format: int
    name: str
    moment: str  # the state of the database that it holds, in UTC
    code: str  # the commit, else a digest of the migrations
    migrations: list[str]  # those applied, "core.0001_start"
    postgresql: int  # the major version of the server
    pg_dump: int  # and of the program that dumped it
    secret_key: str  # a fingerprint, which tells one key from another and gives none away
    encryption: str  # "age", "gpg" or nothing
    parts: list[Part]
    tables: dict[str, int]  # rows by table, "public.core_notice"
    uploads: list[Part]

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts)

    def part(self, begins: str) -> Part:
        return next(part for part in self.parts if part.name.startswith(begins))

    def as_text(self) -> str:
        values = asdict(self)
        return json.dumps({**values, DIGEST: digest_of(values)}, indent=1) + "\n"


def digest_of(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def read(folder: Path) -> Manifest:
    """Refuses what is no whole backup of a format that this version knows."""
    try:
        values = json.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        raise Trouble(Fault.NOT_VERIFIED, f"{folder} holds no whole backup: it has no {FILE}.") from None
    except ValueError:
        raise _not_as_written(folder) from None
    if not isinstance(values, dict) or values.pop(DIGEST, None) != digest_of(values):
        raise _not_as_written(folder)
    if values["format"] > FORMAT:
        raise Trouble(
            Fault.NOT_VERIFIED,
            f"The backup has format {values['format']}, and this version reads up to {FORMAT}: "
            f"install the version of the portal that made it ({values['code']}).",
        )
    known = {field.name for field in fields(Manifest)}
    parts = {name: [Part(**part) for part in values[name]] for name in ("parts", "uploads")}
    _refuse_paths_that_lead_out(parts)
    return Manifest(**{name: value for name, value in values.items() if name in known} | parts)


def _not_as_written(folder: Path) -> Trouble:
    return Trouble(Fault.NOT_VERIFIED, f"{FILE} in {folder} is not as it was written: take another backup.")


def _refuse_paths_that_lead_out(parts: dict[str, list[Part]]) -> None:
    paths = [PurePosixPath(part.name) for part in parts["uploads"]]
    if any(path.is_absolute() or ".." in path.parts for path in paths) or any(
        "/" in part.name for part in parts["parts"]
    ):
        raise Trouble(Fault.NOT_VERIFIED, "The backup names files outside its own folder: do not use it.")


# --- what the manifest says of the code ----------------------------------------------------------


def applied_migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def known_migrations() -> set[str]:
    """Those of this code, and those that one of them has replaced."""
    migrations = MigrationLoader(None).disk_migrations
    replaced = [key for migration in migrations.values() for key in migration.replaces]
    return {f"{app}.{name}" for app, name in [*migrations, *replaced]}


def version_of_code() -> str:
    """The commit of the checkout; where there is none, a digest of its migrations.

    On a server the code belongs to root and this runs as another user: git answers only where told that it is safe.
    """
    command = ["git", "-c", f"safe.directory={settings.BASE_DIR}", "-C", str(settings.BASE_DIR), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 - our own words, and no shell
    except FileNotFoundError:
        done = None
    if done and re.fullmatch(r"[0-9a-f]{40,64}\n", done.stdout):
        return done.stdout.strip()
    return "migrations " + hashlib.sha256("\n".join(sorted(known_migrations())).encode()).hexdigest()[:12]


# --- the secret key, which is in no backup -------------------------------------------------------


def fingerprint(key: str) -> str:
    return salted_hmac("core.backup.manifest", "which key", secret=key, algorithm="sha256").hexdigest()[:16]


def has_its_key(manifest: Manifest) -> bool:
    """Whether one of the keys of this server is the one that the portal had."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(fingerprint(key), manifest.secret_key) for key in keys)
