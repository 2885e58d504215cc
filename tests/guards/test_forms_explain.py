"""Whoever is asked something on a public page or as a guest reads why, and who sees the answer."""

from collections.abc import Iterable

import pytest
from django.forms import BaseForm
from django.http import HttpResponse
from django.urls import reverse

from tests.guards import access_table
from tests.guards.routes import every_route
from tests.guards.sent_forms import addresses_for
from tests.guards.two_visits import GUESTS, TwoVisits
from tests.guards.visitors import Visitors, undone

TABLE = access_table.read()
# They narrow a list; the answer stands in the address, is kept nowhere, and nobody else sees it.
FILTERS = {"PracticeFilter", "GlossaryFilter", "SearchForm"}
WHY, WHO = "Why we ask:", "Who sees this:"


def forms_on(answer: HttpResponse) -> Iterable[BaseForm]:
    """Every form that the page was drawn with."""
    layers = [layer for context in answer.context or [] for layer in context.dicts]
    found = {id(value): value for layer in layers for value in layer.values() if isinstance(value, BaseForm)}
    return [form for form in found.values() if type(form).__name__ not in FILTERS]


def silent_fields(form: BaseForm) -> list[str]:
    """The questions of which neither they nor their form says why they are asked, and who sees the answer."""
    told_for_all = getattr(form, "purpose", "") and getattr(form, "audience", "")
    return [
        f"{type(form).__name__}.{field.name}"
        for field in form.visible_fields()
        if not told_for_all and not (getattr(field.field, "purpose", "") and getattr(field.field, "audience", ""))
    ]


def check(answer: HttpResponse, asked: set[str]) -> list[str]:
    """The silent fields of a page; where it asks something, the words must stand on it as well."""
    forms = [form for form in forms_on(answer) if form.visible_fields()]
    asked.update(type(form).__name__ for form in forms)
    silent = [field for form in forms for field in silent_fields(form)]
    body = answer.content.decode()
    return [*silent, *(words for words in (WHY, WHO) if forms and words not in body)]


def test_every_question_to_strangers_and_guests_says_why_and_for_whom(two_visits: TwoVisits, visitors: Visitors):
    silent, asked = {}, set()
    with undone():
        for who in ("anonymous", *(each for each in GUESTS if each != "student"), "another", "former"):
            for address in addresses_for(who, two_visits):
                answer = visitors.get(who, f"{address}{'&' if '?' in address else '?'}language=en")
                is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
                if found := is_page and check(answer, asked):
                    silent[who, address] = found

    assert silent == {}
    assert asked >= {
        "SendCodeForm",
        "PasswordSignInForm",
        "ForgottenPasswordForm",
        "FirstPasswordForm",
        "OwnDetailsForm",
    }


@pytest.mark.parametrize(
    ("begin", "sent", "form"),
    [
        ("account_request_login_code", {"email": "nobody@example.org"}, "EnterCodeForm"),
        ("account_reset_password", {"email": "nobody@example.org"}, "PasswordCodeForm"),
    ],
)
def test_so_does_the_next_step_of_signing_in(begin, sent, form, two_visits: TwoVisits, visitors: Visitors):
    asked: set[str] = set()
    with undone():
        answer = visitors.browser.post(f"{reverse(begin)}?language=en", sent, follow=True)

    assert check(answer, asked) == []
    assert form in asked


def test_the_pages_that_were_asked_are_all_that_strangers_can_open():
    public = {route.name for route in every_route() if route.is_public}
    assert {name for name in public if not TABLE[name].may("anonymous")} <= {"account_logout"}
