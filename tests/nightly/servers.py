"""The portal as a server has it, with gunicorn and a proxy of Debian's in front, each on ports of its own."""

import contextlib
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from launcher.throwaway import throwaway_folder
from launcher.variables import as_in_production
from tests.guards.source import ROOT

SITE = "visits.example.org"
PATIENCE = 60  # seconds; a slow machine only makes the tests slower
WHAT_IT_NEEDS = [["migrate", "-v0"], ["createcachetable"], ["collectstatic", "--noinput", "-v0"]]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"it never came to this: {what}"
        time.sleep(0.1)


def takes_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


# --- asking --------------------------------------------------------------------------------------


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Door:
    """Where something takes connections, and how one gets a line to it."""

    port: int
    certificate: Path | None = None

    def connect(self, name: str = SITE) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        if self.certificate is None:
            return line
        return ssl.create_default_context(cafile=str(self.certificate)).wrap_socket(line, server_hostname=name)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Headers as in ``X_Real_IP="1.2.3.4"``, sent as X-Real-IP."""
        return self.send(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection(SITE)
        connection.sock = self.connect()
        with contextlib.closing(connection):
            # A server may refuse and close while we are still sending.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
                connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, all_that_came(answer))

    @contextmanager
    def held_by(self, count: int, begun: bytes) -> Iterator[None]:
        """So many visitors who send this much of a request and wait."""
        with contextlib.ExitStack() as lines:
            for _ in range(count):
                lines.enter_context(self.connect()).sendall(begun)
            time.sleep(1)  # so that each has been taken in
            yield


def all_that_came(answer: http.client.HTTPResponse) -> bytes:
    """What a server says that refuses a body and closes; with some of it unread the answer is cut (RFC 9112, 9.6)."""
    try:
        return answer.read()
    except http.client.IncompleteRead as cut_off:
        return cut_off.partial


# --- the portal ----------------------------------------------------------------------------------


@dataclass
class Portal:
    """gunicorn with the settings of a council's own server, behind one proxy."""

    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def door(self) -> Door:
        return Door(self.port)

    def start(self) -> None:
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn"]
        environment = {**self.environment, "BIND": f"127.0.0.1:{self.port}"}
        self.process = subprocess.Popen(gunicorn, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
        wait_until(lambda: takes_connections(self.port), "gunicorn listens")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def workers(self) -> set[str]:
        """Their process numbers."""
        pid = self.process.pid
        return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    def manage(self, *words: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def select(self, question: str) -> list[tuple]:
        with contextlib.closing(psycopg2.connect(self.environment["DATABASE_URL"])) as line, line.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall()


@contextmanager
def running_portal() -> Iterator[Portal]:
    """On a database of its own beside that of the tests, thrown away with their server."""
    with throwaway_folder() as folder:
        with contextlib.closing(psycopg2.connect(os.environ["DATABASE_URL"])) as line:
            line.autocommit = True
            line.cursor().execute("drop database if exists behind_a_proxy")
            line.cursor().execute("create database behind_a_proxy template template0 encoding 'UTF8'")
        url = os.environ["DATABASE_URL"].rpartition("/")[0] + "/behind_a_proxy"
        chosen = {"BEHIND_TLS_PROXY": "1", "TRUSTED_PROXY_COUNT": "1"}
        portal = Portal(folder, {**as_in_production(url, folder), **chosen})
        for words in WHAT_IT_NEEDS:
            portal.manage(*words)
        portal.start()
        try:
            yield portal
        finally:
            portal.stop()


# --- the proxies ---------------------------------------------------------------------------------


@dataclass
class Proxy:
    secure: Door
    plain: Door
    logs: Path

    def all_that_is_logged(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.logs.iterdir()))


def changed(text: str, *changes: tuple[str, str]) -> str:
    """An example with this test's places in it; a place that is no longer there stops the test."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def make_certificate(folder: Path) -> Path:
    """One for the site that signs itself, in the folder where the examples' places are put."""
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={SITE}"]
    words += [
        "-addext",
        f"subjectAltName=DNS:{SITE}",
        "-keyout",
        folder / "key.pem",
        "-out",
        folder / "certificate.pem",
    ]
    subprocess.run(["openssl", "req", *words], check=True, capture_output=True)
    return folder / "certificate.pem"


@contextmanager
def running_nginx(upstream: int) -> Iterator[Proxy]:
    with throwaway_folder() as folder:
        proxy = Proxy(Door(free_port(), make_certificate(folder)), Door(free_port()), folder / "logs")
        proxy.logs.mkdir()
        example = re.sub(r"\n    listen \[::\].*", "", (ROOT / "deploy/nginx/open-doors.conf").read_text())
        example = changed(
            example,
            ("listen 80", f"listen 127.0.0.1:{proxy.plain.port}"),
            ("listen 443", f"listen 127.0.0.1:{proxy.secure.port}"),
            ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
            ("/etc/open-doors/tls", str(folder)),
            ("/var/log/nginx", str(proxy.logs)),
        )
        places = "".join(
            f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # As in Debian's nginx.conf, whose own logs a site must not fill.
        (folder / "nginx.conf").write_text(
            f"pid {folder}/pid;\n{'user root;' if os.geteuid() == 0 else ''}\n"
            f"error_log {proxy.logs}/error.log;\nevents {{}}\n"
            f"http {{\ninclude /etc/nginx/mime.types;\naccess_log {proxy.logs}/access.log;\n{places}{example}}}\n"
        )
        with running(["nginx", "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;"], proxy):
            yield proxy


@contextmanager
def running_caddy(upstream: int) -> Iterator[Proxy]:
    with throwaway_folder() as folder:
        proxy = Proxy(Door(free_port(), make_certificate(folder)), Door(free_port()), folder / "logs")
        proxy.logs.mkdir()
        ports = f"admin off\n\thttp_port {proxy.plain.port}\n\thttps_port {proxy.secure.port}\n\tdefault_bind 127.0.0.1"
        example = changed(
            (ROOT / "deploy/caddy/Caddyfile").read_text(),
            ("\n{\n\tlog default", f"\n{{\n\t{ports}\n\tlog default"),
            (f"\n{SITE} {{", f"\n{SITE} {{\n\ttls {folder}/certificate.pem {folder}/key.pem"),
            ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
            ("/var/log/caddy", str(proxy.logs)),
        )
        (folder / "Caddyfile").write_text(example)
        with running(["caddy", "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"], proxy):
            yield proxy


@contextmanager
def running(command: list, proxy: Proxy) -> Iterator[None]:
    """Until the block ends; what it says goes to the logs, where a test reads it."""
    home = proxy.logs.parent
    with (proxy.logs / "said").open("w") as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "XDG_DATA_HOME": str(home)},
        )
    try:
        wait_until(
            lambda: all(takes_connections(door.port) for door in (proxy.secure, proxy.plain)), "the proxy listens"
        )
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)
