"""Looking changes nothing, and what changes something comes from a page of ours."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.unsent import WRITER, writer_mark
from tests.guards import access_table
from tests.guards.routes import every_route
from tests.guards.sent_forms import form_for
from tests.guards.two_visits import TwoVisits
from tests.guards.visitors import NOT_COUNTED, Visitors, changed, traces, undone

TABLE = access_table.read()
ROUTES = {f"{route.name} {route.path}": route for route in every_route()}
SENDING = {key: route for key, route in ROUTES.items() if TABLE[route.name].takes("POST")}
SHOWING = {key: route for key, route in ROUTES.items() if TABLE[route.name].takes("GET")}

# Pages that write down that they were looked at, and nothing else.
NOTED = {
    "visits:needs": {"core_auditentry"},  # each look at needs is in the audit log
    "visits:person-needs": {"core_auditentry"},
    "mfa_view_recovery_codes": {"mfa_authenticator"},  # that they have been seen, the first time only
    "mfa_download_recovery_codes": {"mfa_authenticator"},
}
AGAIN = {"visits:needs", "visits:person-needs"}  # of these, the ones that write it down each time


@pytest.mark.parametrize("key", SHOWING)
def test_looking_changes_nothing(key: str, two_visits: TwoVisits, visitors: Visitors):
    route = SHOWING[key]
    who = "anonymous" if route.is_public else TABLE[route.name].somebody_who_may()
    address, before = two_visits.ours.address(route), traces()

    visitors.get(who, address)
    assert set(changed(before)) == NOTED.get(route.name, set())

    after_the_first_look = traces()
    visitors.get(who, address)
    visitors.send(who, "HEAD", address)
    noted_again = NOTED[route.name] if route.name in AGAIN else set()
    assert set(changed(after_the_first_look)) == noted_again


def test_of_all_tables_only_sessions_and_counters_are_left_out():
    assert {"django_session", "core_cache"} == NOT_COUNTED


@pytest.fixture
def forger(two_visits: TwoVisits) -> Visitors:
    """The same browsers, with Django's guard against forged requests in force."""
    visitors = Visitors(two_visits)
    visitors.browser = Client(enforce_csrf_checks=True, SERVER_NAME="localhost", SERVER_PORT="8000")
    return visitors


@pytest.mark.parametrize("key", SENDING)
def test_a_form_without_its_token_is_refused(key: str, two_visits: TwoVisits, visitors: Visitors, forger: Visitors):
    route = SENDING[key]
    who, address = TABLE[route.name].somebody_who_may(), two_visits.ours.address(route)
    sent = form_for(route, two_visits, visitors)
    before = traces()

    answers = [
        forger.post(who, address, sent),
        forger.post(who, address, sent, Origin="https://evil.example"),
        forger.post(who, address, sent | {"csrfmiddlewaretoken": "x" * 64}),
        forger.post(
            who, address, sent | {WRITER: writer_mark(two_visits.users["coordinator"])}, Origin="https://evil.example"
        ),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert changed(before) == []


def test_a_form_with_its_token_is_taken(two_visits: TwoVisits, visitors: Visitors, forger: Visitors):
    """Else the guard above would prove nothing."""
    route = next(route for route in SENDING.values() if route.name == "visits:aim-add")
    address, sent = two_visits.ours.address(route), form_for(route, two_visits, visitors)
    page = forger.get("coordinator", address)
    token = page.context["csrf_token"]
    cookie = page.cookies[settings.CSRF_COOKIE_NAME].value

    with undone():
        forger.cookies_beside = {settings.CSRF_COOKIE_NAME: cookie}
        answer = forger.post("coordinator", address, sent | {"csrfmiddlewaretoken": str(token)})
        forger.cookies_beside = {}

    assert answer.status_code == 302
    assert answer.url in {reverse("visits:visit", args=[two_visits.ours.visit.reference]), address}
