"""Nobody tries without end: limits on passwords and codes, shared by every process of the portal."""

import datetime

import pytest
import time_machine
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import devices
from core.outbox.models import Notice
from tests import factories
from tests.accounts import passkey
from tests.accounts.conftest import (
    PASSWORD,
    ask_for_code,
    invited_guest,
    send_app_code,
    send_password,
    sign_in_by_code,
)
from tests.accounts.test_invitation_pages import address as address_of

WRONG = "not the password at all"


def is_blocked(answer) -> bool:
    if answer.status_code == 429:
        return True
    return answer.context is not None and "too often" in str(answer.context["form"].errors)


def test_limits_live_in_a_table_that_all_processes_share(settings):
    assert settings.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"


def test_wrong_passwords_for_one_account_are_blocked_whatever_address_they_come_from(guarded):
    answers = [send_password(Client(), guarded.email, WRONG, REMOTE_ADDR=f"198.51.100.{n}") for n in range(50)]
    blocked = [is_blocked(answer) for answer in answers]
    assert blocked.index(True) < 10
    assert all(blocked[10:])


def test_right_password_is_blocked_as_well_then_and_the_owner_gets_in_by_passkey(client, guarded):
    key, owner = passkey.Passkey(), Client()
    send_password(owner, guarded.email)
    send_app_code(owner)
    passkey.add(owner, key)
    for n in range(50):
        send_password(Client(), guarded.email, WRONG, REMOTE_ADDR=f"198.51.100.{n}")
    assert is_blocked(send_password(client, guarded.email, PASSWORD))
    passkey.sign_in(client, key, REMOTE_ADDR="198.51.100.7")
    assert get_user(client) == guarded


def test_block_of_one_account_touches_no_other(client, guarded):
    other = factories.create_user("Otto", roles=["editor"], password=PASSWORD)
    for n in range(20):
        send_password(Client(), guarded.email, WRONG, REMOTE_ADDR=f"198.51.100.{n}")
    assert send_password(client, other.email).status_code == 302


def test_tries_from_elsewhere_do_not_keep_the_owner_out_on_their_own_device(client, guarded):
    send_password(client, guarded.email)
    send_app_code(client)
    client.post(reverse("account_logout"))
    for n in range(50):
        send_password(Client(), guarded.email, WRONG, REMOTE_ADDR=f"198.51.100.{n}")
    assert send_password(client, guarded.email).status_code == 302


def test_five_tries_from_elsewhere_do_not_keep_the_owner_out_on_a_new_device_either(guarded):
    for _ in range(5):
        send_password(Client(), guarded.email, WRONG, REMOTE_ADDR="198.51.100.7")
    assert send_password(Client(), guarded.email).status_code == 302


def test_ten_tries_from_the_town_hall_do_not_stop_a_colleague_there_on_a_known_device(client, guarded):
    town_hall = {"REMOTE_ADDR": "192.0.2.1"}
    send_password(client, guarded.email, **town_hall)
    send_app_code(client)
    client.post(reverse("account_logout"))
    for n in range(10):
        send_password(Client(), f"nobody{n}@example.org", WRONG, **town_hall)
    assert is_blocked(send_password(Client(), "nobody@example.org", WRONG, **town_hall))
    assert send_password(client, guarded.email, **town_hall).status_code == 302


def test_known_device_has_an_end_of_tries_too_and_only_for_itself(client, guarded):
    send_password(client, guarded.email)
    send_app_code(client)
    client.post(reverse("account_logout"))
    blocked = [is_blocked(send_password(client, guarded.email, WRONG)) for _ in range(17)]
    assert blocked == [False] * 15 + [True] * 2  # ten of its own, then as an unknown one
    assert send_password(Client(REMOTE_ADDR="198.51.100.7"), guarded.email).status_code == 302


def test_copied_device_cookie_keeps_nobody_out(client, guarded):
    send_password(client, guarded.email)
    send_app_code(client)
    client.post(reverse("account_logout"))
    thief = Client(REMOTE_ADDR="198.51.100.7")
    thief.cookies = client.cookies.copy()
    for _ in range(30):
        send_password(thief, guarded.email, WRONG)
    assert send_password(client, guarded.email).status_code == 302


