"""The portal as it runs on a server: a PostgreSQL, gunicorn and workers of its own, settings of production.

Everything is a process of this machine, reached on 127.0.0.1 or through a socket; at the end of the block all
of it has been stopped and removed.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from launcher.place import CHECKOUT
from launcher.postgres import SPEED_OVER_SAFETY, Server
from launcher.supervisor import Processes
from launcher.throwaway import throwaway_folder
from tests.nightly import asking

PEOPLE = {"coordinator": "coordinator@example.org", "delegate": "delegate@example.org"}
FIRST_DAY = "2027-03-09"
PATIENCE = 60  # seconds; a slow machine only makes the drills slower
KEPT = {"PATH", "HOME", "LANG", "TZ"}  # of the environment of the tests

SIGN_IN = """
import json, sys, django
django.setup()
from django.conf import settings
from django.test import Client
from accounts.models import User
from tests.factories import sign_in
name = settings.SESSION_COOKIE_NAME
people = json.loads(sys.argv[1])
print(json.dumps({
    key: {name: sign_in(Client(), User.objects.get(email=email)).cookies[name].value} for key, email in people.items()
}))
"""


class Site:
    """``folder`` holds the database and the files; ``code`` is the checkout that is served."""

    def __init__(self, folder: Path, processes: Processes, code: Path = CHECKOUT) -> None:
        self.folder = folder
        self.code = code
        self.processes = processes
        self.server = Server(folder / "postgres", folder / "socket", SPEED_OVER_SAFETY)
        self.files = folder / "files"
        self.port = free_port()
        self.mail_port = 1  # where nobody listens
        self.log = folder / "log"
        self.web: subprocess.Popen | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if name in KEPT},
            "DATABASE_URL": self.server.url,
            "DATA_DIR": str(self.files),
            "SECRET_KEY": "only for the drills " * 4,
            "ALLOWED_HOSTS": asking.HOST,
            "SITE_URL": f"https://{asking.HOST}",
            "BEHIND_TLS_PROXY": "1",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mail_port),
            "SMTP_TLS": "0",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    # --- programs --------------------------------------------------------------------------------

    def run(self, *words: str, **environment: str) -> str:
        """A Python program of the checkout, to its end."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.code,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(self, *words: str, **environment: str) -> str:
        return self.run("manage.py", *words, **environment)

    def start(self, name: str, *words: str, **environment: str) -> subprocess.Popen:
        with self.log.open("ab") as log:
            return self.processes.start(
                *(name, sys.executable, *words),
                cwd=self.code,
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
            )

    def start_web(self) -> None:
        address = f"127.0.0.1:{self.port}"
        self.web = self.start("web", "-m", "gunicorn", "-c", "python:config.gunicorn", "-b", address)
        wait_until(lambda: asking.is_alive(self.port), self.log)

    def start_worker(self, name: str = "worker") -> subprocess.Popen:
        return self.start(name, "manage.py", "run_worker", LOG_LEVEL="INFO")

    def web_workers(self) -> list[int]:
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def reload_web(self) -> None:
        """Until no worker of before is left."""
        before = set(self.web_workers())
        self.web.send_signal(signal.SIGHUP)
        wait_until(lambda: not before & set(self.web_workers()), self.log)

    def kill_database(self) -> None:
        """Without a word to anybody, as the machine does that has no memory left; its children go with it."""
        pid = int((self.server.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    # --- what stands in the database -------------------------------------------------------------

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Each statement for itself, on a connection of its own."""
        with closing(psycopg2.connect(self.server.url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor

    def rows(self, sql: str, *values: Any) -> list[tuple]:
        with self.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall()

    def value(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]

    def sign_in(self) -> dict[str, dict[str, str]]:
        """The cookies of each of PEOPLE."""
        return json.loads(self.run("-c", SIGN_IN, json.dumps(PEOPLE)).splitlines()[-1])


@contextmanager
def running_site(model: Path, code: Path = CHECKOUT) -> Iterator[Site]:
    """A site with a copy of the database and files that lie in ``model``; nothing serves them yet."""
    with throwaway_folder() as folder, Processes() as processes:
        subprocess.run(["cp", "-a", f"{model}/.", folder], check=True)
        site = Site(folder, processes, code)
        with site.server.use():
            try:
                yield site
            finally:
                processes.end()


@contextmanager
def prepared_model() -> Iterator[Path]:
    """The database and the files of a site with the demonstration in them; made once, copied by each drill."""
    with throwaway_folder() as folder, Processes() as processes:
        site = Site(folder, processes)
        site.files.mkdir()
        with site.server.use():
            site.manage("upgrade")
            local = {"DEMONSTRATION": "1", "ALLOWED_HOSTS": "", "SITE_URL": "http://localhost:8000"}
            site.manage("load_demo", "--first-day", FIRST_DAY, **local)
        yield folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_until(is_so: Callable[[], bool], log: Path | None = None, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, log.read_text()[-4000:] if log else "it never came to that"
        time.sleep(0.05)
