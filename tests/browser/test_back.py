"""The button Back, for whoever sits down next: what somebody saw who was signed in is not seen again.

Chromium keeps the last pages whole in its memory, which Playwright switches off; here it is on. A page that
comes from there loads nothing, so ``page.go_back()`` would wait for ever.
"""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from accounts import actions as accounts
from accounts.models import User
from core.audit import AuditEntry
from core.browser_cache import BrowserCacheMiddleware
from portal import context
from tests import factories
from visits.delegation.actions import write_needs
from visits.release.actions import publish_release

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ACCOUNT, PUBLIC = "/people/me/", "/practices/"
MEALS = "No nuts at all"


@pytest.fixture(scope="module")
def mindful(browser_type, browser_type_launch_args):
    """As people have it: it keeps the last pages in its memory."""
    browser = browser_type.launch(**browser_type_launch_args, ignore_default_args=["--disable-back-forward-cache"])
    yield browser
    browser.close()


def open_page(browser: Browser, portal: str) -> Page:
    context = browser.new_context(base_url=portal, locale="en-GB")
    context.set_default_timeout(15_000)
    return context.new_page()


@pytest.fixture
def page(mindful, portal):
    page = open_page(mindful, portal)
    yield page
    page.context.close()


@pytest.fixture
def forgetful_page(browser, portal):
    """As Playwright starts it: it keeps pages in its store alone."""
    page = open_page(browser, portal)
    yield page
    page.context.close()


@pytest.fixture
def needs(portal, visit, bob) -> str:
    """The page that says what everybody needs."""
    write_needs(person=visit.people.get(), access="", meals=MEALS, by=None)
    return f"/visits/{visit.reference}/people/needs/"


@pytest.fixture
def itinerary(portal, visit, bob, alice) -> str:
    factories.create_session(visit, "A talk for Bob")
    publish_release(visit=visit, by=alice)
    return f"/visits/{visit.reference}/itinerary/"


def sign_in(page: Page, user: User) -> None:
    key = factories.sign_in(Client(), user).session.session_key
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": settings.SITE_URL}])


def open_and_see(page: Page, address: str, words: str) -> None:
    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text(words)


def sign_out(page: Page) -> None:
    page.goto(ACCOUNT)
    page.locator("[popovertarget=account-menu]").click()
    page.locator("#account-menu form button").click()
    expect(page.locator("[popovertarget=account-menu]")).to_have_count(0)


def go_back(page: Page) -> None:
    page.evaluate("history.back()")


def is_asked_to_sign_in(page: Page, *, instead_of: str) -> None:
    expect(page).to_have_url(re.compile(rf"/account/login/\?next={re.escape(instead_of)}$"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def looks_at_needs() -> int:
    return AuditEntry.objects.filter(verb="needs.read").count()


def test_a_coordinator_who_signed_out_leaves_nobodys_needs_behind(page, needs, alice):
    sign_in(page, alice)
    open_and_see(page, needs, MEALS)
    sign_out(page)

    go_back(page)
    is_asked_to_sign_in(page, instead_of=ACCOUNT)
    go_back(page)
    is_asked_to_sign_in(page, instead_of=needs)
    assert MEALS not in page.content()


def test_a_guest_who_signed_out_leaves_no_itinerary_behind(page, itinerary, bob):
    sign_in(page, bob)
    open_and_see(page, itinerary, "A talk for Bob")
    sign_out(page)

    go_back(page)
    is_asked_to_sign_in(page, instead_of=ACCOUNT)
    go_back(page)
    is_asked_to_sign_in(page, instead_of=itinerary)


def test_without_a_script_too_whoever_signed_out_leaves_nothing_behind(page, needs, itinerary, alice, bob, monkeypatch):
    monkeypatch.setattr(context, "session_mark", lambda _request: "")
    for user, address, words in ((alice, needs, MEALS), (bob, itinerary, "A talk for Bob")):
        sign_in(page, user)
        open_and_see(page, address, words)
        sign_out(page)

        go_back(page)
        is_asked_to_sign_in(page, instead_of=ACCOUNT)
        go_back(page)
        is_asked_to_sign_in(page, instead_of=address)


def session_is_gone(_user: User) -> None:
    Session.objects.all().delete()


def account_is_closed(user: User) -> None:
    accounts.deactivate(user=user, by=factories.create_user("Ada", roles=["administrator"]))


@pytest.mark.parametrize("keeps", ["page", "forgetful_page"])
@pytest.mark.parametrize("end", [session_is_gone, account_is_closed])
def test_a_session_that_ended_by_itself_leaves_no_itinerary_behind(request, keeps, end, itinerary, bob):
    page = request.getfixturevalue(keeps)
    sign_in(page, bob)
    open_and_see(page, itinerary, "A talk for Bob")
    page.goto(PUBLIC)
    end(bob)

    go_back(page)
    is_asked_to_sign_in(page, instead_of=itinerary)


def test_whoever_signs_in_next_does_not_see_the_pages_of_the_last(page, itinerary, alice, bob, charlie):
    sign_in(page, bob)
    open_and_see(page, itinerary, "A talk for Bob")
    page.goto(PUBLIC)
    sign_in(page, charlie)

    go_back(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not here")


def test_the_second_look_at_the_needs_is_written_down_as_the_first_was(page, needs, alice):
    sign_in(page, alice)
    open_and_see(page, needs, MEALS)
    page.goto(PUBLIC)
    assert looks_at_needs() == 1

    go_back(page)
    expect(page.get_by_text(MEALS)).to_be_visible()
    assert looks_at_needs() == 2


@pytest.mark.parametrize("is_offline", [False, True], ids=["online", "offline"])
def test_a_guest_comes_back_to_the_itinerary(page, itinerary, bob, is_offline):
    sign_in(page, bob)
    open_and_see(page, itinerary, "A talk for Bob")
    page.goto(PUBLIC)
    page.context.set_offline(is_offline)

    go_back(page)
    expect(page).to_have_url(re.compile(f"{itinerary}$"))
    expect(page.get_by_text("A talk for Bob")).to_be_visible()


def test_without_all_this_needs_and_itinerary_would_be_seen(page, needs, itinerary, alice, monkeypatch):
    """Else the tests above would prove nothing."""
    monkeypatch.setattr(BrowserCacheMiddleware, "__call__", passed_through)
    monkeypatch.setattr(context, "session_mark", lambda _request: "")
    sign_in(page, alice)
    open_and_see(page, itinerary, "A talk for Bob")
    open_and_see(page, needs, MEALS)
    sign_out(page)

    for address, words in ((ACCOUNT, alice.name), (needs, MEALS), (itinerary, "A talk for Bob")):
        go_back(page)
        expect(page).to_have_url(re.compile(f"{address}$"))
        expect(page.get_by_text(words).first).to_be_visible()


def passed_through(middleware: BrowserCacheMiddleware, request: HttpRequest) -> HttpResponse:
    return middleware.get_response(request)
