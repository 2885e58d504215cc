"""Prints what one machine carries: answers a second under many connections, the slowest, and memory.

    make bench-load                          ten seconds a page, then 10,000 mixed requests
    make bench-load ARGS="--seconds 3"       quicker and rougher

The web server runs as in production (threads and all), beside the background worker, over a PostgreSQL of
its own with the demonstration. The load comes from wrk (Debian's package of that name) on the same machine,
so the figures are worth what their ratio to the bare view in the same run is. Nothing here is a test.
"""

import argparse
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import run  # noqa: E402 -- the checkout must be on the path first
from launcher.ports import must_be_free  # noqa: E402
from launcher.throwaway import throwaway_server  # noqa: E402

CONNECTIONS = 50
MIXED = 10_000
UNDER_LOAD = [
    "bare view",
    "home",
    "a practice page",
    "itinerary, first time",
    "itinerary, unchanged",
    "programme, 25 entries",
]


def main() -> None:
    if shutil.which("wrk") is None:
        sys.exit("The load comes from wrk, and it is not here. As root: apt-get install wrk")
    seconds = parsed().seconds
    must_be_free(run.PORT)
    with throwaway_server() as (folder, url):
        os.environ.update(run.environment(folder, url))
        run.prepare()
        with processes() as (server, worker):
            run.look_once()
            print(f"memory at the start: {memory(server, worker)}")
            report([(page, press(page, seconds)) for page in run.PAGES if page.name in UNDER_LOAD])
            print(f"\nmemory under load: {memory(server, worker)}")
            failed = ask_mixed()
            print(f"memory after {MIXED:,} mixed requests ({failed} failed): {memory(server, worker)}")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=10)
    return parser.parse_args()


@contextmanager
def processes() -> Iterator[tuple[int, int]]:
    """The web server as in production, and the worker, by their ids."""
    quiet = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:config.gunicorn",
        "-b",
        f"127.0.0.1:{run.PORT}",
        "bench.wsgi",
    ]
    started = [subprocess.Popen(web, **quiet), subprocess.Popen([sys.executable, "manage.py", "run_worker"], **quiet)]
    try:
        run.wait_for_an_answer()
        yield started[0].pid, started[1].pid
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)


def press(page: run.Page, seconds: int) -> tuple[float, str, int]:
    """Answers a second, the time that 99 of 100 kept to, and how many were no answer at all."""
    headers = [part for name, value in page.headers().items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "20s", *headers]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{run.PORT}{page.path}"], capture_output=True, text=True, check=True
    ).stdout
    wrong = sum(int(number) for number in re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", said))
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), re.search(r"99%\s+(\S+)", said)[1], wrong


def report(rows: list[tuple[run.Page, tuple[float, str, int]]]) -> None:
    bare = rows[0][1][0]
    print(f"\n{CONNECTIONS} connections; web server and load share {os.cpu_count()} cores")
    print(f"{'page':<28}{'a second':>10}{'of bare':>9}{'p99':>10}{'wrong':>7}")
    for page, (rate, slowest, wrong) in rows:
        print(f"{page.name:<28}{rate:>10.0f}{rate / bare:>9.2f}{slowest:>10}{wrong:>7}")


def ask_mixed() -> int:
    """Every page in turn, from eight readers at a time; how many were not answered as they should be."""
    pages = itertools.islice(itertools.cycle(run.OF_THE_PORTAL), MIXED)
    with ThreadPoolExecutor(8) as readers:
        return sum(readers.map(lambda page: run.ask(page)[0] not in (200, 304), pages))


def memory(server: int, worker: int) -> str:
    web = sorted(resident(pid) for pid in run.everybody([server]) if pid != server)
    return f"web workers {', '.join(f'{each:.0f}' for each in web)} MB, background worker {resident(worker):.0f} MB"


def resident(pid: int) -> float:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


if __name__ == "__main__":
    main()
