"""A colleague is invited, and gets nowhere until a second factor stands behind the password."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser.pages import follow, look_at, press, read_newest_mail, sign_in_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "three wise owls knit"
CLOSED_TO_HALF_A_SESSION = ["/start/", "/visits/", "/visits/brno-1/people/", "/catalogue/", "/places/venues/"]


def test_a_colleague_comes_from_the_invitation_to_the_start_page(demonstration, sit_down, send_mail):
    administrator, colleague = sit_down(), sit_down()
    sign_in_as(administrator, "Administrator")
    invites_a_colleague(administrator)
    send_mail()
    chooses_a_password(colleague)
    gets_nowhere_else(colleague)
    secret = sets_up_an_app(colleague)
    follow(colleague, "Go to the start page")
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Good to see you, Dana Colleague")
    signs_in_again(colleague, secret)


def invites_a_colleague(page: Page) -> None:
    look_at(page)
    page.goto("/people/")
    look_at(page)
    follow(page, "Invite somebody")
    look_at(page)
    page.get_by_label("To which work e-mail address does the invitation go?").fill("dana@example.org")
    page.get_by_label("What is the person's name?").fill("Dana Colleague")
    page.get_by_role("group", name="What will they do here?").get_by_label("Coordinator").check()
    page.get_by_role("group", name="In which language do we write to them?").get_by_label("English").check()
    press(page, "Send the invitation")


def chooses_a_password(page: Page) -> None:
    read_newest_mail(page, "dana@example.org")
    page.get_by_role("main").get_by_role("link", name="/people/invitation/").click()
    look_at(page)
    page.get_by_label("What is your new password to be?").fill(PASSWORD)
    page.get_by_label("Type the new password once more").fill(PASSWORD)
    press(page, "Go on to the second factor")


def gets_nowhere_else(page: Page) -> None:
    for path in CLOSED_TO_HALF_A_SESSION:
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    look_at(page)


def sets_up_an_app(page: Page) -> str:
    """Returns the key that the app keeps."""
    follow(page, "Set up an app")
    look_at(page)
    secret = page.get_by_text(re.compile("^[A-Z2-7]{32}$")).inner_text()
    page.get_by_label("What code does the app show now?").fill(app_code(secret))
    press(page, "Set up the app")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    look_at(page)
    return secret


def signs_in_again(page: Page, secret: str) -> None:
    """With the password and the code that the app shows next."""
    page.goto("/account/logout/")
    press(page, "Sign out")
    page.goto("/account/login/")
    look_at(page)
    page.get_by_label("What is your work e-mail address?").fill("dana@example.org")
    page.get_by_label("What is your password?").fill(PASSWORD)
    press(page, "Sign in with a password")
    look_at(page)
    page.get_by_label("What code does your app show?").fill(app_code(secret, later=1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you, Dana Colleague")


def app_code(secret: str, *, later: int = 0) -> str:
    """What an authenticator app shows, now or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))
