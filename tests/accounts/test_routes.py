"""Which addresses signing in has, and that each is drawn by our own templates."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from accounts import sign_in_urls
from accounts.models import User
from core.audit import AuditEntry
from core.outbox.models import Notice
from tests import factories
from tests.accounts import passkey
from tests.accounts.conftest import ask_for_code, send_app_code, send_password

WANTED = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_request_login_code",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
NEED_NO_SIGN_IN = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_request_login_code",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
}


def test_only_wanted_routes_of_the_library_are_there():
    assert {route.name for route in sign_in_urls.urlpatterns} == WANTED


def test_only_listed_routes_need_no_sign_in():
    closed = {route.name for route in sign_in_urls.urlpatterns if getattr(route.callback, "login_required", True)}
    assert closed == WANTED - NEED_NO_SIGN_IN


@pytest.mark.parametrize(
    "path", ["signup/", "email/", "confirm-email/", "3rdparty/", "3rdparty/signup/", "social/signup/", "login/trust/"]
)
def test_nobody_signs_up_or_connects_an_account(client, db, path):
    with pytest.raises(Resolver404):
        resolve(f"/account/{path}")
    assert client.get(f"/account/{path}").status_code == 404


def own(answer) -> bool:
    """Whether every template of the page lies in the portal's own folder."""
    mine = str(settings.BASE_DIR / "templates")
    library = str(settings.BASE_DIR / "core")  # Django's form widgets are drawn through our pack
    names = [template.origin.name for template in answer.templates if template.origin]
    return bool(names) and all(name.startswith((mine, library)) or "/django/forms/templates/" in name for name in names)


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_inactive",
        "account_request_login_code",
        "account_confirm_login_code",
        "account_reset_password",
        "account_password_reset_completed",
        "socialaccount_login_cancelled",
    ],
)
def test_pages_before_sign_in_are_drawn_by_our_templates(client, db, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert own(answer)


def test_pages_on_the_way_in_are_drawn_by_our_templates(client, guarded, bob):
    ask_for_code(client, bob.email)
    assert own(client.get(reverse("account_confirm_login_code")))
    staff = Client()
    send_password(staff, guarded.email)
    assert own(staff.get(reverse("mfa_authenticate")))
    staff.post(reverse("account_reset_password"), {"email": guarded.email})
    assert own(staff.get(reverse("account_confirm_password_reset_code")))


@pytest.mark.parametrize(
    "name",
    [
        "account_logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_change_password",
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    ],
)
def test_pages_of_ones_own_sign_in_are_drawn_by_our_templates(client, guarded, name):
    send_password(client, guarded.email)
    send_app_code(client)
    passkey.add(client, passkey.Passkey())
    key = guarded.authenticator_set.get(type="webauthn")
    arguments = [key.pk] if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"} else []
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    assert own(answer)


def test_pages_for_a_first_password_and_app_are_drawn_by_our_templates(client, alice):
    factories.sign_in(client, alice)
    assert own(client.get(reverse("account_set_password")))
    assert own(client.get(reverse("mfa_activate_totp")))


@pytest.mark.parametrize("name", sorted(WANTED - {"openid_connect_login", "openid_connect_callback"}))
def test_post_without_a_csrf_token_is_refused(guarded, name):
    client = factories.sign_in(Client(enforce_csrf_checks=True), guarded)
    arguments = [1] if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"} else []
    assert client.post(reverse(name, args=arguments)).status_code == 403


@pytest.mark.parametrize("name", sorted(WANTED - {"mfa_login_webauthn"}))
def test_pages_that_are_looked_at_twice_change_nothing_that_matters(guarded, name, bob):
    client = factories.sign_in(Client(), guarded)
    address = reverse(name, args=[1] if name in {"mfa_edit_webauthn", "mfa_remove_webauthn"} else [])

    def stand():
        rows = [User.objects, guarded.authenticator_set, AuditEntry.objects, Notice.objects]
        return [list(each.order_by("pk").values()) for each in rows]

    client.get(address)
    before = stand()
    client.get(address)
    assert stand() == before
