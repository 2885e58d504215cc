"""Staff sign in with a password and a second factor, or with a passkey alone."""

import datetime
import json

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import get_user, hashers
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import AT_THE_DOOR
from accounts.models import User
from core.audit import AuditEntry
from core.outbox.models import Notice
from tests import factories
from tests.accounts import passkey
from tests.accounts.conftest import (
    PASSWORD,
    SECRET,
    app_code,
    is_signed_in,
    mailed_code,
    other,
    send_app_code,
    send_password,
)
from tests.accounts.routes import every_address

START = reverse("people:account")


def test_password_and_app_code_sign_in(client, guarded):
    assert send_password(client, guarded.email).url == reverse("mfa_authenticate")
    assert send_app_code(client).url == reverse("portal:start")
    assert get_user(client) == guarded
    assert is_signed_in(client)


def test_password_alone_of_somebody_with_a_second_factor_signs_nobody_in(client, guarded):
    send_password(client, guarded.email)
    assert not get_user(client).is_authenticated


def test_wrong_password_is_refused_with_one_sentence_for_all(client, guarded):
    wrong = send_password(client, guarded.email, "not the password at all")
    nobody = send_password(client, "nobody@example.org", "not the password at all")
    assert wrong.context["form"].errors == nobody.context["form"].errors
    assert (wrong.status_code, nobody.status_code) == (200, 200)


def test_unknown_address_costs_one_password_check_like_a_known_one(guarded, bob, monkeypatch):
    checks = []
    encode = hashers.MD5PasswordHasher.encode
    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", lambda *words: checks.append(1) or encode(*words))

    def checks_for(email: str) -> int:
        checks.clear()
        send_password(Client(), email, "not the password at all")
        return len(checks)

    assert {checks_for(guarded.email), checks_for("nobody@example.org"), checks_for(bob.email)} == {1}


def test_closed_account_says_so_only_to_who_knows_the_password(client, guarded):
    User.objects.filter(pk=guarded.pk).update(is_active=False)
    assert send_password(client, guarded.email, "not the password at all").status_code == 200
    assert send_password(client, guarded.email).url == reverse("account_inactive")
    assert not is_signed_in(client)


def test_wrong_app_code_is_refused(client, guarded):
    send_password(client, guarded.email)
    answer = send_app_code(client, other(app_code()))
    assert answer.context["form"].errors == {"code": ["This code is not right. Check it and type it again."]}
    assert not is_signed_in(client)


def test_app_code_of_the_half_minute_before_counts(client, guarded):
    send_password(client, guarded.email)
    assert send_app_code(client, app_code(steps=-1)).status_code == 302


def test_app_code_of_a_minute_ago_does_not_count(client, guarded):
    send_password(client, guarded.email)
    assert send_app_code(client, app_code(steps=-2)).status_code == 200


def test_app_code_counts_once_even_a_minute_later(guarded):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        code = app_code(steps=1)
        first, second = Client(), Client()
        send_password(first, guarded.email)
        assert send_app_code(first, code).status_code == 302
        clock.shift(45)
        send_password(second, guarded.email)
        assert send_app_code(second, code).status_code == 200
    assert not is_signed_in(second)


def test_recovery_code_counts_once(guarded):
    code = RecoveryCodes.activate(guarded).get_unused_codes()[0]
    first, second = Client(), Client()
    send_password(first, guarded.email)
    assert send_app_code(first, code).status_code == 302
    assert is_signed_in(first)
    send_password(second, guarded.email)
    assert send_app_code(second, code).status_code == 200
    assert not is_signed_in(second)


def test_code_of_the_app_counts_once_however_it_is_typed(guarded):
    code = app_code()
    first, second = Client(), Client()
    for client in (first, second):
        send_password(client, guarded.email)
    assert send_app_code(first, code).status_code == 302
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=32)):
        assert send_app_code(second, f"{code[:3]} {code[3:]}").status_code == 200


