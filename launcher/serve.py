"""make run: the portal and its background worker on http://localhost:PORT, until Ctrl-C."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from launcher import database, localhost, ports
from launcher.place import data_folder, socket_folder
from launcher.postgres import Server
from launcher.sharing import one_at_a_time
from launcher.supervisor import Processes, end_on_any_signal
from launcher.trouble import Trouble
from launcher.variables import for_the_demonstration

SECONDS_TO_ANSWER = 60
SECONDS_BETWEEN_LOOKS = 0.5


def run() -> None:
    port = ports.number(os.environ.get("PORT") or "8000")
    ports.must_be_free(port)
    end_on_any_signal()
    localhost.make_known()
    with database_in_use() as server, Processes() as processes:
        environment = for_the_demonstration(server.url, port)
        sign_ins = prepare(environment)
        ports.must_be_free(port)  # it was minutes ago, the first time
        start(processes, environment, port)
        wait_for_an_answer(processes, port)
        print(f"\nOpen Doors is at http://localhost:{port}\n\n{sign_ins}\nCtrl-C stops it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            watch(processes, server)
        print("\nStopping ...", flush=True)


def manage(*arguments: str) -> None:
    """A command of manage.py on the data of make run."""
    signal.signal(signal.SIGINT, _leave_it_to_the_command)
    with database_in_use() as server:
        environment = for_the_demonstration(server.url, ports.number(os.environ.get("PORT") or "8000"))
        done = subprocess.run([sys.executable, "manage.py", *arguments], env=environment)  # noqa: S603 - as typed
    sys.exit(done.returncode)


def _leave_it_to_the_command(number: int, frame: object) -> None:
    """Ctrl-C in a shell of Django's clears its line; it must not end us first."""


class GivenDatabase:
    """A server that is not ours: the person named it, and looks after it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def keep_alive(self) -> None:
        pass


@contextmanager
def database_in_use() -> Iterator["Server | GivenDatabase"]:
    """The server in DATABASE_URL, else the embedded one."""
    if url := os.environ.get("DATABASE_URL"):
        database.must_do(url)
        yield GivenDatabase(url)
    else:
        server = Server(data_folder() / "postgres", socket_folder())
        with server.use():
            yield server


def prepare(environment: dict[str, str]) -> str:
    """Migrations, translations, static files, demonstration data; returns how one signs in."""
    print("Preparing the database and the files ...", flush=True)
    with one_at_a_time(data_folder() / "prepare.lock"), Processes() as processes:
        preparation = processes.start(
            *("preparation", sys.executable, "-m", "launcher.prepare"),
            env=environment,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        sign_ins, _ = preparation.communicate()
    if preparation.returncode != 0:
        sys.exit(preparation.returncode)  # it has said why
    return sign_ins


def start(processes: Processes, environment: dict[str, str], port: int) -> None:
    python = sys.executable
    processes.start(
        *("web server", python, "-m", "gunicorn", "-c", "python:config.gunicorn", "-b", f"127.0.0.1:{port}"),
        env=environment,
    )
    processes.start("background worker", python, "manage.py", "run_worker", env=environment)


def wait_for_an_answer(processes: Processes, port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not _answers(port):
        processes.must_be_well()
        if time.monotonic() > deadline:
            raise Trouble("The portal does not answer: what it says above tells why; mend that, then run this again.")
        time.sleep(0.1)


def watch(processes: Processes, server: "Server | GivenDatabase") -> None:
    """Until Ctrl-C, or until one of the processes ends by itself."""
    while True:
        processes.must_be_well()
        server.keep_alive()
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)  # a bare machine knows no localhost
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
