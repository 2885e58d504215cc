"""Uploads to the portal as it is served, by two processes of gunicorn, and onto a disk that is really full."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as portal
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.audit import AuditEntry
from core.picture_sizes import widths_of
from core.pictures import Picture
from tests import factories
from tests.uploads import drawing, noise, upload

pytestmark = pytest.mark.nightly

PATIENCE = 120  # seconds
MOST_MEMORY = 200  # megabytes for a process that serves pages; it takes 80 before the first upload
AT_ONCE = 10
NEEDED = {"alt_en": "A door stands open.", "credit": "Demo", "audience": "staff"}


# --- the portal as it is served ------------------------------------------------------------------


class Site:
    """A running gunicorn, with an editor who is signed in there."""

    def __init__(self, server: subprocess.Popen, port: int, folder: Path):
        self.server, self.port, self.folder = server, port, folder
        client = factories.sign_in(Client(), factories.create_user("Edith", roles=["editor"]))
        self.cookies = {portal.SESSION_COOKIE_NAME: client.cookies[portal.SESSION_COOKIE_NAME].value}

    def ask(self, path: str, *, method="GET", body=b"", kind="text/plain") -> tuple[int, str]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line.request(method, path, body, {"Host": "localhost", "Cookie": cookies, "Content-Type": kind})
        response = line.getresponse()
        page = response.read().decode(errors="replace")
        for found in re.findall(rf"({portal.CSRF_COOKIE_NAME})=([^;]+)", response.getheader("Set-Cookie") or ""):
            self.cookies.update([found])
        line.close()
        return response.status, page

    def send(self, content: bytes) -> tuple[int, str]:
        """The status and what the form says about the picture."""
        fields = NEEDED | {"csrfmiddlewaretoken": self.cookies[portal.CSRF_COOKIE_NAME]}
        parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}\r\n' for name in fields]
        parts += ['--b\r\nContent-Disposition: form-data; name="file"; filename="door"\r\n\r\n']
        body = "".join(parts).encode() + content + b"\r\n--b--\r\n"
        kind = "multipart/form-data; boundary=b"
        status, page = self.ask(reverse("core:picture-add"), method="POST", body=body, kind=kind)
        error = re.search(r'class="govuk-error-message">(.*?)</p>', page, re.DOTALL)
        return status, re.sub(r"<[^>]+>|\s+", " ", error.group(1)).strip() if error else ""

    def workers(self) -> list[int]:
        return children_of(self.server.pid)

    def programs(self) -> list[int]:
        return [child for worker in self.workers() for child in children_of(worker)]

    def files(self) -> list[str]:
        return [path.name for path in (self.folder / "uploads").rglob("*") if path.is_file()]


def children_of(pid: int) -> list[int]:
    try:
        lists = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # it has just ended
        return []
    return [int(child) for each in lists for child in each.split()]


def peak_of(pid: int) -> int:
    """The most memory that a process has had, in megabytes."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found.group(1)) // 1024 if found else 0


def until(is_so) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def site(transactional_db, tmp_path):
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    here = {"cwd": portal.BASE_DIR, "env": {**os.environ, "DATABASE_URL": address.geturl(), "DATA_DIR": str(tmp_path)}}
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], check=True, **here)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "-b", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, **here) as server:
        try:
            site = Site(server, port, tmp_path)
            until(lambda: answers(site))
            with ThreadPoolExecutor(AT_ONCE) as visitors:  # both processes have read all of the portal before it begins
                list(visitors.map(site.ask, [reverse("core:picture-add")] * AT_ONCE * 3))
            yield site
        finally:
            server.terminate()


def answers(site: Site) -> bool:
    try:
        return site.ask(reverse("core:picture-add"))[0] == 200
    except OSError:
        return False


@contextmanager
def watched(site: Site):
    """Meanwhile: the peak of each program that draws, and how long the health check takes."""
    seen = {"programs": {}, "health": []}
    is_over = threading.Event()

    def look_at_programs():
        while not is_over.wait(0.005):
            for pid in site.programs():
                seen["programs"][pid] = max(peak_of(pid), seen["programs"].get(pid, 0))

    def look_at_health():
        while not is_over.wait(0.1):
            began = time.monotonic()
            assert site.ask("/healthz")[0] == 200
            seen["health"].append(time.monotonic() - began)

    with ThreadPoolExecutor(2) as watchers:
        looks = [watchers.submit(look_at_programs), watchers.submit(look_at_health)]
        try:
            yield seen
        finally:
            is_over.set()
        for look in looks:
            look.result()


UPLOADS = {
    "PNG of 12 million pixels": lambda: noise(4000, 3000, "PNG", "RGBA"),
    "JPEG of 40 million pixels": lambda: noise(8000, 5000, quality=20),
    "PNG of 40 million pixels": lambda: drawing(6300, 6300, "PNG", "RGBA"),
}


