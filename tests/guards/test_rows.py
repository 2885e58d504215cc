"""A page reads the rows that it shows: no product of two lists, and nothing of what others have."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.guards.growth import grow, grow_others
from tests.guards.routes import every_route
from tests.guards.two_visits import TwoVisits
from tests.guards.visitors import Visitors, undone

OF_ONE_VISIT = ["visits:programme", "visits:visit", "visits:publish", "visits:preview"]
PAGES = ["portal:start", "visits:list", *OF_ONE_VISIT]
ROUTES = {route.name: route for route in every_route() if route.name in PAGES}


class RowCount:
    """How many rows the database has handed over, nested ones within their own row."""

    def __init__(self) -> None:
        self.rows = 0

    def __call__(self, execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if sql.startswith(("SELECT", "WITH")):
            self.rows += context["cursor"].rowcount
        return answer


@contextmanager
def counted() -> Iterator[RowCount]:
    count = RowCount()
    with connection.execute_wrapper(count):
        yield count


def rows_of(pages: list[str], two_visits: TwoVisits, visitors: Visitors) -> dict[str, int]:
    found = {}
    for name in pages:
        with undone(), counted() as count:
            visitors.get("coordinator", two_visits.ours.address(ROUTES[name]))
        found[name] = count.rows
    return found


def test_each_further_row_is_read_once_whatever_stands_there_already(two_visits: TwoVisits, visitors: Visitors):
    """A product of two lists would read more for the tenth row than for the second."""
    grow(two_visits, 1)
    first = rows_of(PAGES, two_visits, visitors)
    grow(two_visits, 1)
    second = rows_of(PAGES, two_visits, visitors)
    grow(two_visits, 8)
    tenth = rows_of(PAGES, two_visits, visitors)

    growth = {name: (second[name] - first[name], tenth[name] - second[name]) for name in PAGES}
    assert {name: found for name, found in growth.items() if found[1] > 8 * found[0]} == {}


def test_the_pages_of_a_visit_read_nothing_of_what_others_have(two_visits: TwoVisits, visitors: Visitors):
    alone = rows_of(OF_ONE_VISIT, two_visits, visitors)
    grow_others(two_visits, 3)

    assert rows_of(OF_ONE_VISIT, two_visits, visitors) == alone


@pytest.mark.django_db
def test_rows_are_counted_as_they_are_handed_over():
    with counted() as count, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM generate_series(1, 7)")
        cursor.execute("SELECT 1")

    assert count.rows == 8
