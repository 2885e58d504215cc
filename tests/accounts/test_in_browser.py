"""Signing in as people do it: in a real browser, found by label and role, under the portal's own policy."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts import actions
from accounts.invitations import link
from tests import factories
from tests.accounts.conftest import PASSWORD, SECRET, app_code, invited_guest, mailed_code
from tests.accounts.provider import CLIENT_ID, running_provider
from tests.accounts.provider import SECRET as CLIENT_SECRET

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def complaints(page):
    """What the browser complains of: a broken script, something that the policy stops."""
    heard = []
    page.on("console", lambda message: heard.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield heard
    assert heard == []


@pytest.fixture
def portal(live_server, settings, complaints):
    settings.SITE_URL = live_server.url
    return live_server.url


@pytest.fixture
def with_passkeys(page):
    """The computer can make passkeys and somebody always puts a finger on it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def password_form(page: Page) -> None:
    page.get_by_label("What is your work e-mail address?").fill("stella@example.org")
    page.get_by_label("What is your password?").fill(PASSWORD)
    page.get_by_role("button", name="Sign in with a password").click()


def sign_out(page: Page, portal: str) -> None:
    page.goto(f"{portal}{reverse('account_logout')}")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()


def faults(page: Page) -> list[str]:
    return [fault["id"] for fault in Axe().run(page).response["violations"]]


@pytest.fixture
def stella(db):
    return factories.create_user("Stella", roles=["editor"], email="stella@example.org", password=PASSWORD)


def test_staff_make_a_passkey_and_sign_in_with_it_alone(page, portal, with_passkeys, stella):
    page.goto(f"{portal}{reverse('account_login')}")
    password_form(page)
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("What shall we call this passkey?").fill("Work laptop")
    page.get_by_role("button", name="Set up the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page, portal)
    page.goto(f"{portal}{reverse('account_login')}?next={reverse('people:account')}")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Work laptop"


def test_passkey_that_is_not_there_is_told_of_beside_the_button(page, portal, with_passkeys, stella):
    page.goto(f"{portal}{reverse('account_login')}")
    expect(page.get_by_text("The passkey was not used.")).to_be_hidden()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()


def test_staff_use_a_passkey_after_their_password(page, portal, with_passkeys, stella):
    page.goto(f"{portal}{reverse('account_login')}")
    password_form(page)
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("Let me sign in with this passkey alone").uncheck()
    page.get_by_role("button", name="Set up the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page, portal)
    page.goto(f"{portal}{reverse('account_login')}?next={reverse('people:account')}")
    password_form(page)
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()


@pytest.fixture
def without_scripts(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_guest_signs_in_without_javascript(without_scripts, portal, visit):
    page, bob = without_scripts, factories.create_member(visit, "Bob").invitation.user
    page.goto(f"{portal}{reverse('account_login')}?next={reverse('people:account')}")
    page.get_by_label("What is your e-mail address?").fill(bob.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("What code did we send you?").fill(mailed_code(bob.email))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()


def test_invited_staff_come_all_the_way_in_without_javascript(without_scripts, portal, administrator):
    page = without_scripts
    invitation = invited_guest(by=administrator, roles=["editor"])
    page.goto(link(invitation))
    page.get_by_label("What is your new password to be?").fill(PASSWORD)
    page.get_by_label("Type the new password once more").fill(PASSWORD)
    page.get_by_role("button", name="Go on to the second factor").click()
    page.get_by_role("link", name="Set up an app").click()
    secret = page.get_by_text(re.compile("^[A-Z2-7]{32}$")).inner_text()
    page.get_by_label("What code does the app show now?").fill(app_code(secret))
    page.get_by_role("button", name="Set up the app").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_passkey_is_not_offered_without_javascript(without_scripts, portal):
    without_scripts.goto(f"{portal}{reverse('account_login')}")
    expect(without_scripts.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


def test_councils_sign_in_is_reached_under_the_portals_policy(page, portal, settings, stella):
    with running_provider() as provider:
        app = {"provider_id": "council", "name": "the council", "client_id": CLIENT_ID, "secret": CLIENT_SECRET}
        app["settings"] = {"server_url": provider.issuer}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        rules = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**rules, "form-action": ["'self'", provider.issuer]}}
        page.goto(f"{portal}{reverse('account_login')}?next={reverse('people:account')}")
        page.get_by_role("button", name="Sign in with the council").click()
        expect(page.get_by_role("heading", name="My account")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_of_signing_in_have_no_fault_for_a_screen_reader(page, portal, guarded_page, width):
    page.set_viewport_size({"width": width, "height": 900})
    for address in guarded_page:
        page.goto(f"{portal}{address}")
        assert (address, faults(page)) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.fixture
def guarded_page(page, portal, stella, administrator):
    """The addresses of every page that somebody signed in as staff and administrator can look at."""
    TOTP.activate(stella, SECRET)
    actions.give_role(user=stella, role="administrator", by=administrator)
    page.goto(f"{portal}{reverse('account_login')}")
    password_form(page)
    page.get_by_label("What code does your app show?").fill(app_code())
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    names = [
        *["people:account", "people:list", "people:invite"],
        *["mfa_index", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_deactivate_totp", "account_change_password"],
    ]
    people = [f"people:{name}" for name in ["person", "close", "second-factor-remove"]]
    return [reverse(name) for name in names] + [reverse(name, args=[stella.pk]) for name in people]
