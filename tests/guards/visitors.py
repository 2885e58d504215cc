"""Everybody who comes to the portal, each with a browser; and whether they left traces in the database."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.guards.pages import Page, read
from tests.guards.two_visits import TwoVisits

# Written by every visit to a page, and nobody's data: the session itself, counters of tries.
NOT_COUNTED = {"django_session", "core_cache"}


class Visitors:
    def __init__(self, two_visits: TwoVisits):
        self.two_visits = two_visits
        # One for all, since each reads the middleware and the static files anew. The demonstration is on localhost.
        self.browser = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
        self.cookies_beside: dict[str, str] = {}

    def send(self, who: str, method: str, address: str, data: dict | None = None, **headers: str) -> HttpResponse:
        """One request of this person, in the session with which they signed in."""
        self.browser.cookies = SimpleCookie(self.cookies_beside)
        if who in self.two_visits.sessions:
            self.browser.cookies[settings.SESSION_COOKIE_NAME] = self.two_visits.sessions[who]
        answer = getattr(self.browser, method.lower())(address, data or {}, headers=headers)
        if answer.streaming:
            answer.body = answer.getvalue()  # to the end, where the file is closed
        return answer

    def get(self, who: str, address: str, **headers: str) -> HttpResponse:
        return self.send(who, "GET", address, **headers)

    def post(self, who: str, address: str, data: dict | None = None, **headers: str) -> HttpResponse:
        return self.send(who, "POST", address, data, **headers)

    def page(self, who: str, address: str) -> Page | None:
        return self.read(self.get(who, address), address)

    @staticmethod
    def read(answer: HttpResponse, address: str) -> Page | None:
        """The page as a browser reads it; None for what is no page, and for what leads elsewhere."""
        is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
        return read(address, answer.content.decode()) if is_page else None


@contextmanager
def undone() -> Iterator[None]:
    """What is written within is taken back at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def traces() -> dict[str, str]:
    """A checksum of every table."""
    with connection.cursor() as cursor:
        cursor.execute(_checksums())
        return dict(cursor.fetchall())


def changed(before: dict[str, str]) -> list[str]:
    """The tables that are not as they were."""
    return [table for table, checksum in traces().items() if before[table] != checksum]


@functools.cache
def _checksums() -> str:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    assert tables >= NOT_COUNTED - {"core_cache"}
    return " UNION ALL ".join(
        f"SELECT '{table}', md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table} row"  # noqa: S608
        for table in sorted(tables - NOT_COUNTED)
    )
