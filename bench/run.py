"""Prints what the main pages cost: queries, CPU and wall milliseconds a request, each beside a bare view.

    make bench                       ten rounds
    make bench ARGS="--rounds 3"     quicker and rougher

The portal and the bare view (one SELECT by primary key, a trivial template, no middleware) are served
by the same gunicorn with two sync workers over a PostgreSQL of their own, loaded with the
demonstration. Each round asks every page in turn, so that a busy machine troubles all of them alike.
CPU is that of the workers and of PostgreSQL together, and the ratio is a page's to the bare view's of
the same round; both are the median over the rounds. Nothing here is a test: nothing fails by time.
At the end stands what a first visit moves over the wire (bench/wire.py).
"""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.wire import Weight, weigh  # noqa: E402 -- the checkout must be on the path first
from launcher.ports import must_be_free  # noqa: E402
from launcher.throwaway import throwaway_server  # noqa: E402

PORT = 8199
REQUESTS_A_ROUND = 30
FIRST_DAY = "2027-03-09"


@dataclass
class Page:
    name: str
    path: str
    who: str = ""
    unchanged: bool = False  # ask as a reader who has the page already
    cookie: str = ""
    etag: str = ""
    queries: int = 0
    status: int = 0
    kilobytes: float = 0
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def headers(self) -> dict[str, str]:
        headers = {"Host": f"localhost:{PORT}", "Accept-Encoding": "gzip"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.etag:
            headers["If-None-Match"] = self.etag
        return headers


PAGES = [
    Page("bare view", "/bare/S01/"),
    Page("home", "/"),
    Page("catalogue list", "/practices/"),
    Page("a practice page", "/practices/restorative-practice/"),
    Page("a practice page, unchanged", "/practices/restorative-practice/", unchanged=True),
    Page("list of visits", "/visits/", who="coordinator@example.org"),
    Page("programme, 25 entries", "/visits/brno-1/programme/", who="coordinator@example.org"),
    Page("itinerary, first time", "/visits/brno-1/itinerary/", who="delegate@example.org"),
    Page("itinerary, unchanged", "/visits/brno-1/itinerary/", who="delegate@example.org", unchanged=True),
]


def main() -> None:
    rounds = parsed().rounds
    must_be_free(PORT)  # or else another bench would be measured
    with throwaway_server() as (folder, url):
        os.environ.update(environment(folder, url))
        prepare()
        postmaster = int((folder / "postgres/data/postmaster.pid").read_text().split()[0])
        with gunicorn() as server:
            look_once()
            for _round in range(rounds):
                for page in PAGES:
                    measure(page, [server, postmaster])
            weights = list(weigh(f"http://localhost:{PORT}", first_visits()))
    report(rounds)
    report_weights(weights)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    return parser.parse_args()


def environment(folder: Path, url: str) -> dict[str, str]:
    files = folder / "files"
    files.mkdir()
    return {
        "DATABASE_URL": url,
        "DATA_DIR": str(files),
        "DEMONSTRATION": "1",
        "SECRET_KEY": "made by nobody for the bench alone, and long enough for it",
        "PORT": str(PORT),
        "SITE_URL": f"http://localhost:{PORT}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def prepare() -> None:
    """An empty database becomes the demonstration; each page that needs it gets a signed-in cookie."""
    for command in (
        ["upgrade"],
        ["load_demo", "--first-day", FIRST_DAY],
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from tests.factories import sign_in

    for page in PAGES:
        if page.who:
            client = sign_in(Client(), User.objects.get(email=page.who))
            page.cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    django.db.connections.close_all()


@contextmanager
def gunicorn() -> Iterator[int]:
    """The server, by the id of the process whose children serve.

    Only with one thread is its worker a sync one, and only then does /proc count all that it does: a process's own
    schedstat leaves its further threads out.
    """
    sync = ["-k", "sync", "--threads", "1", "-w", "2"]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", *sync]
    command += ["-b", f"127.0.0.1:{PORT}", "bench.wsgi"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_an_answer()
        yield server.pid
    finally:
        server.terminate()
        server.wait(20)


def wait_for_an_answer() -> None:
    for _try in range(300):
        try:
            ask(PAGES[0])
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("gunicorn does not answer")


def look_once() -> None:
    """Before anything is timed: warm both workers, note status, queries and weight of each page."""
    for page in PAGES:
        page.status, headers, body = ask(page)
        page.etag = headers.get("ETag", "") if page.unchanged else ""
        for _warm in range(6):
            page.status, headers, body = ask(page, {"X-Count-Queries": "1"})
        page.queries = int(headers["X-Queries"])
        page.kilobytes = len(body) / 1024
        expected = 304 if page.unchanged else 200
        if page.status != expected:
            sys.exit(f"{page.name}: {page.status} instead of {expected}")


def ask(page: Page, more: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=20)
    connection.request("GET", page.path, headers={**page.headers(), **(more or {})})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, dict(response.getheaders()), body


def measure(page: Page, roots: list[int]) -> None:
    processes = everybody(roots)
    before, began = cpu(processes), time.perf_counter()
    for _request in range(REQUESTS_A_ROUND):
        ask(page)
    page.wall.append((time.perf_counter() - began) / REQUESTS_A_ROUND * 1000)
    page.cpu.append((cpu(processes) - before) / REQUESTS_A_ROUND * 1000)


def everybody(roots: list[int]) -> list[int]:
    """gunicorn's and PostgreSQL's processes, with all that they have started."""
    found = list(roots)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            if parent in roots:
                found.append(int(entry.name))
    return found


def cpu(processes: list[int]) -> float:
    """Seconds on a processor so far, all of them together (proc's schedstat counts nanoseconds)."""
    total = 0
    for pid in processes:
        try:
            total += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        except OSError:
            continue
    return total / 1e9


def report(rounds: int) -> None:
    reference = PAGES[0]
    print(f"{rounds} rounds of {REQUESTS_A_ROUND} requests, medians; CPU of workers and PostgreSQL together")
    print(f"{'page':<28}{'status':>7}{'queries':>9}{'CPU ms':>9}{'x bare':>8}{'wall ms':>9}{'KiB':>8}")
    for page in PAGES:
        ratio = statistics.median(own / bare for own, bare in zip(page.cpu, reference.cpu, strict=True))
        print(
            f"{page.name:<28}{page.status:>7}{page.queries:>9}{statistics.median(page.cpu):>9.2f}"
            f"{ratio:>8.2f}{statistics.median(page.wall):>9.2f}{page.kilobytes:>8.1f}"
        )


def first_visits() -> list[tuple[str, str, str]]:
    return [(page.name, page.path, page.cookie) for page in PAGES[1:] if not page.unchanged]


def report_weights(weights: list[Weight]) -> None:
    if not weights:
        print("\nNo Chromium is here, so nothing was weighed on the wire.")
        return
    print("\na first visit on a phone, everything counted, over the wire")
    print(f"{'page':<28}{'requests':>9}{'KiB':>8}")
    for weight in weights:
        print(f"{weight.name:<28}{weight.requests:>9}{weight.kilobytes:>8.1f}")


if __name__ == "__main__":
    main()
