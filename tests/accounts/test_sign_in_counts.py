"""Prometheus learns how sign-ins end, and nothing of whose they were."""

import pytest
from django.test import Client
from prometheus_client import REGISTRY, generate_latest

from tests.accounts.conftest import (
    ask_for_code,
    enter_code,
    mailed_code,
    other,
    send_app_code,
    send_password,
    sign_in_by_code,
)
from tests.core.counting import Change

OUTCOMES = ("done", "refused", "limited")


@pytest.fixture
def change():
    """What has been counted since: how many were done, refused, limited."""
    changes = [Change("open_doors_sign_ins_total", outcome=outcome) for outcome in OUTCOMES]
    return lambda: tuple(each.since() for each in changes)


def test_a_password_and_a_second_factor_are_one_sign_in(client, guarded, change):
    send_password(client, guarded.email)
    assert change() == (0, 0, 0)
    send_app_code(client)
    assert change() == (1, 0, 0)


def test_a_guest_with_a_mailed_code(client, bob, change):
    sign_in_by_code(client, bob.email)
    assert change() == (1, 0, 0)


def test_whatever_is_wrong_is_refused(guarded, bob, change):
    client = Client()
    send_password(client, guarded.email, "not the password at all")
    send_password(client, guarded.email)
    send_app_code(client, "000000")
    guest = Client()
    ask_for_code(guest, bob.email)
    enter_code(guest, other(mailed_code(bob.email)))
    assert change() == (0, 3, 0)


def test_too_many_tries_are_limited(guarded, change):
    for _ in range(8):
        send_password(Client(), guarded.email, "not the password at all")
    assert change() == (0, 5, 3)


def test_too_many_codes_are_limited_as_well(bob, change):
    for _ in range(7):
        ask_for_code(Client(), bob.email)
    assert change() == (0, 0, 2)


def test_no_address_and_no_name_is_in_any_label(client, guarded):
    send_password(client, guarded.email, "not the password at all")
    figures = generate_latest(REGISTRY).decode()
    assert "open_doors_sign_ins_total" in figures
    assert guarded.email not in figures
    assert guarded.name not in figures
