"""A form filled in well for every route that takes one: found on the page that offers it, as a browser would.

So a route that no page offers is found out as well.
"""

from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.guards import access_table
from tests.guards.pages import Form
from tests.guards.routes import Route, every_route
from tests.guards.two_visits import PASSWORD, TwoVisits
from tests.guards.visitors import Visitors, undone
from tests.uploads import upload

TABLE = access_table.read()
NOT_SENT = {"csrfmiddlewaretoken", "written_by"}  # each person's own; the guards of forgery have tests of their own


def form_for(route: Route, two_visits: TwoVisits, visitors: Visitors) -> dict[str, Any]:
    """What somebody who may would send to this route."""
    if route.name in WITHOUT_A_PAGE:
        return WITHOUT_A_PAGE[route.name]
    return answers_to(form_on_a_page(route, two_visits, visitors), route, two_visits)


def answers_to(form: Form, route: Route, two_visits: TwoVisits) -> dict[str, Any]:
    sent = {name: values for name, values in form.filled_in().items() if name not in NOT_SENT}
    for name, value in ANSWERS.get(route.name, {}).items():
        sent[name] = value(two_visits) if callable(value) else value
    return sent


def form_on_a_page(route: Route, two_visits: TwoVisits, visitors: Visitors) -> Form:
    who = TABLE[route.name].somebody_who_may()
    offered = forms_offered_to("anonymous", two_visits, visitors) | forms_offered_to(who, two_visits, visitors)
    path = urlsplit(two_visits.ours.address(route)).path
    assert path in offered, f"no page that {who} may open has a form for {route.name}"
    return offered[path]


def forms_offered_to(who: str, two_visits: TwoVisits, visitors: Visitors) -> dict[str, Form]:
    """Every form that sends something, by the path to which it is sent; looked up once a person."""
    if who not in two_visits.forms:
        with undone():
            pages = [visitors.page(who, address) for address in addresses_for(who, two_visits)]
        forms = [form for page in pages if page for form in page.forms if form.method == "POST"]
        two_visits.forms[who] = {urlsplit(form.action).path: form for form in reversed(forms)}
    return two_visits.forms[who]


def addresses_for(who: str, two_visits: TwoVisits) -> list[str]:
    rows = [(route, TABLE[route.name]) for route in every_route() if route.name in TABLE]
    found = [two_visits.ours.address(route) for route, row in rows if row.takes("GET") and row.may(who)]
    return [*found, *(two_visits.ours.further_pages if who == "administrator" else [])]


def a_picture(two_visits: TwoVisits) -> SimpleUploadedFile:
    return upload()


# Pages that stand only in the midst of signing in, or lead on when there is nothing to set up.
WITHOUT_A_PAGE: dict[str, dict[str, str]] = {
    "account_confirm_login_code": {"code": "12345678"},
    "account_confirm_password_reset_code": {"code": "12345678"},
    "account_complete_password_reset": {"password1": PASSWORD, "password2": PASSWORD},
    "account_set_password": {"password1": PASSWORD, "password2": PASSWORD},
    "mfa_activate_totp": {"code": "123456"},
    "mfa_authenticate": {"code": "123456"},
    "openid_connect_login": {},  # the button stands where the council has a sign-in of its own
}

# What a form cannot know by itself, by route and field.
NEW_PASSWORD = "four wise owls knit"
TEXTS = "typed"
ANSWERS: dict[str, dict[str, Any]] = {
    "account_login": {"login": "coordinator@example.org", "password": "not the right one"},
    "account_request_login_code": {"email": "nobody@example.org"},
    "account_reset_password": {"email": "nobody@example.org"},
    "account_change_password": {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    "people:invite": {"email": "typed@example.org", "roles": ["editor"]},
    "people:invitation": {"password1": "short", "password2": "short"},
    "catalogue:practice-create": {"kind": "model", "how_en": TEXTS, "question_en": TEXTS, "summary_en": TEXTS},
    "catalogue:practice-picture": {"picture": lambda two_visits: two_visits.ours.at["pictures/<uuid:pk>"]},
    "catalogue:part-add": {"reason_en": TEXTS, "contact_role_en": TEXTS},
    "catalogue:term-create": {"area": "care", "definition_en": TEXTS},
    "catalogue:source-register": {"code": "S99", "title": TEXTS},
    "partners:city-add": {"country": "CZ", "time_zone": "Europe/Prague"},
    "partners:agreement-add": {"year": "2001"},
    "partners:organisation-add": {"city": lambda two_visits: two_visits.ours.visit.city_id},
    "partners:contact-add": {"role_en": TEXTS, "new_organisation": TEXTS},
    "partners:venue-add": {"address": TEXTS, "new_organisation": TEXTS},
    "partners:space-add": {"capacity": "9"},
    "partners:house-rule-add": {"reason_en": TEXTS},
    "partners:opening-edit": {"day_0": "09:00-17:00"},
    "partners:travel-time-add": {
        "destination": lambda two_visits: two_visits.ours.at["a venue without a way"],
        "plan_minutes": "9",
    },
    "partners:travel-time-edit": {"plan_minutes": "25"},
    "visits:add": {"city": lambda two_visits: two_visits.ours.visit.city_id},
    "visits:aim-add": {"short_en": TEXTS},
    "visits:programme-add": {"ends": "13:00"},
    "visits:programme-move": {"starts": "15:30"},
    "core:picture-add": {"file": a_picture},
}
