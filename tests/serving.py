"""The portal as a server runs it: gunicorn and the worker in processes of their own, with files of their own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

WAIT = 60  # seconds for anything that is to come


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so: Callable[[], bool], seconds: float = WAIT) -> float:
    """Seconds until it was so."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "it never came to that"
        time.sleep(0.1)
    return time.monotonic() - began


class Portal:
    """``log`` is a file with all that both processes write."""

    def __init__(self, database_url: str, folder: Path, **environment: str) -> None:
        self.port, self.metrics_port = free_port(), free_port()
        self.log = folder / "log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
            "DATABASE_URL": database_url,
            "DATA_DIR": str(folder),
            "DEMONSTRATION": "1",
            "PORT": str(self.port),
            "SITE_URL": f"http://localhost:{self.port}",
            "METRICS_BIND": str(self.metrics_port),
            **environment,
        }

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=settings.BASE_DIR, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def start(self, *command: str) -> subprocess.Popen:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    @contextmanager
    def serving(self) -> Iterator[tuple[subprocess.Popen, subprocess.Popen]]:
        """The web server, once it answers, and the worker."""
        web = self.start("-m", "gunicorn", "-c", "python:config.gunicorn", "-b", f"127.0.0.1:{self.port}")
        worker = self.start("manage.py", "run_worker")
        try:
            wait_until(lambda: self.asks("/healthz")[0] == 200)
            yield web, worker
        finally:
            for process in (web, worker):
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()

    def asks(self, address: str, method: str = "GET", body: str = "", **headers: str) -> tuple[int, str]:
        headers = {"Host": f"localhost:{self.port}", **{name.replace("_", "-"): v for name, v in headers.items()}}
        return ask(self.port, address, method, body, headers)

    def figures(self) -> dict[str, float]:
        """What Prometheus would get: each series with its number."""
        status, text = ask(self.metrics_port, "/metrics", "GET", "", {})
        assert status == 200
        lines = (line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#"))
        return {series: float(number) for series, _space, number in lines}


def ask(port: int, address: str, method: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, address, body=body or None, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()
