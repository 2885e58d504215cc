"""Visitors who go on asking while something happens to the portal, and a count of what they were answered.

A bounded load: a few threads, each with one kept connection and a clock of its own. Of ten visits four look
at an itinerary that they have already, three at public pages, one asks for the style sheet of the page that
it saw first, one reads a form, and one sends it.
"""

import http.client
import itertools
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.nightly.asking import Form, Visitor
from tests.nightly.site import Site

THREADS = 8
A_SECOND = 40  # requests, all threads together
LONGEST = 120  # seconds; a drill that forgets to end the traffic does not go on for ever
VISIT = "/visits/brno-1/"
STYLES = re.compile(r'href="(/static/[^"]+\.css)"')
ROUND = ("itinerary", "first page", "itinerary", "practices", "style sheet", "itinerary", "city", "itinerary", "form")


@dataclass(frozen=True)
class Entry:
    kind: str
    status: int | str  # or the name of the exception
    began: float  # seconds, on the clock of time.monotonic
    ended: float
    may_try_again: bool  # the answer carries Retry-After


@dataclass
class Log:
    entries: list[Entry] = field(default_factory=list)
    sent: dict[str, int | str] = field(default_factory=dict)  # each name that a form gave, and the answer to it
    reconnected: int = 0
    styles: set[str] = field(default_factory=set)

    def statuses(self) -> Counter:
        return Counter(entry.status for entry in self.entries)

    def failed(self, allowed: set[int] = frozenset({200, 302, 304})) -> list[Entry]:
        """What a visitor would call a failure; 503 is none where it is allowed and says when to come again."""
        return [
            entry
            for entry in self.entries
            if entry.status not in allowed or (entry.status == 503 and not entry.may_try_again)
        ]

    def done(self) -> list[str]:
        """The names whose form was answered as saved."""
        return [name for name, status in self.sent.items() if status == 302]

    def last_refusal(self) -> float:
        """The moment at which the last answer of 503, or none at all, was given."""
        refused = [entry.ended for entry in self.entries if not isinstance(entry.status, int) or entry.status >= 500]
        return max(refused, default=0.0)

    def figures(self, allowed: set[int] = frozenset({200, 302, 304})) -> str:
        seconds = max(entry.ended for entry in self.entries) - min(entry.began for entry in self.entries)
        slowest = max(self.entries, key=lambda entry: entry.ended - entry.began)
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses().items(), key=str))
        return (
            f"{len(self.entries)} requests in {seconds:.0f} s ({statuses}), {len(self.failed(allowed))} failed, "
            f"{self.reconnected} connections renewed, slowest {slowest.ended - slowest.began:.2f} s ({slowest.kind})"
        )


@contextmanager
def traffic(site: Site, cookies: dict[str, dict[str, str]], *, forms_only: bool = False) -> Iterator[Log]:
    """Goes on inside the block; the log is complete after it."""
    log, over = Log(), threading.Event()
    threads = [
        threading.Thread(target=Walk(site, cookies, log, over, number, forms_only).go, daemon=True)
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield log
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=LONGEST)
    assert not any(thread.is_alive() for thread in threads)


class Walk:
    """One thread of the traffic."""

    def __init__(self, site: Site, cookies, log: Log, over: threading.Event, number: int, forms_only: bool) -> None:
        self.log = log
        self.over = over
        self.number = number
        self.kinds = itertools.cycle(("form",) if forms_only else ROUND[number:] + ROUND[:number])
        self.stranger = Visitor(site.port)
        self.delegate = Visitor(site.port, cookies["delegate"])
        self.coordinator = Visitor(site.port, cookies["coordinator"])
        self.mark = ""  # of the itinerary that this visitor has
        self.style = ""  # of the page that this visitor saw first
        self.forms = 0

    def go(self) -> None:
        begin = time.monotonic() + self.number / A_SECOND
        for visit in range(LONGEST * A_SECOND // THREADS):
            if self.over.wait(max(0, begin + visit * THREADS / A_SECOND - time.monotonic())):
                break
            getattr(self, next(self.kinds).replace(" ", "_"))()
        for visitor in (self.stranger, self.delegate, self.coordinator):
            self.log.reconnected += visitor.reconnected
            visitor.close()

    def itinerary(self) -> None:
        held = {"If-None-Match": self.mark} if self.mark else {}
        answer = self.note("itinerary", lambda: self.delegate.get(f"{VISIT}itinerary/", **held))
        if answer and answer.status == 200:
            self.mark = answer.headers["ETag"]

    def first_page(self) -> None:
        answer = self.note("first page", lambda: self.stranger.get("/"))
        if answer and answer.status == 200:
            styles = STYLES.findall(answer.text)
            self.log.styles.update(styles)
            self.style = self.style or styles[-1]

    def practices(self) -> None:
        self.note("practices", lambda: self.stranger.get("/cs/practices/"))

    def city(self) -> None:
        self.note("city", lambda: self.stranger.get("/cities/"))

    def style_sheet(self) -> None:
        """Of the page that this visitor has open, however old that is by now."""
        if self.style:
            self.note("style sheet", lambda: self.stranger.get(self.style))

    def form(self) -> None:
        path = f"{VISIT}groups/add/"
        page = self.note("form", lambda: self.coordinator.get(path))
        if page and page.status == 200:
            self.forms += 1
            name = f"Drill {self.number}-{self.forms}"
            values = Form(page.text, "name").values
            values |= {key: name for key in values if key.startswith("name")}
            answer = self.note("post", lambda: self.coordinator.post(path, values))
            self.log.sent[name] = answer.status if answer else "no answer"

    def note(self, kind: str, ask):
        began = time.monotonic()
        try:
            answer = ask()
        except (OSError, http.client.HTTPException) as error:
            self.log.entries.append(Entry(kind, type(error).__name__, began, time.monotonic(), may_try_again=False))
            return None
        may_try_again = "Retry-After" in answer.headers
        self.log.entries.append(Entry(kind, answer.status, began, time.monotonic(), may_try_again))
        return answer
