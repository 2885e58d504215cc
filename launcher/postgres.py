"""The embedded server: a real PostgreSQL of this checkout's own, reached through a unix socket only.

Whoever needs it takes a share in it; the first share starts it and the last one given back stops it.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from launcher.pg_programs import Programs, Runner, find
from launcher.postmaster import Postmaster
from launcher.sharing import Share, one_at_a_time
from launcher.trouble import Trouble, reason_in

NAME = "open_doors"  # of the database and of its user
ANSWERS, REFUSES, SILENT = 0, 1, 2  # what pg_isready says; a server that is starting up refuses
PATIENCE = {REFUSES: 120, SILENT: 15}  # seconds
SECONDS_BETWEEN_TRIES = 0.2
SPEED_OVER_SAFETY = {"fsync": "off", "full_page_writes": "off"}


class Server:
    """A server whose files lie in `folder`.

    `sockets` is the folder of its socket: a short path, since the whole may have about 100 characters.
    """

    def __init__(self, folder: Path, sockets: Path, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.sockets = sockets
        self.settings = dict(settings or {})
        self.data = folder / "data"
        self.log = folder / "log"
        self.postmaster = Postmaster(self.data, sockets)

    @property
    def url(self) -> str:
        """The address as DATABASE_URL has it."""
        return f"postgres://{NAME}@{quote(str(self.sockets), safe='')}/{NAME}"

    @contextmanager
    def use(self) -> Iterator[str]:
        """The server runs inside this block, which gets its address."""
        lock = self.folder.with_suffix(".lock")
        with Share(self.folder.with_suffix(".shares")) as share:
            with one_at_a_time(lock):
                self.start()
            try:
                yield self.url
            finally:
                with one_at_a_time(lock):
                    if share.is_the_only_one():
                        self.stop()
                    share.give_back()

    def keep_alive(self) -> None:
        """Starts the server again if it died under its users."""
        if self.postmaster.is_alive:
            return
        with one_at_a_time(self.folder.with_suffix(".lock")):
            self.start()
        print("PostgreSQL was ended from outside, and has been started again.", file=sys.stderr, flush=True)

    def start(self) -> None:
        """Starts the server unless it answers already; makes the database the first time."""
        for folder in (self.folder, self.sockets):
            self.runner.own(folder)
        if not self.data.exists():
            self._make_database()
        began = time.monotonic()
        while (state := self._ask()) != ANSWERS:
            if time.monotonic() - began > PATIENCE[state]:
                raise Trouble(f"PostgreSQL does not start ({self._last_error()}): {self.log} says more.")
            if state == SILENT:
                self._try_to_start()
            time.sleep(SECONDS_BETWEEN_TRIES)

    def stop(self) -> None:
        for mode in ("fast", "immediate"):
            if self.postmaster.is_alive:
                self._run("pg_ctl", "stop", "-D", "data", "-m", mode, "-t", "20")

    @cached_property
    def runner(self) -> Runner:
        """Whoever made the data goes on with them, even if a user postgres has come to the machine since."""
        if self.data.exists():
            return Runner.owner_of(self.data)
        return Runner.for_this_process()

    @cached_property
    def programs(self) -> Programs:
        version = self.data / "PG_VERSION"
        return find(self.runner, int(version.read_text()) if version.exists() else None)

    def _run(self, name: str, *arguments: str, **options):
        # From inside the folder, since pg_ctl hands its paths to a shell.
        return self.runner.run(self.programs / name, *arguments, cwd=self.folder, **options)

    def _make_database(self) -> None:
        """Makes the data beside their place and moves them there whole, so that no half of them is ever used."""
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        # The builtin locale is the same on every machine; PostgreSQL before 17 has the C library's only.
        provider = ["--locale-provider=builtin"] if self.programs.version >= 17 else []
        sync = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        self._make_or_say_why(
            *("initdb", "-D", unfinished.name, "-U", NAME, "-A", "trust", "-E", "UTF8"),
            *("--locale=C.UTF-8", *provider, *sync),
        )
        self._make_or_say_why(
            *("postgres", "--single", "-D", unfinished.name, "postgres"), input=f"create database {NAME}\n"
        )
        unfinished.rename(self.data)

    def _make_or_say_why(self, *command: str, **options) -> None:
        done = self._run(*command, **options)
        if done.returncode != 0 or "ERROR:" in done.stdout:
            raise Trouble(
                f"PostgreSQL cannot make its data in {self.folder} ({reason_in(done.stdout)}): "
                "see that the disk has room and can be written, then run this again."
            )

    def _ask(self) -> int:
        state = self._run("pg_isready", "-q", "-h", str(self.sockets), "-U", NAME, "-d", "postgres").returncode
        return state if state in (ANSWERS, REFUSES) else SILENT

    def _try_to_start(self) -> None:
        self.postmaster.forget_if_dead()
        settings = {"unix_socket_directories": self.sockets, "listen_addresses": "", **self.settings}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run(
            "pg_ctl",
            "start",
            "-D",
            "data",
            "-l",
            "log",
            "-o",
            options,
            "-w",
            "-t",
            "60",
            stdout=subprocess.DEVNULL,
        )

    def _last_error(self) -> str:
        return reason_in(self.log.read_text(errors="replace")) if self.log.exists() else "it left no word"
