"""Editors change the catalogue: the public reads what is published, and nobody's words are lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import box, follow, look_at, press, sign_in_as, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "The worker comes back after the removal, asks what is left, and stays for a year."
MAIN_TEXT = "/catalogue/practices/futures/edit/"


@pytest.fixture
def editor(demonstration, sit_down) -> Page:
    page = sit_down()
    sign_in_as(page, "Editor")
    return page


def test_a_change_is_published_and_its_history_tells_field_by_field(editor, sit_down):
    reader = sit_down()
    changes_how_it_is_done(editor)
    reader.goto("/practices/futures/")
    look_at(reader)
    expect(reader.get_by_text(NEW)).to_have_count(0)
    publishes_it(editor)
    reader.reload()
    expect(reader.get_by_text(NEW)).to_be_visible()
    reads_its_history(editor)


def changes_how_it_is_done(page: Page) -> None:
    look_at(page)
    follow(page, "Catalogue")
    look_at(page)
    follow(page, "Futures")
    look_at(page)
    follow(page, "Edit the main text")
    look_at(page)
    box(page, "How it is done").fill(NEW)
    press(page, "Save")
    told(page, "Saved. Readers see it when you publish.")


def publishes_it(page: Page) -> None:
    follow(page, "Preview and publish")
    look_at(page)
    page.get_by_label("What changed, in a few words").fill("Said in the words of the team.")
    press(page, "Publish")
    told(page, "Published as number 2.")


def reads_its_history(page: Page) -> None:
    page.goto("/catalogue/practices/futures/history/")
    look_at(page)
    edited = page.get_by_role("region", name="What happened").get_by_role("listitem").filter(has_text="1 field").first
    expect(edited).to_contain_text("Demo editor")
    edited.get_by_text("1 field").click()
    expect(edited.get_by_role("heading", name="How it is done")).to_be_visible()
    expect(edited.get_by_text("Before")).to_be_visible()
    expect(edited.get_by_text("and stays for a year")).to_be_visible()
    expect(page.get_by_text("Said in the words of the team.").first).to_be_visible()


@pytest.fixture
def two_browsers(editor, sit_down) -> tuple[Page, Page]:
    """Both have opened the same form before either saves."""
    other = sit_down()
    sign_in_as(other, "Editor")
    for page in (editor, other):
        page.goto(MAIN_TEXT)
    return editor, other


def test_two_who_change_different_fields_both_keep_their_change(two_browsers):
    first, second = two_browsers
    box(first, "How it is done").fill("How, by the first.")
    press(first, "Save")
    box(second, "What it is").fill("What, by the second.")
    press(second, "Save")
    told(second, "How it is done")
    expect(second.get_by_text("How, by the first.")).to_be_visible()
    expect(second.get_by_text("What, by the second.")).to_be_visible()


def test_the_second_who_changes_the_same_field_is_asked_for_one_result(two_browsers):
    first, second = two_browsers
    box(first, "How it is done").fill("How, by the first.")
    press(first, "Save")
    box(second, "How it is done").fill("How, by the second.")
    with second.expect_response(lambda answer: answer.request.method == "POST") as answer:
        press(second, "Save")
    assert answer.value.status == 409
    look_at(second)
    clash = second.get_by_role("region", name="Somebody else changed the same thing")
    expect(clash.get_by_text("How, by the first.")).to_be_visible()
    expect(clash.get_by_text("How, by the second.")).to_be_visible()
    clash.get_by_role("link", name="Go to the box: How it is done").click()
    result = box(second, "How it is done")
    expect(result).to_be_focused()
    result.fill("How, by both.")
    press(second, "Save")
    told(second, "Saved. Readers see it when you publish.")
    expect(second.get_by_text("How, by both.")).to_be_visible()