def test_secrets_of_second_factors_are_not_readable_in_the_database(guarded):
    RecoveryCodes.activate(guarded)
    app = Authenticator.objects.get(user=guarded, type=Authenticator.Type.TOTP)
    codes = Authenticator.objects.get(user=guarded, type=Authenticator.Type.RECOVERY_CODES)
    assert SECRET not in str(app.data)
    assert len(codes.data["seed"]) > 80
    assert app.data["secret"].startswith("gAAAA")  # Fernet's mark
    assert codes.data["seed"].startswith("gAAAA")


def test_secrets_are_read_after_the_secret_key_changed(client, guarded, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    send_password(client, guarded.email)
    assert send_app_code(client).status_code == 302


def test_secrets_that_no_key_opens_are_told_in_a_sentence(client, guarded, settings):
    settings.SECRET_KEY = "another, and the one before is lost"
    send_password(client, guarded.email)
    answer = send_app_code(client)
    assert answer.status_code == 200
    assert "Your code cannot be checked any more" in answer.text


# --- before there is a second factor -------------------------------------------------------------


def test_password_alone_leads_to_the_page_that_sets_up_a_second_factor(client, staff):
    send_password(client, staff.email)
    for name in ["people:account", "portal:start", "account_change_password", "public:first-page"]:
        answer = client.get(reverse(name))
        assert (answer.status_code, answer.get("Location")) == (302, reverse("mfa_index")), name


def test_password_alone_reaches_no_page_at_all(client, staff):
    """Every route of the portal, asked for and written to: nothing but the doors that stand open on purpose."""
    send_password(client, staff.email)
    for name, address in every_address():
        for method in (client.get, client.post):
            answer = method(address)
            if name not in AT_THE_DOOR | {"account_logout", "healthz", "readyz"}:
                assert (answer.status_code, answer.get("Location")) == (302, reverse("mfa_index")), (name, method)
            if name == "account_logout" and method == client.post:
                send_password(client, staff.email)


def test_password_alone_can_sign_out(client, staff):
    send_password(client, staff.email)
    client.post(reverse("account_logout"))
    assert not get_user(client).is_authenticated


@pytest.mark.django_db(transaction=True)  # allauth tells of a new app when the transaction is over
def test_setting_up_an_app_completes_the_session(client, staff):
    send_password(client, staff.email)
    page = client.get(reverse("mfa_activate_totp"))
    answer = client.post(reverse("mfa_activate_totp"), {"code": app_code(page.context["form"].secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert client.get(answer.url).status_code == 200
    assert is_signed_in(client)
    assert {"account.second_factor_added"} <= set(AuditEntry.objects.values_list("verb", flat=True))


def test_wrong_code_sets_up_no_app(client, staff):
    send_password(client, staff.email)
    page = client.get(reverse("mfa_activate_totp"))
    wrong = other(app_code(page.context["form"].secret))
    assert client.post(reverse("mfa_activate_totp"), {"code": wrong}).status_code == 200
    assert not Authenticator.objects.exists()
    assert not is_signed_in(client)


def test_app_is_set_up_with_the_key_that_was_shown(client, staff):
    send_password(client, staff.email)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": app_code(secret)})
    client.post(reverse("account_logout"))
    send_password(client, staff.email)
    assert send_app_code(client, app_code(secret, steps=1)).status_code == 302


def test_old_sign_in_proves_itself_again_before_a_factor_is_added(client, guarded):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        send_password(client, guarded.email)
        send_app_code(client)
        clock.shift(11 * 60)
        answer = client.get(reverse("mfa_add_webauthn"))
        assert answer.url.startswith(reverse("account_reauthenticate"))
        answer = client.post(answer.url, {"password": PASSWORD})
        assert client.get(reverse("mfa_add_webauthn")).status_code == 200


# --- passkeys ------------------------------------------------------------------------------------


@pytest.fixture
def key(guarded):
    """A passkey of the guarded member of staff."""
    key = passkey.Passkey()
    owner = Client()
    send_password(owner, guarded.email)
    send_app_code(owner)
    assert passkey.add(owner, key).status_code == 302
    return key


def test_passkey_alone_signs_in(client, guarded, key):
    answer = passkey.sign_in(client, key)
    assert answer.url == reverse("portal:start")
    assert get_user(client) == guarded
    assert is_signed_in(client)


def test_passkey_can_be_the_first_second_factor(client, staff):
    send_password(client, staff.email)
    passkey.add(client, passkey.Passkey())
    assert is_signed_in(client)


def test_passkey_completes_a_sign_in_by_password(client, guarded, key):
    send_password(client, guarded.email)
    page = client.get(reverse("mfa_authenticate"))
    credential = key.signed_for(page.context["js_data"]["request_options"])
    assert client.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 302
    assert is_signed_in(client)


def test_passkey_of_nobody_is_refused(client, guarded, key):
    stranger = passkey.Passkey()
    stranger.user_handle = key.user_handle
    assert passkey.sign_in(client, stranger).url == reverse("account_login")
    assert not is_signed_in(client)


def test_passkey_answer_is_not_taken_twice(guarded, key):
    first, second = Client(), Client()
    options = first.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    credential = key.signed_for(options["request_options"])
    assert first.post(reverse("mfa_login_webauthn"), {"credential": credential}).url == reverse("portal:start")
    second.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert second.post(reverse("mfa_login_webauthn"), {"credential": credential}).url == reverse("account_login")


BROKEN = [
    "",
    "x",
    "1",
    "null",
    "[]",
    "{}",
    '"x"',
    '{"response": {}}',
    '{"response": []}',
    '{"id": 1, "response": {"userHandle": 1}}',
]


@pytest.mark.parametrize("credential", BROKEN)
def test_broken_answer_of_a_passkey_is_refused_without_a_fault(client, db, credential):
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    assert client.post(reverse("mfa_login_webauthn"), {"credential": credential}).status_code == 302
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize("credential", BROKEN)
def test_broken_answer_sets_up_no_passkey(client, guarded, credential):
    send_password(client, guarded.email)
    send_app_code(client)
    client.get(reverse("mfa_add_webauthn"))
    answer = client.post(reverse("mfa_add_webauthn"), {"name": "Phone", "credential": credential})
    assert answer.status_code == 200
    assert not guarded.authenticator_set.filter(type="webauthn").exists()


@pytest.mark.parametrize("credential", BROKEN)
def test_broken_answer_is_no_second_factor(client, guarded, key, credential):
    send_password(client, guarded.email)
    client.get(reverse("mfa_authenticate"))
    assert client.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 200
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize("broken", ["userHandle", "signature", "authenticatorData", "clientDataJSON"])
@pytest.mark.parametrize("value", ["", "AAAA", "%%%", 1, None])
def test_answer_of_a_passkey_with_one_broken_part_is_refused_without_a_fault(client, guarded, key, broken, value):
    options = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}).json()
    answer = json.loads(key.signed_for(options["request_options"]))
    answer["response"][broken] = value
    assert client.post(reverse("mfa_login_webauthn"), {"credential": json.dumps(answer)}).status_code == 302
    assert not get_user(client).is_authenticated


def test_passkey_made_for_another_site_is_refused(client, guarded, key):
    key.host = "portal.example.com"
    assert passkey.sign_in(client, key).url == reverse("account_login")


@pytest.mark.parametrize("change", [{"is_active": False}, {"roles": []}])
def test_passkey_of_somebody_who_left_opens_nothing(client, guarded, key, change):
    User.objects.filter(pk=guarded.pk).update(**change)
    passkey.sign_in(client, key)
    assert not get_user(client).is_authenticated


def test_renamed_passkey_keeps_its_owner(client, guarded, key):
    passkey.sign_in(client, key)
    mine = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    client.post(reverse("mfa_edit_webauthn", args=[mine.pk]), {"name": "Phone"})
    mine.refresh_from_db()
    assert mine.wrap().name == "Phone"


def test_passkey_of_somebody_else_is_not_found(client, as_person, alice, guarded, key):
    theirs = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    as_person(alice)
    assert client.get(reverse("mfa_remove_webauthn", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("mfa_edit_webauthn", args=[theirs.pk]), {"name": "Mine"}).status_code == 404


# --- taking a factor away ------------------------------------------------------------------------


def signed_in(guarded) -> Client:
    client = Client()
    send_password(client, guarded.email)
    send_app_code(client)
    return client


def test_removing_the_last_factor_leads_to_setting_one_up(guarded):
    client = signed_in(guarded)
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get(START).url == reverse("mfa_index")


def test_removing_the_last_factor_ends_every_other_session(guarded):
    client, elsewhere = signed_in(guarded), Client()
    factories.sign_in(elsewhere, guarded)
    assert is_signed_in(elsewhere)
    client.post(reverse("mfa_deactivate_totp"))
    assert not get_user(elsewhere).is_authenticated


def test_removing_one_of_two_factors_leaves_the_session_complete(guarded, key):
    client = Client()
    passkey.sign_in(client, key)
    client.post(reverse("mfa_deactivate_totp"))
    assert is_signed_in(client)


def test_removing_the_last_factor_removes_the_recovery_codes(guarded):
    client = signed_in(guarded)
    RecoveryCodes.activate(guarded)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()


# --- guests and the pages of staff ---------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["account_change_password", "account_set_password", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn"]
)
def test_guest_has_no_password_and_no_second_factor(as_person, bob, name):
    assert as_person(bob).get(reverse(name)).status_code == 403
    assert as_person(bob).post(reverse(name)).status_code == 403


# --- a forgotten password ------------------------------------------------------------------------


def test_forgotten_password_is_replaced_with_a_mailed_code(client, guarded):
    client.post(reverse("account_reset_password"), {"email": guarded.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": mailed_code(guarded.email)})
    new = "seven calm herons wade"
    client.post(reverse("account_complete_password_reset"), {"password1": new, "password2": new})
    assert not get_user(client).is_authenticated
    assert send_password(Client(), guarded.email).status_code == 200
    assert send_password(client, guarded.email, new).url == reverse("mfa_authenticate")


@pytest.mark.parametrize("who", ["guest", "nobody"])
def test_code_for_a_new_password_goes_to_staff_only(client, guarded, bob, who):
    email = bob.email if who == "guest" else "nobody@example.org"
    steps = [
        ("account_reset_password", {"email": guarded.email}, {"email": email}),
        ("account_confirm_password_reset_code", {"code": "0000-0000"}, {"code": "0000-0000"}),
    ]
    known, unknown = Client(), Client()
    for name, mine, theirs in steps:
        answers = known.post(reverse(name), mine), unknown.post(reverse(name), theirs)
        assert answers[0].status_code == answers[1].status_code
        assert answers[0].get("Location") == answers[1].get("Location")
    assert not Notice.objects.filter(address=email).exists()


def test_code_for_a_new_password_works_for_fifteen_minutes(client, guarded):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.post(reverse("account_reset_password"), {"email": guarded.email})
        clock.shift(15 * 60 + 1)
        answer = client.post(reverse("account_confirm_password_reset_code"), {"code": mailed_code(guarded.email)})
    assert "This code works no longer" in answer.content.decode()


def test_third_wrong_code_for_a_new_password_uses_it_up(client, guarded):
    client.post(reverse("account_reset_password"), {"email": guarded.email})
    code = mailed_code(guarded.email)
    for _ in range(3):
        answer = client.post(reverse("account_confirm_password_reset_code"), {"code": other(code)})
    assert "This code works no longer" in answer.content.decode()
    client.post(reverse("account_confirm_password_reset_code"), {"code": code})
    answer = client.get(reverse("account_complete_password_reset"))
    assert "This code works no longer" in answer.content.decode()


def test_weak_password_is_refused_with_a_reason(client, guarded, as_person):
    as_person(guarded)
    fields = {"oldpassword": PASSWORD, "password1": "password1234", "password2": "password1234"}
    answer = client.post(reverse("account_change_password"), fields)
    assert answer.context["form"].errors["password1"] == ["This password is too common."]
