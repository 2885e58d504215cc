"""What holds on every page: nothing typed is lost, errors lead to their field, no mouse and no wide screen needed."""

import datetime
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import box, fits, look_at, press, session, sign_in_as, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAGNIFIED = {"width": 320, "height": 256}  # a window of 1280 by 1024 at 400 %
PUBLIC = ["/", "/practices/", "/practices/restorative-practice/", "/practices/glossary/", "/cities/", "/cities/brno/"]
PLANNING = ["", "people/", "people/add/", "programme/", "programme/offers/", "programme/add/session/", "preview/"]


def test_a_form_sent_after_the_sign_in_ran_out_comes_back(coordinator, clock):
    coordinator.goto("/visits/dortmund-1/aims/add/")
    coordinator.get_by_label("What do they want to learn, in their own words?").fill("Wer hört wirklich zu?")
    box(coordinator, "The same in short, for the programme").fill("Who listens")
    clock.shift(datetime.timedelta(hours=2))
    press(coordinator, "Save and go to the visit")
    expect(coordinator.get_by_role("heading", level=1)).to_have_text("Sign in")
    coordinator.get_by_role("button", name="Coordinator").click()
    expect(coordinator.get_by_role("status").first).to_contain_text("You were signed out before this was sent.")
    look_at(coordinator)
    expect(box(coordinator, "The same in short, for the programme")).to_have_value("Who listens")
    press(coordinator, "Save and go to the visit")
    told(coordinator, "Aim added.")
    expect(coordinator.get_by_text("Wer hört wirklich zu?")).to_be_visible()


def test_errors_come_first_and_each_leads_into_its_field(coordinator):
    coordinator.goto("/visits/add/")
    coordinator.get_by_label("First day").fill("2027-06-02")
    coordinator.get_by_label("Last day").fill("2027-06-01")
    coordinator.get_by_label("Note for staff").fill("Call them first.")
    press(coordinator, "Record the visit")
    summary = coordinator.get_by_role("alert")
    expect(summary).to_be_focused()
    look_at(coordinator)
    fields = {
        "Choose the city that the guests come from.": coordinator.get_by_label("Which partner city do they come from?"),
        "Give the visit a title.": box(coordinator, "What is the visit called?"),
        "The last day must not come before the first.": coordinator.get_by_label("Last day"),
    }
    for sentence, field in fields.items():
        summary.get_by_role("link", name=sentence).click()
        expect(field).to_be_focused()
    expect(coordinator.get_by_label("Note for staff")).to_have_value("Call them first.")


def test_calling_off_is_asked_about_and_can_be_taken_back(coordinator):
    coordinator.goto("/visits/dortmund-1/")
    press(coordinator, "Mark as postponed")
    expect(coordinator.get_by_role("heading", level=1)).to_contain_text("Postpone “Youth workers from Dortmund")
    look_at(coordinator)
    coordinator.get_by_role("link", name="Go back without a change").click()
    press(coordinator, "Mark as postponed")
    press(coordinator, "Postpone the visit")
    told(coordinator, "Marked as postponed.")
    press(coordinator, "Mark as planning")
    told(coordinator, "Marked as planning.")


def test_a_double_click_on_publish_makes_one_release(coordinator):
    """And so does a second tab in which the button still stands."""
    second = coordinator.context.new_page()
    for page in (coordinator, second):
        page.goto("/visits/dortmund-1/publish/")
    coordinator.get_by_role("button", name="Publish it now").dblclick()
    told(coordinator, "Release 1 published. Guests see it now.")
    press(second, "Publish it now")
    told(second, "Release 1 says this already; nothing was published twice.")
    numbers = second.get_by_role("main").get_by_role("link", name=re.compile(r"^Release \d"))
    expect(numbers).to_have_text(["Release 1"])


def test_a_coordinator_plans_and_publishes_without_a_mouse(demonstration, sit_down):
    page = sit_down()
    page.goto("/account/login/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    press_enter_on(page, page.get_by_role("button", name="Coordinator"))
    press_enter_on(page, page.get_by_role("main").get_by_role("link", name="Youth workers from Dortmund"))
    press_enter_on(page, page.get_by_role("link", name="Go to the programme"))
    press_enter_on(page, page.get_by_role("link", name="Take an offer of the catalogue"))
    press_enter_on(page, page.get_by_role("link", name="Ten years of wishes"))
    press_enter_on(page, page.get_by_role("button", name="Put it into the programme"))
    expect(session(page, "Child Friendly Leeds").last).to_be_visible()
    press_enter_on(page, page.get_by_role("link", name="Publish", exact=True))
    walk_to(page, page.get_by_label("A sentence about this release"))
    page.keyboard.type("A first proposal")
    page.keyboard.press("Enter")
    told(page, "Release 1 published. Guests see it now.")
    expect(page.get_by_text("A first proposal")).to_be_visible()


def walk_to(page: Page, goal: Locator) -> None:
    """By the Tab key alone."""
    for _step in range(120):
        page.keyboard.press("Tab")
        if goal.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"the Tab key does not reach {goal} on {page.url}")


def press_enter_on(page: Page, goal: Locator) -> None:
    walk_to(page, goal)
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)


def test_nothing_is_wider_than_a_page_at_400_percent(demonstration, sit_down):
    page = sit_down(viewport=MAGNIFIED)
    for path in [*PUBLIC, "/account/login/", "/demonstration/mailbox/"]:
        page.goto(path)
        fits(page)
    sign_in_as(page, "Coordinator")
    for path in ["/start/", "/visits/", "/places/venues/", *(f"/visits/brno-1/{room}" for room in PLANNING)]:
        page.goto(path)
        fits(page)
    guest = sit_down(viewport=MAGNIFIED, language="cs-CZ")
    sign_in_as(guest, "Delegát")
    fits(guest)
