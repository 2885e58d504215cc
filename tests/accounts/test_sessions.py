"""Sessions begin with a new id, last their time, and die at once when they should."""

import datetime

import pytest
import time_machine
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, guests
from core.unsent import WRITER, writer_mark
from tests import factories
from tests.accounts.conftest import (
    PASSWORD,
    ask_for_code,
    enter_code,
    is_signed_in,
    mailed_code,
    send_app_code,
    send_password,
    sign_in_by_code,
)

NEW = "seven calm herons wade"


@pytest.fixture
def two_browsers(guarded):
    """The same member of staff, signed in twice."""
    return [factories.sign_in(Client(), guarded) for _ in range(2)]


def test_id_of_the_session_changes_when_a_guest_signs_in(client, bob):
    ask_for_code(client, bob.email)
    before = client.session.session_key
    enter_code(client, mailed_code(bob.email))
    assert client.session.session_key != before


def test_id_of_the_session_changes_when_staff_sign_in(client, guarded):
    send_password(client, guarded.email)
    before = client.session.session_key
    send_app_code(client)
    assert client.session.session_key != before


def test_id_of_the_session_changes_with_one_click(client, bob):
    bob.email = "delegate@example.org"
    bob.save()
    ask_for_code(client, "nobody@example.org", headers={"host": "localhost"})
    before = client.session.session_key
    client.post(reverse("demonstration:sign-in", args=["delegate"]), headers={"host": "localhost"})
    assert client.session.session_key != before
    assert get_user(client) == bob


def test_sign_out_kills_a_copy_of_the_cookie(client, as_person, bob):
    as_person(bob)
    copy = Client()
    copy.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    assert is_signed_in(copy)
    client.post(reverse("account_logout"))
    assert copy.get(reverse("people:account")).status_code == 302


def test_sign_out_needs_a_post(as_person, bob):
    client = as_person(bob)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)


def test_changed_password_ends_the_other_session_and_keeps_this_one(two_browsers):
    here, there = two_browsers
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post(reverse("account_change_password"), fields).status_code == 302
    assert is_signed_in(here)
    assert there.get(reverse("people:account")).status_code == 302


def test_password_replaced_by_code_ends_every_session(client, guarded, two_browsers):
    client.post(reverse("account_reset_password"), {"email": guarded.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": mailed_code(guarded.email)})
    client.post(reverse("account_complete_password_reset"), {"password1": NEW, "password2": NEW})
    assert [is_signed_in(browser) for browser in two_browsers] == [False, False]


@pytest.mark.parametrize(
    "change",
    [
        lambda user, by: actions.deactivate(user=user, by=by),
        lambda user, by: actions.give_role(user=user, role="editor", by=by),
        lambda user, by: actions.take_role(user=user, role="coordinator", by=by),
        lambda user, by: actions.take_second_factors(user=user, by=by),
        lambda user, by: actions.end_all_sessions(user=user),
    ],
    ids=["account closed", "role given", "role taken", "second factors taken", "signed out everywhere"],
)
def test_change_of_an_account_ends_its_sessions_at_the_next_request(guarded, administrator, two_browsers, change):
    change(guarded, administrator)
    for browser in two_browsers:
        answer = browser.get(reverse("people:account"))
        assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next={reverse('people:account')}")


def test_reopened_account_does_not_wake_old_sessions(guarded, administrator, two_browsers):
    actions.deactivate(user=guarded, by=administrator)
    actions.reactivate(user=guarded, by=administrator)
    assert not is_signed_in(two_browsers[0])


def test_signing_out_everywhere_else_keeps_this_session(two_browsers):
    here, there = two_browsers
    here.post(reverse("people:sign-out-everywhere"))
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_withdrawn_invitation_ends_the_guests_session(as_person, bob, alice):
    client = as_person(bob)
    actions.withdraw_invitation(invitation=bob.invitations.get(), by=alice)
    assert not is_signed_in(client)


def test_withdrawn_invitation_leaves_a_guest_of_another_visit_signed_in(as_person, bob, alice):
    second = factories.create_member(factories.create_visit(), "Bob again", user=bob)
    client = as_person(bob)
    actions.withdraw_invitation(invitation=second.invitation, by=alice)
    assert is_signed_in(client)


# --- how long ------------------------------------------------------------------------------------


def test_staff_who_are_away_for_an_hour_are_signed_out(as_person, guarded):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = as_person(guarded)
        clock.shift(59 * 60)
        assert is_signed_in(client)
        clock.shift(59 * 60)
        assert is_signed_in(client)
        clock.shift(61 * 60)
        assert not is_signed_in(client)


def test_staff_are_signed_out_after_twelve_hours_however_busy(as_person, guarded):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = as_person(guarded)
        for _ in range(24):
            clock.shift(30 * 60)
            assert is_signed_in(client)
        clock.shift(2)
        assert not is_signed_in(client)


def test_session_signed_in_by_hand_has_both_limits(client, guarded):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        send_password(client, guarded.email)
        send_app_code(client)
        assert client.session.get_expiry_age() == 12 * 3600
        clock.shift(61 * 60)
        assert not is_signed_in(client)


def test_presence_is_written_once_a_minute_at_most(as_person, guarded):
    client = as_person(guarded)
    address = reverse("mfa_index")
    client.get(address)
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=30), tick=False):
        before = client.session["seen_at"]
        client.get(address)
        assert client.session["seen_at"] == before
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=90), tick=False):
        client.get(address)
        assert client.session["seen_at"] > before


