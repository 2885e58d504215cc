"""A delegate from Brno reads the programme on a phone: from the mail to the day itself, and nothing but releases."""

import datetime
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.pages import (
    about,
    follow,
    in_czech,
    look_at,
    press,
    read_newest_mail,
    session,
    sign_in_as,
    told,
)
from tests.factories import LEEDS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = "delegate6@example.org"
ITINERARY = "/visits/brno-1/itinerary/"


@pytest.fixture
def invited(coordinator, send_mail) -> None:
    """The last of the delegates from Brno has an invitation in the mailbox."""
    coordinator.goto("/visits/brno-1/people/")
    press(coordinator, about("Invite", "Demo delegate 6"))
    told(coordinator, "The invitation to Demo delegate 6 is on its way.")
    send_mail()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_guest_comes_from_the_mail_to_the_itinerary(invited, sit_down, send_mail, scripts):
    page = sit_down(viewport=PHONE, language="cs-CZ", has_touch=True, java_script_enabled=scripts)
    opens_the_invitation(page)
    signs_in_with_the_code(page, send_mail)
    reads_the_itinerary(page)


def opens_the_invitation(page: Page) -> None:
    read_newest_mail(page, ADDRESS)
    look_at(page)
    page.get_by_role("main").get_by_role("link", name="/people/invitation/").click()
    look_at(page)
    press(page, in_czech("Send me a code"))


def signs_in_with_the_code(page: Page, send_mail) -> None:
    look_at(page)
    send_mail()
    mail = page.context.new_page()
    read_newest_mail(mail, ADDRESS)
    subject = mail.get_by_role("heading", level=1).inner_text()
    page.get_by_label(in_czech("What code did we send you?")).fill(re.search(r"\d{4}-\d{4}", subject)[0])
    page.get_by_role("button", name=in_czech("Sign in"), exact=True).click()


def reads_the_itinerary(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Sociální pracovníci z Brna: děti a rodiny v Leedsu")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Úterý 9. března")
    look_at(page)
    talk = entry(page, "Restorativní přístup")
    expect(talk).to_contain_text("11:10")
    expect(talk).to_contain_text("Brno 12:10")
    expect(talk).to_contain_text("Merrion House")
    expect(talk).to_contain_text("Demo RP trainer")
    expect(entry(page, "Příchod a registrace")).to_contain_text("Vstupte vchodem pro veřejnost")
    expect(entry(page, "Příchod a registrace").get_by_role("link", name=in_czech("map"))).to_be_visible()
    expect(page.get_by_role("link", name="+44 113 496 0100").first).to_be_visible()
    way, note = (
        page.get_by_text("bezbariérový minibus nebo dvě taxi, cíl: New Wortley"),
        page.get_by_text("Odjíždíme od hlavního vchodu"),
    )
    assert note.bounding_box()["x"] == way.bounding_box()["x"]  # below it, not squeezed below the clock
    talk.get_by_role("link", name="Restorativní přístup").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Restorativní přístup")
    look_at(page)


def entry(page: Page, title: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))


@pytest.fixture
def delegate(demonstration, sit_down) -> Page:
    """A delegate of the demonstration, signed in on a phone."""
    page = sit_down(viewport=PHONE, language="cs-CZ", has_touch=True)
    sign_in_as(page, in_czech("Delegate"))
    return page


def test_guests_see_a_change_when_the_next_release_is_published(coordinator, delegate):
    changes_the_coffee(coordinator)
    delegate.goto(ITINERARY)
    expect(entry(delegate, "Káva a čaj")).to_contain_text("10:50")
    publishes_release_2(coordinator)
    delegate.reload()
    expect(entry(delegate, "Káva a čaj")).to_contain_text("10:55")
    expect(delegate.get_by_text("Vydání 2")).to_be_visible()


def changes_the_coffee(page: Page) -> None:
    page.goto("/visits/brno-1/programme/")
    session(page, "Coffee and tea").get_by_role("link").click()
    page.get_by_label("From", exact=True).fill("10:55")
    press(page, "Save the session")
    expect(session(page, "Coffee and tea")).to_contain_text("10:55–11:10")


def publishes_release_2(page: Page) -> None:
    follow(page, "Publish")
    look_at(page)
    expect(page.get_by_role("main")).to_contain_text("10:50")
    press(page, "Publish it now")
    told(page, "Release 2 published. Guests see it now.")
    follow(page, "with release 1")
    look_at(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("From release 1 to release 2")


def test_a_guest_sees_neither_draft_nor_another_visit(delegate):
    for path, status in {
        "/visits/brno-1/programme/": 403,
        "/visits/brno-1/preview/": 403,
        "/visits/brno-1/people/": 403,
        "/visits/brno-1/releases/1/": 403,
        "/visits/dortmund-1/itinerary/": 404,
        "/visits/dortmund-1/": 404,
    }.items():
        assert (path, delegate.goto(path).status) == (path, status)
        look_at(delegate)


def test_on_the_day_itself_today_stands_first_and_it_prints(delegate, clock):
    clock.move_to(datetime.datetime(2027, 3, 10, 8, 0, tzinfo=LEEDS))
    delegate.goto(ITINERARY)
    expect(delegate.get_by_role("heading", level=2).first).to_have_text("Středa 10. března")
    expect(delegate.get_by_role("link", name="10. března")).to_have_attribute("aria-current", "date")
    delegate.emulate_media(media="print")
    for useless in [delegate.get_by_role("navigation").first, delegate.get_by_role("button", name=in_czech("Print"))]:
        expect(useless).to_be_hidden()
    expect(entry(delegate, "Oběd v centru Family Hub")).to_be_visible()
    expect(delegate.get_by_role("link", name="+44 113 496 0100").first).to_be_visible()
