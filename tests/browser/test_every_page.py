"""Every page in a real browser: nothing that the policy stops, no fault for a screen reader, nothing cut off.

All addresses are opened, by those for whom they are. Pages of the same template with the same form look
alike, so the slow looks are taken once for each: a scan for faults at the width of a computer and of a
phone, and the width that is left at 400% zoom.
"""

from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from tests.browser.pages import is_complaint
from tests.guards import access_table
from tests.guards import two_visits as guards_two_visits
from tests.guards.routes import every_route
from tests.guards.two_visits import TwoVisits
from tests.guards.visitors import Visitors

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = access_table.read()
AS_A_GUEST = ["portal:start", "visits:list", "visits:itinerary", "people:account"]
COMPUTER, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
ZOOMED = {"width": 320, "height": 256}  # what is left of a screen of 1280 by 1024 at 400%
NO_PAGES = {"healthz", "readyz", "core:picture", "portal:robots", "portal:sitemap", "mfa_download_recovery_codes"}
# They end the session of whoever looks, or answer to what a page asks for by itself.
NOT_LOOKED_AT = {"mfa_login_webauthn", "openid_connect_callback"}


@dataclass
class Look:
    who: str
    address: str
    is_first_of_its_kind: bool


@dataclass
class Faults:
    found: list[tuple] = field(default_factory=list)

    def hear(self, page: Page, who: str) -> None:
        """What the browser says by itself: of the policy, of scripts, of files that are missing."""
        page.on("console", lambda said: self.note(who, page.url, said))
        page.on("pageerror", lambda error: self.found.append((who, page.url, str(error))))
        page.on("dialog", lambda dialog: (self.found.append((who, page.url, dialog.message)), dialog.dismiss()))

    def note(self, who: str, url: str, said: ConsoleMessage) -> None:
        if is_complaint(said):
            self.found.append((who, url, said.text))


@pytest.fixture
def two_visits(live_server, settings) -> TwoVisits:
    settings.SITE_URL = live_server.url
    return guards_two_visits.build()


@pytest.fixture
def visitors(two_visits: TwoVisits) -> Visitors:
    return Visitors(two_visits)


@pytest.fixture
def looks(two_visits: TwoVisits, visitors: Visitors) -> list[Look]:
    """Every page, by whom it is looked at, and whether another like it was there before."""
    seen, found = set(), []
    for who, address in addresses(two_visits):
        answer = visitors.get(who, address)
        if answer.status_code == 200 and answer.templates:
            kind = (answer.templates[0].name, *sorted(kinds_of_forms(answer)), who == "delegate")
            found.append(Look(who, address, kind not in seen))
            seen.add(kind)
    return found


def kinds_of_forms(answer) -> set[str]:
    layers = [layer for context in answer.context for layer in context.dicts]
    return {type(value).__name__ for layer in layers for value in layer.values() if isinstance(value, BaseForm)}


def addresses(two_visits: TwoVisits) -> list[tuple[str, str]]:
    found = []
    for route in every_route():
        if not TABLE[route.name].takes("GET") or route.name in NO_PAGES | NOT_LOOKED_AT:
            continue
        who = "anonymous" if TABLE[route.name].may("anonymous") else TABLE[route.name].somebody_who_may()
        found.append((who, two_visits.ours.address(route)))
        if route.name in AS_A_GUEST:
            found.append(("delegate", two_visits.ours.address(route)))
        if route.has_language:
            with override("cs"):
                found.append((who, two_visits.ours.address(route)))
    return found


@pytest.fixture
def sit_down(new_context, live_server, two_visits: TwoVisits):
    """``sit_down("editor")``: their browser, signed in."""

    def open_browser(who: str) -> BrowserContext:
        context = new_context(base_url=live_server.url, viewport=COMPUTER, locale="en-GB", reduced_motion="reduce")
        if who in two_visits.sessions:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": two_visits.sessions[who], "url": live_server.url}
            context.add_cookies([cookie])
        return context

    return open_browser


def test_every_page_stands_in_a_browser(looks, sit_down):
    faults, pages = Faults(), {}
    for look in looks:
        if look.who not in pages:
            pages[look.who] = sit_down(look.who).new_page()
            faults.hear(pages[look.who], look.who)
        page = pages[look.who]
        page.set_viewport_size(COMPUTER)
        answer = page.goto(look.address)
        if answer.status != 200:
            faults.found.append((look.who, look.address, answer.status))
        if look.is_first_of_its_kind:
            look_closely(page, look, faults)

    assert faults.found == []
    assert len(looks) > 130
    assert sum(look.is_first_of_its_kind for look in looks) > 70


def look_closely(page: Page, look: Look, faults: Faults) -> None:
    for size in (COMPUTER, PHONE):
        page.set_viewport_size(size)
        faults.found += [(look.who, look.address, size["width"], *fault) for fault in scan(page)]
    page.set_viewport_size(ZOOMED)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > ZOOMED["width"]:
        faults.found.append((look.who, look.address, f"{width} wide at 400%", widest(page)))


def scan(page: Page) -> list[tuple[str, list[str]]]:
    violations = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in violations]


def widest(page: Page) -> list[str]:
    """What sticks out of the page."""
    return page.evaluate(
        """[...document.querySelectorAll("body *")]
             .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
             .map((each) => each.outerHTML.slice(0, 120)).slice(0, 3)"""
    )


@pytest.mark.parametrize("address", ["/nowhere/", "/cs/nowhere/", "/people/invite/"])
def test_a_page_that_refuses_stands_in_a_browser_as_well(address, sit_down, two_visits: TwoVisits):
    faults = Faults()
    page = sit_down("coordinator").new_page()
    faults.hear(page, "coordinator")

    status = page.goto(address).status
    look_closely(page, Look("coordinator", address, True), faults)

    assert (status, faults.found) == (403 if "people" in address else 404, [])


def test_a_browser_would_complain_of_a_script_in_the_page(sit_down, live_server):
    """Else the guards above would prove nothing."""
    faults = Faults()
    page = sit_down("anonymous").new_page()
    faults.hear(page, "anonymous")
    page.goto(reverse("public:help"))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p><img>')")

    assert [text for _who, _url, text in faults.found if "Content Security Policy" in text]
    assert ("image-alt", ["<img>"]) in scan(page)
