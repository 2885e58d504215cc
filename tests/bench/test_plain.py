import pytest
from django.test import RequestFactory
from django.urls import set_urlconf

from bench import plain
from bench.wsgi import application
from tests import factories

REFERENCE = "visit-of-the-bench"


@pytest.fixture(autouse=True)
def addresses_of_the_portal_afterwards():
    """A handler with addresses of its own leaves them to the thread, and so to the next test."""
    yield
    set_urlconf(None)


def page(user):
    request = RequestFactory().get("/")
    request.user, request._messages = user, []
    return plain.itinerary(request, REFERENCE).content.decode()


def add_sessions(visit, count):
    for number in range(count):
        venue = factories.create_venue(f"House {number}", capacity=9)
        hosts = [factories.create_contact(f"Host {number}")]
        factories.create_session(visit, f"Session {number}", venue=venue, space=venue.spaces.get(), hosts=hosts)


def test_sessions_are_read_at_three_queries_whatever_their_number(alice, django_assert_num_queries):
    visit = factories.create_visit(reference=REFERENCE)
    for count in (1, 3):
        add_sessions(visit, count)
        with django_assert_num_queries(3):
            page(alice)


def test_it_shows_the_first_24_sessions_with_place_and_host(alice):
    add_sessions(factories.create_visit(reference=REFERENCE), plain.SESSIONS + 1)
    shown = page(alice)
    assert shown.count("<section") == shown.count("Main room") == 24
    assert "House 0" in shown
    assert "Host 0" in shown


def test_nothing_of_the_portal_stands_before_it(db):
    answers = []

    def start(status, headers):
        answers.append((status, {name for name, _value in headers}))

    factories.create_visit(reference=REFERENCE)
    environ = RequestFactory().get(f"/plain/{REFERENCE}/").environ
    list(application(environ, start))
    assert answers == [("403 Forbidden", {"Content-Type", "Content-Length", "Vary"})]
