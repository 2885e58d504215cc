"""The disk of the uploads and of the mailbox is full: the site goes on, and no picture is half there."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.nightly.asking import HOST, Form, Visitor
from tests.nightly.mails import queue, waiting
from tests.nightly.site import wait_until
from tests.nightly.traffic import traffic

pytestmark = pytest.mark.nightly
BOUNDARY = "a-line-that-stands-in-no-picture"
UPLOADS = 5


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """A disk of 64 kB in place of the folder, with nothing left of it."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=True)
    try:
        with pytest.raises(OSError, match="No space left"):
            (folder / "what fills it").write_bytes(b"x" * 128 * 1024)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def upload(visitor: Visitor) -> int:
    """The answer to a picture of a size that phones take."""
    path = "/pictures/add/"
    values = Form(visitor.get(path).text, "alt").values | {"audience": "staff", "alt_en": "A drill"}
    picture = BytesIO()
    Image.effect_noise((1600, 1200), 80).save(picture, "JPEG")
    parts = [
        *(f'name="{name}"\r\n\r\n{value}'.encode() for name, value in values.items() if name != "file"),
        b'name="file"; filename="drill.jpg"\r\nContent-Type: image/jpeg\r\n\r\n' + picture.getvalue(),
    ]
    line = f"--{BOUNDARY}".encode()
    head = line + b"\r\nContent-Disposition: form-data; "
    body = b"".join(head + part + b"\r\n" for part in parts) + line + b"--\r\n"
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Referer": f"https://{HOST}{path}",
        "Origin": f"https://{HOST}",
    }
    return visitor.ask("POST", path, body, headers).status


def test_a_full_disk_stops_uploads_and_nothing_else(site, tell):
    cookies = site.sign_in()
    site.start_web()
    pictures = site.value("SELECT count(*) FROM core_picture")
    with Visitor(site.port, cookies["coordinator"]) as coordinator:
        with full_disk(site.files / "uploads"), traffic(site, cookies) as log:
            refused = [upload(coordinator) for _ in range(UPLOADS)]
            time.sleep(3)
            left = [path.name for path in (site.files / "uploads").rglob("*") if path.is_file()]
        assert site.value("SELECT count(*) FROM core_picture") == pictures
        saved = upload(coordinator)
    tell(f"{UPLOADS} uploads answered {refused}, with room again {saved}; meanwhile {log.figures()}")
    assert refused == [200] * UPLOADS  # the form comes back with a sentence
    assert left == ["what fills it"]
    assert saved == 302
    assert log.failed() == []


def test_a_full_disk_under_the_mailbox_of_the_demonstration_does_not_end_the_worker(site, tell):
    box = site.files / "mailbox"
    local = {"DEMONSTRATION": "1", "ALLOWED_HOSTS": "", "SITE_URL": "http://localhost:8000", "LOG_LEVEL": "INFO"}
    with full_disk(box):
        worker = site.start("worker", "manage.py", "run_worker", **local)
        queue(site, 5)
        wait_until(lambda: waiting(site) == 0 or site.value(TRIED) == 5, site.log)
        assert worker.poll() is None
    states = site.rows("SELECT status, reason, count(*) FROM core_notice WHERE cause LIKE 'drill:%' GROUP BY 1, 2")
    tell(f"5 mails on a full disk: {states}; the worker lives")
    assert sum(count for status, _reason, count in states if status == "sent") == 0


TRIED = "SELECT count(*) FROM core_notice WHERE cause LIKE 'drill:%' AND reason <> ''"
