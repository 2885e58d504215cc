"""Locks between processes. The system frees each of them when its holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Waits until no other process is inside a block on the same file."""
    with _opened(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Share:
    """One share in the use of something. Ask whether it is the only one, and give it back, one at a time."""

    def __init__(self, path: Path) -> None:
        self.file = _opened(path)
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def __enter__(self) -> "Share":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.give_back()

    def is_the_only_one(self) -> bool:
        """Whether nobody else holds a share now."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def give_back(self) -> None:
        self.file.close()


def _opened(path: Path):
    """The file, made if need be; reading is enough for a lock, so a file of somebody else will do."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600), "rb")