def test_network_that_is_refused_fills_no_table(db):
    def rows() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_cache")
            return cursor.fetchone()[0]

    for number in range(40):
        send_password(Client(), f"nobody{number}@example.org", WRONG)
    before = rows()
    for number in range(40):
        send_password(Client(), f"somebody{number}@example.org", WRONG)
    assert rows() == before


def test_networks_of_one_line_count_as_one(bob):
    for number in range(16):
        ask_for_code(Client(), bob.email, REMOTE_ADDR=f"2001:db8:0:{number:x}::1")
    assert Notice.objects.filter(address=bob.email).count() == 5


def test_question_of_a_passkey_is_not_asked_without_end(db):
    address, wants = reverse("mfa_login_webauthn"), {"Accept": "application/json"}
    answers = [Client().get(address, headers=wants).status_code for _ in range(70)]
    assert answers == [200] * 60 + [429] * 10
    assert Session.objects.count() == 60


def test_device_of_one_person_is_a_stranger_to_another(client, guarded):
    other = factories.create_user("Otto", roles=["editor"], password=PASSWORD)
    send_password(client, other.email)
    client.post(reverse("account_logout"))
    blocked = [is_blocked(send_password(client, guarded.email, WRONG)) for _ in range(6)]
    assert blocked == [False] * 5 + [True]


@pytest.mark.parametrize("spoilt", [lambda cookie: cookie[:-2], lambda cookie: "made-up", lambda cookie: ""])
def test_device_cookie_that_is_not_ours_counts_for_nothing(client, guarded, settings, spoilt):
    send_password(client, guarded.email)
    send_app_code(client)
    cookie = client.cookies[settings.DEVICE_COOKIE_NAME].value
    stranger = Client()
    stranger.cookies[settings.DEVICE_COOKIE_NAME] = spoilt(cookie)
    assert is_blocked([send_password(stranger, guarded.email, WRONG) for _ in range(6)][-1])


def test_device_cookie_names_nobody(client, guarded, settings):
    send_password(client, guarded.email)
    send_app_code(client)
    cookie = client.cookies[settings.DEVICE_COOKIE_NAME]
    name, accounts = signing.loads(cookie.value, salt=devices.SALT)
    assert (guarded.email in str(accounts), str(guarded.pk) in name) == (False, False)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_device_stays_known_after_a_change_of_key(client, guarded, settings):
    send_password(client, guarded.email)
    send_app_code(client)
    client.post(reverse("account_logout"))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    for n in range(12):
        send_password(Client(), guarded.email, WRONG, REMOTE_ADDR=f"198.51.100.{n}")
    assert send_password(client, guarded.email).status_code == 302


def test_wrong_password_alone_makes_no_device_known(client, guarded, settings):
    send_password(client, guarded.email, WRONG)
    assert settings.DEVICE_COOKIE_NAME not in client.cookies


def test_strangers_codes_do_not_keep_the_owner_from_the_second_factor(client, guarded):
    send_password(client, guarded.email)
    send_app_code(client)
    client.post(reverse("account_logout"))
    for n in range(12):
        stranger = Client(REMOTE_ADDR=f"198.51.100.{n}")
        send_password(stranger, guarded.email)
        send_app_code(stranger, "000000")
    send_password(client, guarded.email)
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=30)):  # a code counts once
        assert send_app_code(client).status_code == 302


def test_fifty_accounts_tried_from_one_address_are_blocked_within_ten(db):
    users = [factories.create_user(roles=["editor"], password=PASSWORD) for _ in range(50)]
    blocked = [is_blocked(send_password(Client(), user.email, WRONG)) for user in users]
    assert blocked.index(True) <= 10
    assert all(blocked[11:])


def test_accounts_that_do_not_exist_count_too(db):
    blocked = [is_blocked(send_password(Client(), f"nobody{n}@example.org", WRONG)) for n in range(20)]
    assert blocked.index(True) <= 10


def test_made_up_x_forwarded_for_does_not_help(guarded):
    answers = [
        send_password(Client(), f"nobody{n}@example.org", WRONG, headers={"X-Forwarded-For": f"203.0.113.{n}"})
        for n in range(20)
    ]
    assert is_blocked(answers[-1])


