"""The page to which an invitation leads."""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from accounts import actions, guests
from accounts.invitations import link
from accounts.models import Invitation
from core.outbox.models import Notice
from tests import factories
from tests.accounts.conftest import (
    PASSWORD,
    app_code,
    enter_code,
    invited_guest,
    is_signed_in,
    mailed_code,
    send_password,
)
from tests.accounts.test_actions import expire


def address(invitation) -> str:
    """The link without the portal's own address."""
    parts = urlsplit(link(invitation))
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def guest(alice):
    return invited_guest(by=alice, name="Jana", language="cs")


@pytest.fixture
def to_staff(administrator):
    return invited_guest(by=administrator, name="Edith", roles=["editor"])


def test_welcome_says_who_invites_and_to_what(client, guest, monkeypatch):
    monkeypatch.setattr(guests, "descriptions", [lambda invitation: "A visit to Leeds from 9 to 10 March."])
    page = client.get(address(guest)).content.decode()
    assert "Alice" in page
    assert "A visit to Leeds from 9 to 10 March." in page


def test_welcome_speaks_the_language_of_the_person_invited(client, guest):
    assert client.get(address(guest))["Content-Language"] == "cs"


def test_scanner_that_only_looks_marks_nothing_as_opened(client, guest, to_staff):
    for invitation in (guest, to_staff):
        for _ in range(3):
            client.get(address(invitation))
            client.head(address(invitation))
        assert Invitation.objects.get(pk=invitation.pk).state == "sent"


def test_person_who_goes_on_has_opened_the_invitation_once(client, guest):
    client.post(address(guest), {"email": guest.user.email})
    first = Invitation.objects.get(pk=guest.pk)
    client.post(address(guest), {"email": guest.user.email})
    assert first.state == "opened"
    assert Invitation.objects.get(pk=guest.pk).opened_at == first.opened_at


def test_staff_whose_password_is_refused_have_opened_the_invitation(client, to_staff):
    client.post(address(to_staff), {"password1": "short", "password2": "short"})
    assert Invitation.objects.get(pk=to_staff.pk).state == "opened"


def test_guest_asks_for_the_code_there_and_signs_in(client, guest):
    page = client.get(address(guest)).content.decode()
    assert f'name="email" value="{guest.user.email}"' in page
    answer = client.post(address(guest), {"email": guest.user.email})
    assert answer.url == reverse("account_confirm_login_code")
    enter_code(client, mailed_code(guest.user.email))
    assert get_user(client) == guest.user
    assert Invitation.objects.get(pk=guest.pk).state == "accepted"


def test_link_stays_a_way_in_for_a_guest_who_took_the_invitation_up(client, guest):
    actions.accept_open_invitations(user=guest.user)
    answer = client.get(address(guest))
    assert 'name="email"' in answer.content.decode()


def test_withdrawn_invitation_says_so_and_whom_to_ask(client, guest, alice):
    actions.withdraw_invitation(invitation=guest, by=alice)
    page = client.get(address(guest) + "&language=en").content.decode()
    assert "This invitation has been withdrawn." in page
    assert "ask Alice" in page
    assert guest.user.email not in page


def test_expired_invitation_says_so_and_whom_to_ask(client, guest):
    expire(guest)
    page = client.get(address(guest) + "&language=en").content.decode()
    assert "This invitation is too old" in page
    assert "ask Alice" in page


def test_invitation_to_a_closed_account_counts_as_withdrawn(client, guest, administrator):
    actions.deactivate(user=guest.user, by=administrator)
    assert "has been withdrawn" in client.get(address(guest) + "&language=en").content.decode()


@pytest.mark.parametrize("token", ["none", "00000000000000000000000000000001", "a.b"])
def test_link_that_we_did_not_sign_is_not_found(client, db, token):
    assert client.get(reverse("people:invitation", args=[token])).status_code == 404


def test_link_to_an_invitation_that_is_gone_is_not_found(client, guest):
    where = address(guest)
    guest.delete()
    assert client.get(where).status_code == 404


def test_guest_who_is_signed_in_takes_a_second_invitation_up_with_one_button(as_person, bob, alice):
    second = invited_guest(by=alice, email=bob.email)
    client = as_person(bob)
    client.get(address(second))
    assert Invitation.objects.get(pk=second.pk).accepted_at is None
    assert client.post(address(second)).url == reverse("portal:start")
    assert Invitation.objects.get(pk=second.pk).is_in_force


def test_somebody_else_who_is_signed_in_is_told_so(as_person, charlie, guest):
    client = as_person(charlie)
    assert "somebody else" in client.get(address(guest) + "&language=en").content.decode()
    client.post(address(guest))
    assert Invitation.objects.get(pk=guest.pk).state == "sent"


def test_staff_invited_to_a_visit_sign_in_as_always(client, editor, alice):
    invitation = invited_guest(by=alice, email=editor.email)
    page = client.get(address(invitation)).content.decode()
    assert "Sign in as you always do" in page
    assert 'name="email"' not in page


# --- to staff ------------------------------------------------------------------------------------


def take_up(client, invitation, password=PASSWORD, again=None):
    return client.post(address(invitation), {"password1": password, "password2": again or password})


def test_invited_staff_choose_a_password_and_are_led_to_the_second_factor(client, to_staff):
    answer = take_up(client, to_staff)
    assert get_user(client) == to_staff.user
    assert client.get(answer.url).url == reverse("mfa_index")
    assert get_user(client).roles == ["editor"]


@pytest.mark.django_db(transaction=True)
def test_invited_staff_come_all_the_way_in(client, to_staff):
    take_up(client, to_staff)
    page = client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": app_code(page.context["form"].secret)})
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("short", None, "at least 12"),
        ("password1234", None, "too common"),
        (PASSWORD, "another one altogether", "the same password"),
    ],
)
def test_password_that_will_not_do_leaves_the_invitation_open(client, to_staff, password, again, why):
    answer = take_up(client, to_staff, password, again)
    assert why in str(answer.context["form"].errors)
    assert Invitation.objects.get(pk=to_staff.pk).is_open


def test_used_invitation_to_staff_sets_no_other_password(client, to_staff):
    take_up(client, to_staff)
    answer = take_up(Client(), to_staff, "seven calm herons wade")
    assert "taken up already" in answer.content.decode()
    assert send_password(Client(), to_staff.user.email, PASSWORD).status_code == 302


def test_code_does_not_take_up_an_invitation_to_staff(client, to_staff):
    client.post(reverse("account_request_login_code"), {"email": to_staff.user.email})
    assert not Notice.objects.filter(is_secret=True).exists()


def test_guest_who_becomes_staff_keeps_the_place_in_the_visit(client, bob, administrator):
    invitation = invited_guest(by=administrator, email=bob.email, roles=["editor"])
    take_up(client, invitation)
    bob.refresh_from_db()
    assert bob.roles == ["editor"]
    assert bob.invitations.in_force().count() == 2


def test_former_staff_with_a_second_factor_are_asked_for_it(client, guarded, administrator):
    actions.take_role(user=guarded, role="coordinator", by=administrator)
    invitation = invited_guest(by=administrator, email=guarded.email, roles=["editor"])
    assert take_up(client, invitation).url == reverse("mfa_authenticate")
    assert not get_user(client).is_authenticated


def test_guest_on_a_roster_is_described_by_their_visit(client, visit, alice):
    person = factories.create_person(visit, "Jana")
    invitation = invited_guest(by=alice, email=person.email)
    person.invitation = invitation
    person.save()
    assert guests.describe(invitation)
    assert client.get(address(invitation)).status_code == 200