def test_form_of_a_session_that_ran_out_is_kept_for_after_sign_in(as_person, guarded):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = as_person(guarded)
        clock.shift(2 * 3600)
        fields = {"name": "Stella the Great", "language": "cs", WRITER: writer_mark(guarded)}
        answer = client.post(reverse("people:account"), fields)
        assert answer.url.startswith(reverse("account_login"))
        send_password(client, guarded.email)
        send_app_code(client)
        page = client.get(reverse("people:account"))
    guarded.refresh_from_db()
    assert guarded.name == "Stella"
    assert page.context["form"]["name"].value() == "Stella the Great"


def test_password_is_not_kept_when_its_session_ran_out(as_person, guarded):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = as_person(guarded)
        page = client.get(reverse("account_change_password")).content.decode()
        assert "written_by" not in page
        clock.shift(2 * 3600)
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
        assert PASSWORD not in str(dict(client.session))


@pytest.fixture
def visit_ends(monkeypatch):
    """``visit_ends(day)``: the rooms of visits say that a person's last visit ends then."""

    def say(day):
        monkeypatch.setattr(guests, "last_days", [lambda user: day])

    return say


def test_guest_stays_signed_in_until_two_weeks_after_the_visit(client, bob, visit_ends):
    visit_ends(datetime.date(2027, 3, 10))
    with time_machine.travel(datetime.datetime(2027, 2, 1, 12, tzinfo=factories.LEEDS), tick=False) as clock:
        sign_in_by_code(client, bob.email)
        clock.move_to(datetime.datetime(2027, 3, 24, 23, 59, tzinfo=factories.LEEDS))
        assert is_signed_in(client)
        clock.move_to(datetime.datetime(2027, 3, 25, 0, 1, tzinfo=factories.LEEDS))
        assert not is_signed_in(client)


def test_guests_session_follows_a_visit_whose_days_move(client, bob, visit_ends):
    visit_ends(datetime.date(2027, 3, 10))
    with time_machine.travel(datetime.datetime(2027, 2, 1, 12, tzinfo=factories.LEEDS), tick=False) as clock:
        sign_in_by_code(client, bob.email)
        visit_ends(datetime.date(2027, 4, 10))
        clock.move_to(datetime.datetime(2027, 3, 1, 12, tzinfo=factories.LEEDS))
        assert is_signed_in(client)
        clock.move_to(datetime.datetime(2027, 4, 24, 23, 59, tzinfo=factories.LEEDS))
        assert is_signed_in(client)
        clock.move_to(datetime.datetime(2027, 4, 25, 0, 1, tzinfo=factories.LEEDS))
        assert not is_signed_in(client)


def test_guests_cookie_lasts_as_long_as_the_session(client, bob, visit_ends, settings):
    visit_ends(datetime.date(2027, 3, 10))
    with time_machine.travel(datetime.datetime(2027, 3, 24, 0, 0, tzinfo=factories.LEEDS), tick=False):
        answer = sign_in_by_code(client, bob.email)
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 24 * 3600


@pytest.mark.parametrize("day", [None, datetime.date(2020, 1, 1)], ids=["no visit known", "a visit of long ago"])
def test_guest_without_a_visit_to_come_stays_for_a_day(client, bob, visit_ends, day):
    visit_ends(day)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in_by_code(client, bob.email)
        clock.shift(23 * 3600)
        assert is_signed_in(client)
        clock.shift(2 * 3600)
        assert not is_signed_in(client)


# --- cookies -------------------------------------------------------------------------------------


def test_cookies_are_kept_from_scripts_and_from_other_sites(client, bob, settings):
    answer = sign_in_by_code(client, bob.email)
    session = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert (session["httponly"], session["samesite"]) == (True, "Lax")
    csrf = Client().get(reverse("account_login")).cookies[settings.CSRF_COOKIE_NAME]
    assert (csrf["httponly"], csrf["samesite"]) == (True, "Lax")


def test_cookies_carry_the_port_so_that_two_portals_on_one_computer_get_along(settings):
    names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
    assert names == [f"open_doors_{settings.PORT}_session", f"open_doors_{settings.PORT}_csrf"]


def test_session_without_its_clocks_counts_as_over(client, guarded):
    client.force_login(guarded)
    assert not is_signed_in(client)
