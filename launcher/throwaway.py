"""A server for one run of the tests: made for it, hurried by giving up safety, removed with all its data."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.postgres import SPEED_OVER_SAFETY, Server

PLACE = "/tmp"  # noqa: S108 - a short path, and mkdtemp makes the folder; TMPDIR may be long
PREFIX = f"open-doors-tests-{os.geteuid()}-"


@contextmanager
def throwaway_folder() -> Iterator[Path]:
    """A folder that another user, the server's, may enter; marked as in use as long as its maker lives."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=PLACE))
    folder.chmod(0o711)
    with (folder / "in-use").open("ab") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def throwaway_server() -> Iterator[tuple[Path, str]]:
    """A server, and a folder for the files that go with it."""
    with throwaway_folder() as folder:
        server = _server_in(folder)
        with server.use() as url:
            yield folder, url


def sweep() -> None:
    """Ends the servers and removes the folders that killed runs left behind."""
    for folder in Path(PLACE).glob(f"{PREFIX}*"):
        with contextlib.suppress(FileNotFoundError, BlockingIOError), (folder / "in-use").open("rb") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _server_in(folder).stop()
            shutil.rmtree(folder, ignore_errors=True)


def _server_in(folder: Path) -> Server:
    return Server(folder / "postgres", folder / "socket", SPEED_OVER_SAFETY)
