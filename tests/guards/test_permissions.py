"""Who may open what, and send what: the whole table, asked of the portal itself.

Each route is asked by everybody, with the real ids of a visit; what it refuses leaves the database as
it was, though the very same form, sent by somebody who may, changes it.
"""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from tests.guards import access_table
from tests.guards.routes import every_route
from tests.guards.sent_forms import form_for
from tests.guards.two_visits import TwoVisits
from tests.guards.visitors import Visitors, changed, traces, undone

TABLE = access_table.read()
ROUTES = {f"{route.name} {route.path}": route for route in every_route()}
SENDING = {key: route for key, route in ROUTES.items() if route.name in TABLE and TABLE[route.name].takes("POST")}
NAMING = {key: route for key, route in ROUTES.items() if route.parameters}
NOBODYS = {"slug": "nowhere", "str": "nowhere", "uuid": "00000000-0000-4000-8000-000000000000", "int": 999_999}
OTHER_METHODS = ["PUT", "PATCH", "DELETE"]


# Their traces are in the session, or they ask for a proof that the sent form does not give.
OF_THE_SESSION = {
    "account_login",
    "account_logout",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_reauthenticate",
    "account_set_password",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "openid_connect_login",
}
# Of these the form asks for nothing that is not so already: guests from Brno read Czech, and who takes an invitation
# up has not signed in.
NOTHING_NEW = {
    "people:language": {"another", "delegate"},
    "people:invitation": {"former", "delegate", "coordinator"},
}


def test_every_route_has_a_line_and_every_line_a_route():
    assert {route.name for route in ROUTES.values()} == TABLE.keys()


@pytest.mark.parametrize("key", ROUTES)
def test_a_page_opens_for_those_whose_it_is(key: str, two_visits: TwoVisits, visitors: Visitors):
    route = ROUTES[key]
    address, row = two_visits.ours.address(route), TABLE[route.name]

    with undone():
        found = {who: answer_of(visitors.get(who, address)) for who in row.asking("GET")}

    assert wrong(found, row, "GET") == {}


@pytest.mark.parametrize("key", ROUTES)
def test_what_is_sent_by_those_who_may_not_changes_nothing(key: str, two_visits: TwoVisits, visitors: Visitors):
    route = ROUTES[key]
    address, row = two_visits.ours.address(route), TABLE[route.name]
    sent = form_for(route, two_visits, visitors) if row.takes("POST") else {}
    before = traces()

    asking = [who for who in row.asking("POST") if not row.may(who) or not row.takes("POST")]
    found = {who: answer_of(visitors.post(who, address, sent)) for who in asking}

    assert wrong(found, row, "POST") == {}
    assert changed(before) == []


@pytest.mark.parametrize("key", SENDING)
def test_what_is_sent_by_those_who_may_changes_something(key: str, two_visits: TwoVisits, visitors: Visitors):
    """Else the guard above would prove nothing: it is the same form."""
    route = ROUTES[key]
    address, row = two_visits.ours.address(route), TABLE[route.name]
    before, left_traces = traces(), {}

    for who in filter(row.may, row.asking("POST")):
        sent = form_for(route, two_visits, visitors)
        with undone():
            assert answer_of(visitors.post(who, address, sent)) == int(row.answers["POST"]), who
            left_traces[who] = bool(changed(before))

    without = set(left_traces) if route.name in OF_THE_SESSION else NOTHING_NEW.get(route.name, set())
    assert {who for who, left in left_traces.items() if not left} == without


@pytest.mark.parametrize("key", NAMING)
def test_what_is_not_there_is_not_found(key: str, two_visits: TwoVisits, visitors: Visitors):
    route = NAMING[key]
    who, method = TABLE[route.name].somebody_who_may(), "GET" if TABLE[route.name].takes("GET") else "POST"
    sent = form_for(route, two_visits, visitors) if method == "POST" else {}
    found = {}

    for name, path in route.parameters.items():
        kind = path.rpartition("<")[2].partition(":")[0]
        with undone():
            address = two_visits.ours.address(route, **{name: NOBODYS[kind]})
            found[name] = visitors.send(who, method, address, sent).status_code

    assert set(found.values()) == {404}, found


def test_no_other_method_is_taken(two_visits: TwoVisits, visitors: Visitors):
    found = {
        (name, method): visitors.send(TABLE[route.name].somebody_who_may(), method, two_visits.ours.address(route))
        for name, route in ROUTES.items()
        for method in OTHER_METHODS
    }

    assert {asked: answer.status_code for asked, answer in found.items() if answer.status_code != 405} == {}


def answer_of(answer: HttpResponse) -> str | int:
    is_sent_to_sign_in = answer.status_code == 302 and answer.url.startswith(f"{reverse('account_login')}?next=")
    return access_table.SIGN_IN if is_sent_to_sign_in else answer.status_code


def wrong(found: dict[str, str | int], row: access_table.Row, method: str) -> dict[str, str | int]:
    return {who: answer for who, answer in found.items() if answer not in row.expected(who, method)}
