"""Locks between processes. The system frees each of them when its holder ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Waits until no other process is inside a block on the same file."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Share:
    """One share in the use of something; it is taken, asked about and given back one process at a time."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("ab")
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def is_the_only_one(self) -> bool:
        """Whether nobody else holds a share now."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def give_back(self) -> None:
        self.file.close()
