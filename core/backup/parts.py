"""The files of which a backup consists: written for their owner alone, hashed, sealed on the way.

What is sealed passes through the program and never lies on the disk unsealed.
"""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO, Protocol

from core.backup.encryption import Cipher
from core.backup.models import Fault
from core.backup.programs import Ended, Feed, running
from core.backup.trouble import Trouble

CHUNK = 1024 * 1024  # bytes


class Target(Protocol):
    """Whatever takes bytes."""

    def write(self, data: bytes) -> object: ...


@dataclass(frozen=True)
class Part:
    """A file as the manifest tells of it: its name, and what it must be on the disk."""

    name: str
    size: int  # bytes
    sha256: str


def chunks(source: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: source.read(CHUNK), b"")


def write(path: Path, cipher: Cipher | None, fill: Callable[[Target], None]) -> Part:
    """Make the file of what ``fill`` writes; it is on the disk when this returns."""
    with _new(path) as file:
        hashed = Hashed(file)
        if cipher is None:
            fill(hashed)
        else:
            with _sealed(cipher, hashed) as target:
                fill(target)
        file.flush()
        os.fsync(file.fileno())
    return Part(path.name, hashed.size, hashed.sha256)


class Hashed:
    """Passes on what it gets, if there is somebody to take it, and keeps count."""

    def __init__(self, target: Target | None = None):
        self.target = target
        self.size = 0
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def fits(self, part: Part) -> bool:
        return (self.size, self.sha256) == (part.size, part.sha256)

    def write(self, data: bytes) -> int:
        if self.target:
            self.target.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)


@contextmanager
def _sealed(cipher: Cipher, target: Target) -> Iterator[Target]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with running(*cipher.seal, kind=Fault.ENCRYPTION, to_do="encrypt the backup", **pipes) as process:
        carrier = _Carrier(process, target)
        carrier.start()
        try:
            yield Feed(process)
            process.stdin.close()
        except (Ended, BrokenPipeError):
            carrier.join()
            raise carrier.error or Ended(process) from None
        carrier.join()
        if carrier.error:
            raise carrier.error


class _Carrier(Thread):
    """Carries what the program says to the target, while the program is being fed."""

    def __init__(self, process: subprocess.Popen, target: Target):
        super().__init__(daemon=True)
        self.process, self.target = process, target
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            for chunk in chunks(self.process.stdout):
                self.target.write(chunk)
        except Exception as error:  # told where the program is fed, which is in the other thread
            self.error = error
            self.process.kill()


def must_be_whole(folder: Path, part: Part) -> None:
    """Refuses a file that is not what was written."""
    path = folder / part.name
    if not path.is_file():
        raise Trouble(Fault.NOT_VERIFIED, f"{part.name} is missing in {folder}: take another backup.")
    if not is_there(path, part):
        raise Trouble(
            Fault.NOT_VERIFIED, f"{part.name} in {folder} is not what was written into it: take another backup."
        )


def is_there(path: Path, part: Part) -> bool:
    """Whether the file is just what the manifest tells."""
    if not path.is_file() or path.stat().st_size != part.size:
        return False
    counted = Hashed()
    with path.open("rb") as file:
        for chunk in chunks(file):
            counted.write(chunk)
    return counted.fits(part)


@contextmanager
def opened(path: Path, opening: list[str]) -> Iterator[IO[bytes]]:
    """The content of the file; ``opening`` is the command that decrypts it, if it needs one."""
    with path.open("rb") as file:
        if not opening:
            yield file
            return
        pipes = {"stdin": file, "stdout": subprocess.PIPE}
        with running(*opening, kind=Fault.ENCRYPTION, to_do=f"decrypt {path.name}", **pipes) as process:
            yield process.stdout


def _new(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