@pytest.mark.parametrize("what", UPLOADS)
def test_ten_uploads_at_once_do_not_hurt_the_server(site, what, capsys):
    content = UPLOADS[what]()
    before = [peak_of(pid) for pid in site.workers()]
    with watched(site) as seen, ThreadPoolExecutor(AT_ONCE) as editors:
        outcomes = list(editors.map(site.send, [content] * AT_ONCE))
    after, health = [peak_of(pid) for pid in site.workers()], sorted(seen["health"])
    drawn, program = [status for status, _sentence in outcomes].count(302), max(seen["programs"].values())
    told = (
        f"\nten at once, {what}, {len(content) // 1000} kB: {drawn} drawn;"
        f" peak of a web process {max(before)} MB before, {max(after)} MB after; of a program {program} MB;"
        f" /healthz within {health[-1]:.2f} s, mostly {health[len(health) // 2]:.2f} s"
    )
    with capsys.disabled():
        sys.stdout.write(told + "\n")

    assert {status for status, _sentence in outcomes} <= {200, 302}
    assert all(sentence for status, sentence in outcomes if status == 200)
    assert bool(drawn) == (what != "PNG of 40 million pixels")
    assert max(after) < MOST_MEMORY
    assert len(before) == len(after) == 2
    names = {f"{each.name}-{width}.webp" for each in Picture.objects.all() for width in widths_of(each.width)}
    assert set(site.files()) == names
    assert Picture.objects.count() == drawn
    assert site.send(drawing())[0] == 302  # the turn is free again


def test_a_web_process_that_is_killed_leaves_no_program_no_file_and_no_lock(site):
    with ThreadPoolExecutor(1) as editor:
        sent = editor.submit(site.send, noise(4000, 3000, "PNG", "RGBA"))
        until(site.programs)
        [program] = site.programs()
        [worker] = [each for each in site.workers() if program in children_of(each)]
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(OSError, match=r"closed|reset"):
            sent.result()
    until(lambda: not is_alive(program))
    until(lambda: len(site.workers()) == 2)
    assert (site.files(), Picture.objects.count()) == ([], 0)
    assert site.send(drawing())[0] == 302


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# --- a disk that is full -------------------------------------------------------------------------


@contextmanager
def disk(folder: Path, **limits):
    """A small one of its own, in memory."""
    if os.geteuid() != 0:
        pytest.skip("Only root can mount a disk.")
    folder.mkdir()
    options = ",".join(f"{name}={value}" for name, value in limits.items())
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def room_in(folder: Path) -> tuple[int, int]:
    there = os.statvfs(folder)
    return there.f_bfree * there.f_bsize, there.f_ffree


FILES = "pictures"
LARGE = noise(2000, 1500)  # 90 kB, 300 kB and more


@pytest.mark.parametrize("limits", [{"size": "40k"}, {"size": "160k"}, {"size": "440k"}, {"nr_inodes": 4}])
def test_on_a_full_disk_an_upload_is_a_sentence_and_leaves_nothing(as_person, editor, tmp_path, settings, limits):
    """There is room for none, one or two of the three files; or for as many names."""
    client, folder = as_person(editor), tmp_path / "disk"
    settings.MEDIA_ROOT = folder
    with disk(folder, **limits):
        (folder / FILES).mkdir()
        room = room_in(folder)
        response = client.post(reverse("core:picture-add"), NEEDED | {"file": upload(LARGE)})
        left = [path for path in folder.rglob("*") if path.is_file()]
        assert (response.status_code, left, room_in(folder)) == (200, [], room)
    [sentence] = response.context["form"].errors["file"]
    assert sentence.startswith("There is no room left on the server")
    assert 'value="Demo"' in response.text
    assert (Picture.objects.count(), AuditEntry.objects.filter(verb="picture.added").count()) == (0, 0)


def test_without_room_for_the_lock_an_upload_is_a_sentence_too(as_person, editor, tmp_path, settings):
    client, folder = as_person(editor), tmp_path / "disk"
    settings.DATA_DIR = folder
    with disk(folder, nr_inodes=1):
        response = client.post(reverse("core:picture-add"), NEEDED | {"file": upload(LARGE)})
    assert response.context["form"].errors["file"][0].startswith("There is no room left on the server")


def test_the_same_upload_is_taken_as_soon_as_there_is_room(as_person, editor, tmp_path, settings):
    client, folder = as_person(editor), tmp_path / "disk"
    settings.MEDIA_ROOT = folder
    with disk(folder, size="4m"):
        (folder / "other").write_bytes(b"x" * 4_000_000)
        statuses = [client.post(reverse("core:picture-add"), NEEDED | {"file": upload(LARGE)}).status_code]
        (folder / "other").unlink()
        statuses += [client.post(reverse("core:picture-add"), NEEDED | {"file": upload(LARGE)}).status_code]
    assert statuses == [200, 302]
