"""Prints what the main pages cost: queries, CPU and wall milliseconds a request, each beside a view of plain Django.

    make bench                       ten rounds
    make bench ARGS="--rounds 3"     quicker and rougher

There are two views to compare with: the bare one (one SELECT by primary key, a trivial template, no
middleware; bench/bare.py), beside which an answer that only says "unchanged" is measured, and P (a plain
itinerary of 24 sessions behind Django's default middleware; bench/plain.py), beside which a page is
measured that is made. The portal and both are served by the same gunicorn with two sync workers over a
PostgreSQL of their own, loaded with the demonstration and more visits, 25 of them open. Each round asks
every page in turn, so that a busy machine troubles all of them alike. CPU is that of the workers and of
PostgreSQL together, and the ratio is a page's to the view's of the same round; both are the median over
the rounds. Nothing here is a test: nothing fails by time.
At the end stands what a first visit moves over the wire (bench/wire.py).
"""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.wire import Weight, weigh  # noqa: E402 -- the checkout must be on the path first
from launcher.ports import must_be_free  # noqa: E402
from launcher.throwaway import throwaway_server  # noqa: E402

PORT = 8199
REQUESTS_A_ROUND = 30
WARM = 6  # times that each page is asked for before
FIRST_DAY = "2027-03-09"


@dataclass
class Page:
    name: str
    path: str  # "{session}" in it is the id of one, known once the demonstration is there
    who: str = ""
    unchanged: bool = False  # ask as a reader who has the page already
    cookie: str = ""
    etag: str = ""
    port: int = PORT
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


COORDINATOR, DELEGATE = "coordinator@example.org", "delegate@example.org"
PRACTICE = "/practices/restorative-practice/"
BARE = Page("bare view", "/bare/S01/")
PLAIN = Page("P, a plain itinerary", "/plain/brno-1/", who=DELEGATE)
PAGES = [
    BARE,
    PLAIN,
    Page("home", "/"),
    Page("catalogue list", "/practices/"),
    Page("a practice page", PRACTICE),
    Page("a practice page, unchanged", PRACTICE, unchanged=True),
    Page("start page of a coordinator", "/start/", who=COORDINATOR),
    Page("list of 25 visits", "/visits/", who=COORDINATOR),
    Page("a visit's page", "/visits/brno-1/", who=COORDINATOR),
    Page("programme, 25 entries", "/visits/brno-1/programme/", who=COORDINATOR),
    Page("session form", "/visits/brno-1/programme/{session}/", who=COORDINATOR),
    Page("publish page", "/visits/brno-1/publish/", who=COORDINATOR),
    Page("itinerary, first time", "/visits/brno-1/itinerary/", who=DELEGATE),
    Page("itinerary, unchanged", "/visits/brno-1/itinerary/", who=DELEGATE, unchanged=True),
]
OF_THE_PORTAL = PAGES[2:]


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
    """An empty database becomes the demonstration with more visits; each page that needs it gets a signed-in cookie."""
    for command in (
        ["upgrade"],
        ["load_demo", "--first-day", FIRST_DAY],
    ):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    import django

    django.setup()
    from bench.visits import OPEN_VISITS, add_visits, session_to_edit

    add_visits(until=OPEN_VISITS)
    cookies = {who: signed_in_cookie(who) for who in (COORDINATOR, DELEGATE)}
    for page in PAGES:
        page.cookie = cookies.get(page.who, "")
        page.path = page.path.format(session=session_to_edit("brno-1"))
    django.db.connections.close_all()


def signed_in_cookie(who: str) -> str:
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from tests.factories import sign_in

    client = sign_in(Client(), User.objects.get(email=who))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def gunicorn(port: int = PORT, environment: Mapping[str, str] = os.environ) -> Iterator[int]:
    """The server, by the id of the process whose children serve.

    Only with one thread is its worker a sync one, and only then does /proc count all that it does: a process's own
    schedstat leaves its further threads out.
    """
    sync = ["-k", "sync", "--threads", "1", "-w", "2"]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", *sync]
    command += ["-b", f"127.0.0.1:{port}", "bench.wsgi"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, **quiet)
    try:
        wait_for_an_answer(port)
        yield server.pid
    finally:
        server.terminate()
        server.wait(20)


def wait_for_an_answer(port: int = PORT) -> None:
    for _try in range(300):
        try:
            ask(replace(BARE, port=port))
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit("gunicorn does not answer")


def look_once(pages: Iterable[Page] = PAGES) -> None:
    """Before anything is timed: warm both workers, note status, queries and weight of each page."""
    for page in pages:
        page.status, headers, body = ask(page)
        page.etag = headers.get("ETag", "") if page.unchanged else ""
        counts = []
        for _warm in range(WARM):
            page.status, headers, body = ask(page, {"X-Count-Queries": "1"})
            counts.append(int(headers["X-Queries"]))
        page.queries = min(counts)  # a worker that is asked for the first time asks more
        page.kilobytes = len(body) / 1024
        expected = 304 if page.unchanged else 200
        if page.status != expected:
            sys.exit(f"{page.name}: {page.status} instead of {expected}")


def ask(page: Page, more: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", page.port, timeout=20)
    connection.request("GET", page.path, headers={**page.headers(), **(more or {})})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, dict(response.getheaders()), body


def measure(page: Page, roots: list[int], requests: int = REQUESTS_A_ROUND) -> None:
    processes = everybody(roots)
    before, began = cpu(processes), time.perf_counter()
    for _request in range(requests):
        ask(page)
    page.wall.append((time.perf_counter() - began) / requests * 1000)
    page.cpu.append((cpu(processes) - before) / requests * 1000)


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
    print(f"{rounds} rounds of {REQUESTS_A_ROUND} requests, medians; CPU of workers and PostgreSQL together")
    print(f"{'page':<28}{'status':>7}{'queries':>9}{'CPU ms':>9}{'x bare':>8}{'x P':>7}{'wall ms':>9}{'KiB':>8}")
    for page in PAGES:
        is_made = page in OF_THE_PORTAL and not page.unchanged
        to_bare, to_p = ("", f"{times(page, PLAIN):.2f}") if is_made else (f"{times(page, BARE):.2f}", "")
        print(
            f"{page.name:<28}{page.status:>7}{page.queries:>9}{statistics.median(page.cpu):>9.2f}"
            f"{to_bare:>8}{to_p:>7}{statistics.median(page.wall):>9.2f}{page.kilobytes:>8.1f}"
        )


def times(page: Page, other: Page) -> float:
    """How many times the other's CPU a page takes, each round by itself."""
    return statistics.median(own / others for own, others in zip(page.cpu, other.cpu, strict=True))


def first_visits() -> list[tuple[str, str, str]]:
    return [(page.name, page.path, page.cookie) for page in OF_THE_PORTAL if not page.unchanged]


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
