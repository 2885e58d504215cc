"""Has uploaded pictures drawn anew, one at a time on the whole server, each in a process of its own.

A file of a few bytes can unfold to hundreds of megabytes, and what reads pictures has had faults that a
prepared file can use. So no process that serves pages opens one: core.draw_picture does, under limits of
its own, without settings, database or secrets, and gives all of its memory back by ending.
"""

import fcntl
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from core.access import Refusal
from core.picture_sizes import widths_of

logger = logging.getLogger(__name__)

# Together less than the minute that a proxy usually waits for an answer.
TURN_WITHIN = 20  # seconds that an upload waits for those before it
DRAWN_WITHIN = 30  # seconds for one picture; the program's limit of CPU is lower, but others may need the CPU too
# Uploads at once in each process; its other threads go on answering everybody else.
PLACES = 2
places = threading.BoundedSemaphore(PLACES)

SENTENCES = {
    "kind": _("Choose a picture in one of the formats JPEG, PNG or WebP."),
    "large": _(
        "The picture has too many pixels: 40 million fit as JPEG, 12 million as PNG or WebP. "
        "Save it smaller, or a PNG as JPEG, then choose it again."
    ),
    "small": _("The picture is too small: each side needs at least 200 pixels."),
    "steep": _("The picture is too long and narrow: one side may be three times as long as the other."),
    "broken": _("The picture cannot be read; its file may be damaged. Save it anew and choose it again."),
    "busy": _("Other pictures are being prepared just now. Wait a minute, then choose the picture again."),
}


@dataclass(frozen=True)
class Drawing:
    """What was drawn: the size of the largest, and a WebP file for each width."""

    width: int
    height: int
    files: dict[int, bytes]


def refusal(code: str) -> Refusal:
    return Refusal(SENTENCES[code], field="file")


def drawing_of(file: File) -> Drawing:
    """Raises a Refusal for what cannot be drawn, and when others take too long."""
    with turn(), os.fdopen(os.memfd_create("drawing"), "w+b") as answer:  # in memory: nothing is left on a disk
        draw(file, answer)
        answer.seek(0)
        try:
            return read(answer)
        except (ValueError, TypeError, KeyError) as error:
            raise refusal("broken") from error


@contextmanager
def turn() -> Iterator[None]:
    """One at a time among all processes of this server. The system frees the lock of whoever is killed."""
    if not places.acquire(blocking=False):
        raise refusal("busy")
    try:
        with lock_file().open("ab") as lock:
            wait_for(lock)
            yield
    finally:
        places.release()


def lock_file() -> Path:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    return settings.DATA_DIR / "drawing.lock"


def wait_for(lock: BinaryIO) -> None:
    deadline = time.monotonic() + TURN_WITHIN
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise refusal("busy") from None
            time.sleep(0.05)


def draw(file: File, answer: BinaryIO) -> None:
    """Let the program write its answer.

    It is started, not forked: of our open files, connections and environment it gets nothing.
    """
    file.seek(0)
    program = [sys.executable, "-W", "ignore", "-m", "core.draw_picture", str(os.getpid())]
    given = {"stdout": answer, "env": {}, "cwd": settings.BASE_DIR, "timeout": DRAWN_WITHIN}
    try:
        done = subprocess.run(program, input=file.read(), **given)  # noqa: S603 - our own words, and no shell
    except subprocess.TimeoutExpired as error:
        logger.warning("a picture was not drawn within %s seconds", DRAWN_WITHIN)
        raise refusal("broken") from error
    except OSError as error:  # no memory or no process left to start it with
        logger.exception("a picture could not be drawn")
        raise refusal("busy") from error
    if done.returncode:
        logger.warning("a picture could not be drawn: the program ended with %s", done.returncode)
        raise refusal("broken")


def read(answer: BinaryIO) -> Drawing:
    """Raises ValueError, TypeError or KeyError for what is no answer of the program."""
    told = json.loads(answer.readline(10_000))
    if "refused" in told:
        raise refusal(told["refused"])
    width, height = told["size"]
    files = {each: answer.read(length) for each, length in told["files"]}
    if list(files) != widths_of(width) or not all(map(is_webp, files.values())):
        raise ValueError("The files are not those that a picture has.")
    return Drawing(width, height, files)


def is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"
