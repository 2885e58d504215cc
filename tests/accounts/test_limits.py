"""Nobody tries without end: limits on passwords and codes, shared by every process of the portal."""

import pytest
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.outbox.models import Notice
from tests import factories
from tests.accounts import passkey
from tests.accounts.conftest import PASSWORD, ask_for_code, send_app_code, send_password

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
    answers = [ask_for_code(Client(), email, REMOTE_ADDR=f"198.51.100.{n}") for n in range(8)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [200] * 3
    assert is_blocked(answers[-1])
    assert Notice.objects.filter(address=email).count() == (5 if is_known else 0)


def test_delegation_in_one_hotel_gets_its_codes(visit):
    members = [factories.create_member(visit).invitation.user for _ in range(12)]
    assert {ask_for_code(Client(), user.email).status_code for user in members} == {302}


def test_codes_for_many_addresses_from_one_place_are_blocked(db):
    answers = [ask_for_code(Client(), f"nobody{n}@example.org") for n in range(40)]
    assert is_blocked(answers[-1])


def test_codes_for_a_new_password_are_limited(guarded):
    address = reverse("account_reset_password")
    statuses = [Client().post(address, {"email": guarded.email}).status_code for _ in range(8)]
    assert statuses == [302] * 5 + [429] * 3


def test_page_that_says_too_often_is_ours(guarded):
    address = reverse("account_reset_password")
    for _ in range(6):
        answer = Client().post(address, {"email": guarded.email})
    assert "Wait some minutes" in answer.content.decode()
    assert next(template.name for template in answer.templates) == "429.html"
