"""The uploads of a backup: one tar, whose files are put back each whole under its name or not at all."""

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from core.backup.models import Fault
from core.backup.parts import Hashed, Part, Target, chunks, is_there
from core.backup.trouble import Trouble

UNFINISHED = ".unfinished"


def root() -> Path:
    return Path(settings.MEDIA_ROOT)


def pack(target: Target) -> list[Part]:
    """Write all uploads as a tar; returns what they were."""
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        return [part for path in _files() if (part := _add(tar, path))]


def _files() -> Iterator[Path]:
    found = root().rglob("*") if root().exists() else []
    return (path for path in sorted(found) if path.is_file() and not path.is_symlink())


def _add(tar: tarfile.TarFile, path: Path) -> Part | None:
    name = path.relative_to(root()).as_posix()
    try:
        file = path.open("rb")
    except FileNotFoundError:  # removed since it was listed, and so it is no row's any more
        return None
    with file:
        member = tar.gettarinfo(arcname=name, fileobj=file)
        read = _Reading(file, member.size)
        tar.addfile(member, read)
    return Part(name, read.counted.size, read.counted.sha256)


class _Reading:
    """Hashes a file while it is read, up to the size that it had at the beginning."""

    def __init__(self, file: IO[bytes], size: int):
        self.file, self.left = file, size
        self.counted = Hashed()

    def read(self, size: int) -> bytes:
        data = self.file.read(min(size, self.left))
        self.left -= len(data)
        self.counted.write(data)
        return data


# --- back ----------------------------------------------------------------------------------------


def that_differ(parts: list[Part]) -> list[str]:
    """Which uploads are here already and say something else."""
    return [part.name for part in parts if (root() / part.name).is_file() and not is_there(root() / part.name, part)]


def unpack(source: IO[bytes], parts: list[Part]) -> None:
    """Put every file of the tar in its place; refuses a tar that is not what the manifest tells."""
    try:
        _unpack(source, {part.name: part for part in parts})
    except tarfile.TarError as error:
        raise Trouble(Fault.NOT_VERIFIED, f"The uploads cannot be unpacked ({error}): take another backup.") from error


def _unpack(source: IO[bytes], expected: dict[str, Part]) -> None:
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            part = expected.pop(member.name, None)
            if part is None or not member.isfile():
                raise Trouble(Fault.NOT_VERIFIED, f"The uploads hold {member.name}, of which the manifest is silent.")
            _put_back(tar.extractfile(member), part, member.mtime)
    for _rest in chunks(source):  # a program that writes into a pipe is to end by itself
        pass
    if expected:
        raise Trouble(Fault.NOT_VERIFIED, f"The uploads lack {len(expected)} files: take another backup.")


def _put_back(content: IO[bytes], part: Part, modified: float) -> None:
    """With its old date: the nightly clearing spares what is young."""
    path = root() / part.name
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        if not _write(content, unfinished).fits(part):
            raise Trouble(Fault.NOT_VERIFIED, f"{part.name} is not what the manifest tells: take another backup.")
        os.utime(unfinished, (modified, modified))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(content: IO[bytes], path: Path) -> Hashed:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        counted = Hashed(file)
        for chunk in chunks(content):
            counted.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return counted
