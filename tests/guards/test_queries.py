"""A page asks the database as often for many rows as for few: every route, also with ten times the rows."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.guards import access_table
from tests.guards.growth import grow
from tests.guards.routes import every_route
from tests.guards.two_visits import TwoVisits
from tests.guards.visitors import Visitors, undone

TABLE = access_table.read()
ROUTES = {f"{route.name} {route.path}": route for route in every_route()}
SHOWING = {key: route for key, route in ROUTES.items() if TABLE[route.name].takes("GET")}
AS_A_GUEST = {"portal:start", "visits:list", "visits:itinerary", "people:account"}

# It asks once for each kind of people who stand on the page (staff, guests, hosts); tests/core holds its number.
BY_KINDS = {"core:audit audit/"}
# The lists of the day, by who looks: a page that asks once more, for many and for few alike, is seen here.
NUMBERS = {
    ("coordinator", "portal:start"): 5,
    ("coordinator", "visits:list"): 5,
    ("coordinator", "visits:visit"): 11,
    ("coordinator", "visits:people"): 5,
    ("coordinator", "visits:programme"): 10,
    ("coordinator", "visits:programme-offers"): 6,
    ("coordinator", "visits:preview"): 10,
    ("coordinator", "visits:publish"): 12,
    ("coordinator", "visits:releases"): 5,
    ("coordinator", "core:outbox"): 5,
    ("delegate", "visits:itinerary"): 5,
    ("editor", "catalogue:list"): 13,
    ("editor", "catalogue:terms"): 3,
    ("editor", "catalogue:sources"): 3,
    ("editor", "partners:cities"): 3,
    ("editor", "partners:venues"): 4,
    ("editor", "partners:contacts"): 3,
    ("administrator", "people:list"): 4,
    ("anonymous", "public:first-page"): 3,
    ("anonymous", "practices:list"): 2,
    ("anonymous", "practices:glossary"): 2,
    ("anonymous", "cities:cities"): 2,
    ("anonymous", "portal:sitemap"): 2,
}


def questions(who: str, address: str, visitors: Visitors) -> int:
    """How often one look asks. Now and then it also notes in the session when somebody was last seen."""
    with undone(), CaptureQueriesContext(connection) as queries:
        visitors.get(who, address)
    return len([each for each in queries if each["sql"].startswith(("SELECT", "WITH"))])


def count_all(two_visits: TwoVisits, visitors: Visitors) -> dict[str, int]:
    found = {}
    for key, route in SHOWING.items():
        address = two_visits.ours.address(route)
        found[key] = questions(TABLE[route.name].somebody_who_may(), address, visitors)
        if route.name in AS_A_GUEST:
            found[f"{key} as a guest"] = questions("delegate", address, visitors)
    return found


def test_no_page_asks_more_often_for_more_rows(two_visits: TwoVisits, visitors: Visitors):
    grow(two_visits, 1)
    few = count_all(two_visits, visitors)
    grow(two_visits, 9)
    many = count_all(two_visits, visitors)

    assert {key: (few[key], many[key]) for key in few if few[key] != many[key]}.keys() <= BY_KINDS


def test_the_lists_of_the_day_keep_to_their_numbers(two_visits: TwoVisits, visitors: Visitors):
    grow(two_visits, 2)
    routes = {route.name: route for route in SHOWING.values()}

    found = {(who, name): questions(who, two_visits.ours.address(routes[name]), visitors) for who, name in NUMBERS}

    assert {asked: number for asked, number in found.items() if NUMBERS[asked] != number} == {}
