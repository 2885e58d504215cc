"""One row is held for long, and twenty people want it: everybody else goes on as before."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.nightly.asking import Form, Visitor
from tests.nightly.site import Site, wait_until
from tests.nightly.traffic import VISIT

pytestmark = pytest.mark.nightly
WAITING = 20
PAGES = ["/healthz", "/", "/practices/", "/visits/"]
ROUNDS = 25
HELD = "SELECT 1 FROM visits_visit WHERE reference = 'brno-1' FOR UPDATE"


def test_twenty_who_wait_for_a_visit_slow_nobody_else_down(site, tell):
    cookies = site.sign_in()["coordinator"]
    site.start_web()
    look_around(site, cookies)  # both workers are warm
    before = look_around(site, cookies)
    with site.cursor() as cursor, Crowd(cursor, site, cookies) as answers:
        during = look_around(site, cookies)
    tell(f"other pages took {before * 1000:.0f} ms before and {during * 1000:.0f} ms meanwhile (median of {ROUNDS})")
    tell(f"{len(answers)} who waited were answered {sorted({status for status, _after in answers})}, "
         f"{statistics.median(after for _status, after in answers):.1f} s after they asked")  # fmt: skip
    assert {status for status, _after in answers} == {503}


def look_around(site: Site, cookies: dict[str, str]) -> float:
    """Seconds that a page took, at the median. Each of them must be answered."""
    took = []
    with Visitor(site.port, cookies) as visitor:
        for path in PAGES * ROUNDS:
            began = time.monotonic()
            assert visitor.get(path).status == 200
            took.append(time.monotonic() - began)
    return statistics.median(took)


class Crowd:
    """Locks the row and lets WAITING people send a form that needs it, again and again, until the block ends."""

    def __init__(self, cursor, site: Site, cookies: dict[str, str]) -> None:
        self.cursor, self.site, self.cookies = cursor, site, cookies
        self.answers: list[tuple[int, float]] = []
        self.is_over = Event()

    def __enter__(self) -> list[tuple[int, float]]:
        self.cursor.execute(f"BEGIN; {HELD}")
        self.pool = ThreadPoolExecutor(WAITING)
        self.people = [self.pool.submit(self.send) for _ in range(WAITING)]
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        wait_until(lambda: self.site.value(waits) >= WAITING - 4, self.site.log)
        return self.answers

    def __exit__(self, *_error: object) -> None:
        self.is_over.set()
        for person in self.people:
            person.result(timeout=60)
        self.cursor.execute("COMMIT")
        self.pool.shutdown()

    def send(self) -> None:
        with Visitor(self.site.port, self.cookies) as person:
            path = f"{VISIT}edit/"
            values = Form(person.get(path).text, "title").values
            while not self.is_over.is_set():
                began = time.monotonic()
                self.answers.append((person.post(path, values).status, time.monotonic() - began))


SLOW = """
CREATE FUNCTION takes_a_minute() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$ LANGUAGE plpgsql;
CREATE TRIGGER drill BEFORE UPDATE ON visits_visit FOR EACH ROW EXECUTE FUNCTION takes_a_minute();
"""


def test_an_answer_that_the_database_never_gives_is_given_up(site, tell):
    cookies = site.sign_in()["coordinator"]
    site.start_web()
    with site.cursor() as cursor:
        cursor.execute(SLOW)
    path = f"{VISIT}edit/"
    with Visitor(site.port, cookies) as coordinator:
        values = Form(coordinator.get(path).text, "title").values | {"purpose": "a drill"}
        began = time.monotonic()
        answer = coordinator.post(path, values)
    tell(f"answered {answer.status} after {time.monotonic() - began:.1f} s")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert site.value("SELECT count(*) FROM visits_visit WHERE purpose = 'a drill'") == 0
