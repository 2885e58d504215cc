"""make run and its kin, played on a stand-in for the portal, as a person at a terminal meets them."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from launcher.place import CHECKOUT

STAND_IN = Path(__file__).parent / "stand_in"
WHERE = "from launcher.place import data_folder, socket_folder; print(data_folder()); print(socket_folder())"
PATIENCE = 60  # seconds; a slow machine only makes the tests slower


class Desk:
    """A checkout of the stand-in, with the launcher of this one."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copytree(STAND_IN, folder)
        shutil.copytree(CHECKOUT / "launcher", folder / "launcher")
        for name in ("gunicorn.py", "env.py"):
            shutil.copy(CHECKOUT / "config" / name, folder / "config")
        (folder / "core").mkdir()
        for name in ("__init__.py", "logs.py"):  # by which gunicorn writes its log
            shutil.copy(CHECKOUT / "core" / name, folder / "core")
        for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
            shutil.copy(CHECKOUT / name, folder)
        (folder / ".venv").symlink_to(CHECKOUT / ".venv")
        where = subprocess.run([sys.executable, "-c", WHERE], cwd=folder, capture_output=True, text=True, check=True)
        self.data, self.sockets = (Path(line) for line in where.stdout.splitlines())

    @contextlib.contextmanager
    def running(self, port, **environment):
        """make run in a session of its own, up and answering; interrupted at the end if it still runs."""
        with (self.folder / f"said-{port}").open("w+") as said:
            process = subprocess.Popen(
                [*make(), "run", f"PORT={port}"],
                cwd=self.folder,
                env=surroundings(**environment),
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
            run = Run(process, Path(said.name), port)
            try:
                run.wait_until(lambda: "Ctrl-C stops it." in run.said)
                yield run
            finally:
                run.interrupt()

    def make(self, target, *words, **environment):
        """A target that ends by itself."""
        return subprocess.run(
            [*make(), target, *words],
            cwd=self.folder,
            env=surroundings(**environment),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def processes(self):
        """The command lines of what runs in this folder, and of its server."""
        return [
            command
            for folder, command in everything_that_runs()
            if folder == self.folder or str(self.sockets) in command
        ]


class Run:
    def __init__(self, process, output, port):
        self.process = process
        self.output = output
        self.port = port

    @property
    def said(self):
        return self.output.read_text()

    def get(self, path):
        with urllib.request.urlopen(f"http://localhost:{self.port}/{path}", timeout=PATIENCE) as answer:
            return answer.read().decode()

    def interrupt(self):
        """Ctrl-C: the terminal tells every process in the foreground."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE)

    def wait_until(self, true):
        deadline = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < deadline, self.said
            assert self.process.poll() is None or true(), self.said
            time.sleep(0.05)


def make():
    return ["make", "--no-print-directory", f"PYTHON={sys.executable}"]


def surroundings(**more):
    """The environment as a terminal has it, without what the tests have put there."""
    ours = {"DATABASE_URL", "SECRET_KEY", "DEMONSTRATION", "PORT", "SITE_URL", "DATA_DIR", "MAKEFLAGS", "MAKELEVEL"}
    return {name: value for name, value in os.environ.items() if name not in ours} | more


def everything_that_runs():
    """The folder, where we may know it, and the command line of each process."""
    for process in Path("/proc").glob("[0-9]*"):
        folder, command = None, ""
        with contextlib.suppress(OSError):  # it has just ended, or is not ours
            command = (process / "cmdline").read_text(errors="replace").replace("\0", " ")
            folder = (process / "cwd").readlink()
        yield folder, command


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def until_nothing_runs(desk):
    deadline = time.monotonic() + PATIENCE
    while (left := desk.processes()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


@pytest.fixture
def open_desk(folder):
    """Makes desks; at the end nothing of them is left, under /var/lib neither."""
    desks = []

    def open_one(name="a desk"):
        desks.append(Desk(folder / name))
        return desks[-1]

    yield open_one
    for desk in desks:
        left = until_nothing_runs(desk)
        for kept in (desk.data, desk.sockets):
            shutil.rmtree(kept, ignore_errors=True)
        assert left == []


@pytest.fixture
def desk(open_desk):
    return open_desk()


def test_make_run_serves_until_ctrl_c_and_keeps_the_data(desk):
    with desk.running(port := free_port()) as run:
        assert run.get("healthz") == "well"
        assert run.get("notes") == "1"
        assert f"Open Doors is at http://localhost:{port}\n\nSign in as Žofie, coordinator" in run.said
        assert len([line for line in desk.processes() if "run_worker" in line]) == 1
    assert until_nothing_runs(desk) == []
    assert "Traceback" not in run.said
    with desk.running(free_port()) as run:
        assert run.get("notes") == "1"  # demonstration data came into the empty database only


@pytest.mark.nightly
def test_request_to_terminate_ends_like_ctrl_c(desk):
    with desk.running(free_port()) as run:
        run.process.terminate()
        run.process.wait(PATIENCE)
    assert until_nothing_runs(desk) == []
    assert "Traceback" not in run.said


def test_two_checkouts_run_side_by_side_on_data_of_their_own(open_desk):
    with open_desk("one").running(free_port()) as one, open_desk("other").running(free_port()) as other:
        assert (one.get("notes"), other.get("notes")) == ("1", "1")


@pytest.mark.nightly
def test_two_runs_of_one_checkout_share_its_server(desk):
    with desk.running(free_port()) as first:
        with desk.running(free_port()) as second:
            assert second.get("notes") == "1"
        assert first.get("notes") == "1"
    assert until_nothing_runs(desk) == []


@pytest.mark.nightly
def test_two_first_runs_of_one_checkout_at_once_are_safe(desk):
    processes = [desk.running(free_port()) for _ in range(2)]
    with contextlib.ExitStack() as both:
        runs = [both.enter_context(process) for process in processes]
        assert [run.get("notes") for run in runs] == ["1", "1"]


def test_worker_that_dies_is_told_and_ends_all(desk):
    with desk.running(free_port()) as run:
        (desk.data / "fail").touch()
        assert run.process.wait(PATIENCE) != 0
    assert "The background worker ended by itself (exit code 7), so everything was stopped" in run.said
    assert "Traceback" not in run.said
    assert until_nothing_runs(desk) == []


def test_launcher_that_is_killed_takes_its_children_along(desk):
    with desk.running(free_port()) as run:
        make = run.process.pid
        [launcher] = Path(f"/proc/{make}/task/{make}/children").read_text().split()
        os.kill(int(launcher), signal.SIGKILL)
        run.process.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while any("gunicorn" in line or "run_worker" in line for line in desk.processes()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    with desk.running(free_port()) as run:  # it finds the server that nobody stopped, and stops it
        assert run.get("notes") == "1"
    assert until_nothing_runs(desk) == []


def test_server_killed_under_the_portal_is_started_again(desk):
    with desk.running(free_port()) as run:
        postmaster = int((desk.data / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        run.wait_until(lambda: "has been started again" in run.said)
        assert run.get("notes") == "1"


def test_port_in_use_is_one_sentence(desk):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = desk.make("run", f"PORT={port}")
    assert done.returncode != 0
    assert done.stderr.splitlines()[0].startswith(f"Port {port} is in use by another program: stop that")
    assert "Traceback" not in done.stderr
    assert not (desk.data / "postgres").exists()


def test_database_out_of_reach_is_one_sentence(desk):
    done = desk.make("run", f"PORT={free_port()}", DATABASE_URL="postgres://a:b@127.0.0.1:1/c")
    assert done.returncode != 0
    assert done.stderr.startswith("The database in DATABASE_URL cannot be reached (")
    assert "Traceback" not in done.stderr


def test_database_of_the_persons_choice_is_used_and_left_running(desk, server):
    with server.use() as url, desk.running(free_port(), DATABASE_URL=url) as run:
        assert run.get("notes") == "1"
        assert not (desk.data / "postgres").exists()


@pytest.mark.nightly
def test_command_of_django_works_on_the_data_of_make_run(desk):
    assert desk.make("manage", "ARGS=migrate --verbosity 0").returncode == 0
    assert desk.make("manage", "ARGS=load_demo").returncode == 0
    shown = desk.make("manage", "ARGS=dumpdata sessions")
    assert shown.stdout.count('"model": "sessions.session"') == 1
    assert until_nothing_runs(desk) == []


def test_older_python_is_refused_in_one_sentence():
    old = "import runpy, sys; sys.version_info = (3, 10, 13); runpy.run_module('launcher', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", old], cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Open Doors needs Python 3.11 or newer, and this is ")
    assert len(done.stderr.splitlines()) == 1
