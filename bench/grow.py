"""Prints what the pages of a visit and the lists cost after years of use, beside the demonstration.

    make bench-growth                       five rounds; ten minutes on two cores, the filling among them
    make bench-growth ARGS="--rounds 2"     quicker and rougher

One PostgreSQL holds two databases, and a gunicorn stands before each: the demonstration as in `make bench`, and the
same with what bench/growth fills in (1,000 visits of which 84 are open, 20,000 sessions, 5,000 practices, 2,000
people, and one open visit of 200 sessions and 60 people). Each round asks every page of both in turn. CPU is that of
the workers and of PostgreSQL together. Nothing here is a test: nothing fails by time.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import run  # noqa: E402 -- the checkout must be on the path first
from launcher.ports import must_be_free  # noqa: E402
from launcher.throwaway import throwaway_server  # noqa: E402

PORT = run.PORT - 1  # of the database that has grown; run.PORT is the demonstration's
REQUESTS_A_ROUND = 10
NAMES = [
    "bare view",
    "P, a plain itinerary",
    "start page of a coordinator",
    "list of 25 visits",
    "a visit's page",
    "programme, 25 entries",
    "publish page",
    "itinerary, first time",
]
OF_ONE_VISIT = "/visits/brno-1/"  # how the pages begin that are asked for of the large visit instead


@dataclass
class Pair:
    """One page of the demonstration, and of the database that has grown."""

    demonstration: run.Page
    growth: run.Page

    @property
    def name(self) -> str:
        return self.demonstration.name.partition(",")[0]

    def times(self) -> float:
        return run.times(self.growth, self.demonstration)


def main() -> None:
    rounds = parsed().rounds
    for port in (run.PORT, PORT):
        must_be_free(port)
    with throwaway_server() as (folder, url):
        os.environ.update(run.environment(folder, url))
        run.prepare()
        grown = {**os.environ, "DATABASE_URL": copy_of_the_database(url)}
        pairs = pairs_of(fill(grown))
        count_visits(grown)
        postmaster = int((folder / "postgres/data/postmaster.pid").read_text().split()[0])
        with run.gunicorn() as small, run.gunicorn(PORT, grown) as large:
            run.look_once(page for pair in pairs for page in (pair.demonstration, pair.growth))
            for _round in range(rounds):
                for pair in pairs:
                    run.measure(pair.demonstration, [small, postmaster], REQUESTS_A_ROUND)
                    run.measure(pair.growth, [large, postmaster], REQUESTS_A_ROUND)
    report(rounds, pairs)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


def copy_of_the_database(url: str) -> str:
    """The demonstration once more, with the sessions of those who are signed in; its address."""
    server, _slash, name = url.rpartition("/")
    connection = psycopg2.connect(f"{server}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE growth TEMPLATE "{name}"')
    connection.close()
    return f"{server}/growth"


def fill(environment: dict[str, str]) -> str:
    """Years of use; the reference of the large visit."""
    with timed("filled in"):
        said = subprocess.run(
            [sys.executable, "-m", "bench.growth"], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE
        ).stdout
    filled = json.loads(said)
    print(", ".join(f"{name} {count:,}" for name, count in filled["counts"].items()), f"; {filled['open']} visits open")
    return filled["large"]


def count_visits(environment: dict[str, str]) -> None:
    """So that what lists say of each visit is kept, as it would have been all along."""
    with timed("count_visits"):
        subprocess.run(
            [sys.executable, "manage.py", "count_visits"], cwd=ROOT, env=environment, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def timed(what: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - began:.1f} s", flush=True)


def pairs_of(large: str) -> list[Pair]:
    """Nobody has signed in on the other database: its copies of the sessions hold there too."""
    by_name = {page.name: page for page in run.PAGES}
    return [Pair(page, grown(page, large)) for page in (by_name[name] for name in NAMES)]


def grown(page: run.Page, large: str) -> run.Page:
    path = page.path.replace(OF_ONE_VISIT, f"/visits/{large}/")
    return replace(page, path=path, port=PORT, cpu=[], wall=[])


def report(rounds: int, pairs: list[Pair]) -> None:
    print(f"\n{rounds} rounds of {REQUESTS_A_ROUND} requests, medians; CPU ms of workers and PostgreSQL together")
    heading = f"{'page':<28}{'queries':>13}{'demo ms':>9}{'x P':>7}{'growth ms':>11}{'x P':>7}{'growth : demo':>15}"
    print(f"{heading}{'KiB':>15}")
    plain = pairs[1]
    for pair in pairs:
        small, large = pair.demonstration, pair.growth
        print(
            f"{pair.name:<28}{f'{small.queries} : {large.queries}':>13}"
            f"{statistics.median(small.cpu):>9.2f}{run.times(small, plain.demonstration):>7.2f}"
            f"{statistics.median(large.cpu):>11.2f}{run.times(large, plain.growth):>7.2f}{pair.times():>15.2f}"
            f"{f'{small.kilobytes:.1f} : {large.kilobytes:.1f}':>15}"
        )


if __name__ == "__main__":
    main()
