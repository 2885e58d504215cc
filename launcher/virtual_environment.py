"""The virtual environment in .venv, with exactly the packages of a lock; knows nothing but the standard library."""

import hashlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from launcher import commands, packages
from launcher.place import CHECKOUT
from launcher.sharing import one_at_a_time
from launcher.trouble import Trouble, reason_in

FOLDER = CHECKOUT / ".venv"
PYTHON = FOLDER / "bin" / "python"
RUN = CHECKOUT / "requirements.txt"
DEVELOPMENT = CHECKOUT / "requirements-dev.txt"
STILL_FITS = "import pip, sys; sys.exit(sys.version_info < (3, 11))"


def enter(lock: Path, *command: str) -> None:
    """Goes on inside the environment with the packages of `lock`; outside it the command starts anew."""
    with one_at_a_time(RUN):
        if not _works():
            _make()
        if not _has(lock):
            _install(lock)
    if not Path(sys.prefix).samefile(FOLDER):
        os.execv(PYTHON, [str(PYTHON), "-m", *command])  # noqa: S606 - no shell is wanted


def _works() -> bool:
    """Whether its Python still runs; an upgrade of the system may have taken it away or changed it."""
    return PYTHON.exists() and commands.run(PYTHON, "-c", STILL_FITS).returncode == 0


def _make() -> None:
    if not os.access(CHECKOUT, os.W_OK):
        raise Trouble(f"The folder {CHECKOUT} cannot be written: run this as its owner, or from a copy of your own.")
    if find_spec("ensurepip") is None:
        packages.install(f"python3.{sys.version_info.minor}-venv", "makes virtual environments")
    print("Making a virtual environment in .venv ...", flush=True)
    done = commands.run(sys.executable, "-m", "venv", "--clear", FOLDER)
    if done.returncode != 0:
        raise Trouble(
            f"The virtual environment cannot be made in {FOLDER} ({reason_in(done.stdout)}): mend that first."
        )


def _install(lock: Path) -> None:
    print(f"Installing the Python packages of {lock.name} (the first time this takes a minute) ...", flush=True)
    done = _pip("install", "--require-hashes", "--only-binary", ":all:", "-r", lock)
    log = FOLDER / "pip.log"
    log.write_text(done.stdout)
    if done.returncode != 0:
        raise Trouble(
            f"The Python packages could not be installed ({reason_in(done.stdout)}): "
            f"see that the network and the disk are well, then run this again ({log} says more)."
        )
    _stamp(lock).write_text(_digest(lock))


def _has(lock: Path) -> bool:
    return _stamp(lock).exists() and _stamp(lock).read_text() == _digest(lock)


def _stamp(lock: Path) -> Path:
    return FOLDER / f"installed-{lock.stem}"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _pip(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return commands.run(PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments)
