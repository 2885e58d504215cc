"""The processes that serve the portal: started together, watched, ended together."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

from launcher.trouble import Trouble

SECONDS_TO_END = 10
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Processes:
    """Children that all end when the block does; `with Processes() as processes:`."""

    def __init__(self) -> None:
        self.by_name: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def start(self, name: str, *command: str | Path, **options) -> subprocess.Popen:
        """In a process group of its own, so that Ctrl-C reaches us and we end it in good order."""
        process = subprocess.Popen(  # noqa: S603 - our own words, and no shell
            [*_dies_with_us(), *(str(word) for word in command)],
            stdin=subprocess.DEVNULL,
            process_group=0,
            **options,
        )
        self.by_name[name] = process
        return process

    def must_be_well(self) -> None:
        for name, process in self.by_name.items():
            if process.poll() is not None:
                raise Trouble(
                    f"The {name} ended by itself ({_how(process.returncode)}), so everything was stopped: "
                    "its last words are above; mend that, then run this again."
                )

    def end(self) -> None:
        """Asks each to end, and after ten seconds makes it."""
        for process in self.by_name.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_END
        for process in self.by_name.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))
            _signal(process, signal.SIGKILL)
            process.wait()


def end_on_any_signal() -> None:
    """Whatever asks us to stop ends the same way as Ctrl-C: as KeyboardInterrupt, so that `with` blocks tidy up."""
    for number in ENDING:
        signal.signal(number, _interrupt_once)


def _interrupt_once(number: int, frame: object) -> None:
    for ending in ENDING:
        signal.signal(ending, signal.SIG_IGN)  # a second Ctrl-C must not cut the tidying short
    raise KeyboardInterrupt


def _dies_with_us() -> list[str]:
    """Linux ends the child even if we are killed and can end nothing ourselves."""
    return ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []


def _signal(process: subprocess.Popen, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)  # its own children too


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