def test_behind_one_proxy_the_address_that_it_adds_counts(settings, db):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    made_up = [
        send_password(
            Client(), f"nobody{n}@example.org", WRONG, headers={"X-Forwarded-For": f"203.0.113.{n}, 198.51.100.1"}
        )
        for n in range(20)
    ]
    cache.clear()
    different = [
        send_password(Client(), f"nobody{n}@example.org", WRONG, headers={"X-Forwarded-For": f"203.0.113.{n}"})
        for n in range(20)
    ]
    assert is_blocked(made_up[-1])
    assert not is_blocked(different[-1])


def test_right_passwords_use_nothing_up(guarded):
    for _ in range(8):
        assert send_password(Client(), guarded.email).status_code == 302


def test_wrong_app_codes_are_blocked(guarded):
    answers = []
    for n in range(12):
        client = Client(REMOTE_ADDR=f"198.51.100.{n}")
        send_password(client, guarded.email)
        answers.append(send_app_code(client, "000000"))
    assert is_blocked(answers[-1])
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize("is_known", [True, False])
def test_codes_for_one_address_are_limited_and_the_page_is_the_same(bob, is_known):
    email = bob.email if is_known else "nobody@example.org"
    answers = [ask_for_code(Client(), email) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [200] * 3
    assert is_blocked(answers[-1])
    assert Notice.objects.filter(address=email).count() == (5 if is_known else 0)


def test_strangers_hundred_requests_do_not_keep_a_guest_elsewhere_without_a_code(bob):
    for _ in range(100):
        ask_for_code(Client(), bob.email, REMOTE_ADDR="198.51.100.7")
    assert Notice.objects.filter(address=bob.email).count() == 5
    assert ask_for_code(Client(), bob.email, REMOTE_ADDR="203.0.113.9").status_code == 302
    assert Notice.objects.filter(address=bob.email).count() == 6


def test_nobodys_mailbox_is_flooded_from_many_networks(bob):
    for n in range(60):
        ask_for_code(Client(), bob.email, REMOTE_ADDR=f"198.51.100.{n}")
    assert Notice.objects.filter(address=bob.email).count() == 15


def test_guest_with_an_invitation_gets_a_code_whatever_strangers_have_asked_for(client):
    guest = invited_guest()
    for n in range(60):
        ask_for_code(Client(), guest.user.email, REMOTE_ADDR=f"198.51.100.{n}")
    asked = client.post(address_of(guest), {"email": guest.user.email})
    assert (asked.status_code, asked.url) == (302, reverse("account_confirm_login_code"))


def test_known_device_of_a_guest_gets_its_code_after_strangers_have_asked(client, bob):
    sign_in_by_code(client, bob.email)
    client.post(reverse("account_logout"))
    for n in range(60):
        ask_for_code(Client(), bob.email, REMOTE_ADDR=f"198.51.100.{n}")
    assert ask_for_code(client, bob.email).status_code == 302


def test_new_code_on_the_page_is_a_mail_like_the_first(client, bob):
    ask_for_code(client, bob.email)
    for _ in range(10):
        client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    assert Notice.objects.filter(address=bob.email).count() <= 5


def test_delegation_in_one_hotel_gets_its_codes(visit):
    members = [factories.create_member(visit).invitation.user for _ in range(12)]
    assert {ask_for_code(Client(), user.email).status_code for user in members} == {302}


def test_codes_for_many_addresses_from_one_place_are_blocked(db):
    answers = [ask_for_code(Client(), f"nobody{n}@example.org") for n in range(40)]
    assert is_blocked(answers[-1])


def test_codes_for_a_new_password_are_limited(guarded):
    address = reverse("account_reset_password")
    answers = [Client().post(address, {"email": guarded.email}) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [200] * 3
    assert is_blocked(answers[-1])


def test_page_that_says_too_often_is_ours(as_person, guarded):
    client = as_person(guarded)
    for _ in range(6):
        answer = client.post(reverse("account_change_password"), {"oldpassword": WRONG})
    assert "Wait some minutes" in answer.content.decode()
    assert next(template.name for template in answer.templates) == "429.html"
