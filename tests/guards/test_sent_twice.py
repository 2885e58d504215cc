"""A form that is sent twice does nothing the second time: whoever pressed is led to where the first sending led."""

from typing import Any

import pytest

from core.sent_once import FIELD
from tests.guards import access_table
from tests.guards.routes import Route, every_route
from tests.guards.sent_forms import form_for
from tests.guards.two_visits import TwoVisits
from tests.guards.visitors import Visitors, changed, traces, undone

TABLE = access_table.read()
ROUTES = {f"{route.name} {route.path}": route for route in every_route()}

# Forms without a key: they belong to a session, begin or end one, and the library or the session says what is over.
OF_THE_SESSION = {
    "account_change_password",
    "account_logout",
    "account_request_login_code",
    "account_reset_password",
    "account_set_password",
    "demonstration:sign-in",
    "mfa_activate_totp",
    "mfa_authenticate",
    "mfa_edit_webauthn",  # another name for a passkey
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
    "people:language",  # of the pages; the second time it is that already
    "people:sign-out-everywhere",  # it renews the session in which it was pressed
}
SENT_AS_OFTEN_AS_PRESSED = {"core:picture-add"}  # the views that are marked so


def leads_on(route: Route) -> bool:
    return TABLE[route.name].answers["POST"] == "302"


LEADING_ON = {key: route for key, route in ROUTES.items() if leads_on(route)}
ONCE = {
    key: route
    for key, route in LEADING_ON.items()
    if route.name not in OF_THE_SESSION and getattr(route.view, "acts_once", True)
}


def rewound(sent: dict[str, Any]) -> dict[str, Any]:
    """The same once more; a file is read from its beginning."""
    for value in sent.values():
        if hasattr(value, "seek"):
            value.seek(0)
    return sent


@pytest.mark.parametrize("key", ONCE)
def test_the_second_sending_leads_where_the_first_led_and_changes_nothing(
    key: str, two_visits: TwoVisits, visitors: Visitors
):
    route = ONCE[key]
    who, address = TABLE[route.name].somebody_who_may(), two_visits.ours.address(route)
    sent = form_for(route, two_visits, visitors)
    assert sent.get(FIELD), "its page has no key"

    with undone():
        first = visitors.post(who, address, sent)
        after_the_first = traces()
        second = visitors.post(who, address, rewound(sent))
        left = changed(after_the_first)

    assert (first.status_code, second.status_code, second.headers.get("Location")) == (302, 302, first.url)
    assert left == []


def test_what_is_sent_as_often_as_pressed_is_named_here():
    marked = {route.name for route in ROUTES.values() if not getattr(route.view, "acts_once", True)}
    assert marked == SENT_AS_OFTEN_AS_PRESSED


def test_a_form_that_the_session_keeps_needs_no_key(two_visits: TwoVisits, visitors: Visitors):
    """A name that is gone, or whose form has a key by now, must not go on excusing it."""
    routes = {route.name: route for route in LEADING_ON.values()}
    assert routes.keys() >= OF_THE_SESSION
    with_a_key = {name for name in OF_THE_SESSION if form_for(routes[name], two_visits, visitors).get(FIELD)}
    assert with_a_key == set()
