"""What a journey needs: the portal with its demonstration, a clock, a mailbox, and browsers that complain."""

import datetime
from collections.abc import Callable

import pytest
import time_machine
from django.core.cache import cache
from playwright.sync_api import Page

from core.outbox import sending
from portal.demonstration import loading
from tests.browser.pages import is_complaint, sign_in_as
from tests.factories import LEEDS

MONDAY = datetime.datetime(2027, 2, 22, 9, 0, tzinfo=LEEDS)  # when the journeys begin
TUESDAY = datetime.date(2027, 3, 9)  # the first day of the guests from Brno
COMPUTER, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def clock():
    """The portal's clock, which goes on from a Monday morning and can be moved."""
    with time_machine.travel(MONDAY) as traveller:
        yield traveller


@pytest.fixture
def portal(live_server, settings, tmp_path, clock) -> str:
    """Where the portal is served, with the local mailbox of the demonstration."""
    settings.SITE_URL = live_server.url
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.MAILBOX_DIR = settings.EMAIL_FILE_PATH = tmp_path / "mailbox"
    cache.clear()
    return live_server.url


@pytest.fixture
def demonstration(portal):
    """The catalogue, the cities and three visits; the guests from Brno come on 9 and 10 March 2027."""
    loading.load(first_day=TUESDAY)


@pytest.fixture
def send_mail(portal) -> Callable[[], None]:
    """What the worker does with the outbox."""

    def send() -> None:
        while sending.send_next():
            pass

    return send


@pytest.fixture
def sit_down(new_context, portal):
    """``sit_down(viewport=PHONE)``: a browser of one's own. At the end none may have anything to complain of."""
    complaints: list[str] = []

    def open_browser(*, viewport=COMPUTER, language="en-GB", **options) -> Page:
        context = new_context(base_url=portal, viewport=viewport, locale=language, **options)
        context.set_default_timeout(15_000)
        context.on("page", lambda page: listen(page, complaints))
        return context.new_page()

    yield open_browser
    assert complaints == []


def listen(page: Page, complaints: list[str]) -> None:
    """What the browser complains of: a broken script, something that the policy stops, a file that is missing."""

    def hear(said) -> None:
        if is_complaint(said):
            complaints.append(said.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))


@pytest.fixture
def coordinator(demonstration, sit_down) -> Page:
    """A coordinator of the demonstration at a computer, signed in and on the start page."""
    page = sit_down()
    sign_in_as(page, "Coordinator")
    return page
