"""Guests sign in by a code that is mailed to them; nobody else does."""

import datetime
import re

import pytest
import time_machine
from django.contrib.auth import get_user
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import Invitation, User
from core.audit import AuditEntry
from core.outbox.models import Notice
from tests import factories
from tests.accounts.conftest import (
    PASSWORD,
    ask_for_code,
    enter_code,
    invited_guest,
    is_signed_in,
    mailed_code,
    other,
    send_password,
    sign_in_by_code,
)


def test_guest_signs_in_with_the_mailed_code(client, bob):
    answer = sign_in_by_code(client, bob.email)
    assert answer.status_code == 302
    assert answer.url == reverse("portal:start")
    assert get_user(client) == bob


def test_code_is_mailed_in_the_persons_language_and_marked_secret(client, visit):
    person = factories.create_member(visit, "Jana", language="cs")
    ask_for_code(client, person.invitation.user.email)
    notice = Notice.objects.get(address=person.invitation.user.email)
    assert (notice.language, notice.is_secret, notice.to_user) == ("cs", True, person.invitation.user)


def test_code_may_be_typed_with_spaces_or_without_the_dash(client, bob):
    ask_for_code(client, bob.email)
    assert enter_code(client, mailed_code(bob.email).replace("-", " ")).status_code == 302


def test_address_may_be_typed_in_capitals(client, bob):
    ask_for_code(client, bob.email.upper())
    assert enter_code(client, mailed_code(bob.email)).status_code == 302


def test_first_sign_in_takes_the_invitation_up(client):
    invitation = invited_guest()
    sign_in_by_code(client, invitation.user.email)
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None
    assert AuditEntry.objects.get(verb="invitation.accepted").subject_id == invitation.pk


def nobody_by_this_address(visit):
    return "nobody@example.org"


def council_staff(visit):
    return factories.create_user("Stella", roles=["coordinator"], password=PASSWORD).email


def guest_never_invited(visit):
    return factories.create_user("Uninvited").email


def guest_whose_invitation_is_withdrawn(visit):
    invitation = invited_guest()
    actions.withdraw_invitation(invitation=invitation, by=visit.lead_coordinator)
    return invitation.user.email


def guest_whose_membership_is_withdrawn(visit):
    invitation = factories.create_member(visit, "Gone").invitation
    actions.withdraw_invitation(invitation=invitation, by=visit.lead_coordinator)
    return invitation.user.email


def guest_whose_invitation_expired(visit):
    invitation = invited_guest()
    long_ago = timezone.now() - datetime.timedelta(days=30)
    Invitation.objects.filter(pk=invitation.pk).update(
        created_at=long_ago, expires_at=long_ago + datetime.timedelta(days=21)
    )
    return invitation.user.email


def guest_with_a_closed_account(visit):
    user = factories.create_member(visit, "Closed").invitation.user
    User.objects.filter(pk=user.pk).update(is_active=False)
    return user.email


def person_invited_to_staff(visit):
    return invited_guest(roles=["editor"]).user.email


NO_CODE_FOR = [
    nobody_by_this_address,
    council_staff,
    guest_never_invited,
    guest_whose_invitation_is_withdrawn,
    guest_whose_membership_is_withdrawn,
    guest_whose_invitation_expired,
    guest_with_a_closed_account,
    person_invited_to_staff,
]


@pytest.mark.parametrize("who", NO_CODE_FOR, ids=lambda who: who.__name__)
def test_no_code_is_mailed_and_the_pages_are_the_same(client, bob, visit, who):
    email = who(visit)
    there, missing = pages_seen(client, bob.email), pages_seen(client, email)
    assert there == missing
    assert not Notice.objects.filter(address=email, is_secret=True).exists()


def pages_seen(client, email: str) -> list[tuple]:
    """Status, target and words of every page on the way, with the address and what changes each time left out."""
    client.logout()
    answers = [
        ask_for_code(client, email),
        client.get(reverse("account_confirm_login_code")),
        enter_code(client, "0000-0000"),
        client.post(reverse("account_confirm_login_code"), {"action": "resend"}),
        enter_code(client, "1111-1111"),
        enter_code(client, "2222-2222"),
    ]
    return [(answer.status_code, answer.get("Location"), without_tokens(answer, email)) for answer in answers]


def without_tokens(answer, email: str) -> str:
    lines = answer.content.decode().replace(email, "[address]").splitlines()
    return "\n".join(line for line in lines if "csrfmiddlewaretoken" not in line)


def test_address_without_an_account_costs_the_same_work(bob):
    """Timings shake; the statements that the database gets do not."""
    assert work_for(bob.email) == work_for("nobody@example.org")


def work_for(email: str) -> list[str]:
    """The statements of one request for a code, from a new browser, without their values."""
    cache.clear()
    client = Client()
    with CaptureQueriesContext(connection) as asked:
        ask_for_code(client, email)
    statements = [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:60] for query in asked.captured_queries]
    return [statement for statement in statements if not statement.startswith("ROLLBACK TO")]  # the test's own nesting


def test_code_works_for_fifteen_minutes(client, bob):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_for_code(client, bob.email)
        clock.shift(15 * 60 - 1)
        assert enter_code(client, mailed_code(bob.email)).status_code == 302
        assert is_signed_in(client)


def test_code_works_no_longer_after_fifteen_minutes(client, bob):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_for_code(client, bob.email)
        clock.shift(15 * 60 + 1)
        answer = enter_code(client, mailed_code(bob.email))
        assert "This code works no longer" in answer.content.decode()
        assert not is_signed_in(client)


def test_code_sent_again_lives_fifteen_minutes_from_then(client, bob):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_for_code(client, bob.email)
        clock.shift(10 * 60)
        client.post(reverse("account_confirm_login_code"), {"action": "resend"})
        clock.shift(10 * 60)
        assert enter_code(client, mailed_code(bob.email)).status_code == 302


def test_code_sent_again_replaces_the_first(client, bob):
    ask_for_code(client, bob.email)
    first = mailed_code(bob.email)
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    second = mailed_code(bob.email)
    assert first != second
    assert enter_code(client, first).status_code == 200
    assert enter_code(client, second).status_code == 302


def test_third_wrong_try_uses_the_code_up(client, bob):
    ask_for_code(client, bob.email)
    code = mailed_code(bob.email)
    assert [enter_code(client, other(code)).status_code for _ in range(2)] == [200, 200]
    assert "This code works no longer" in enter_code(client, other(code)).content.decode()
    assert "This code works no longer" in enter_code(client, code).content.decode()
    assert not is_signed_in(client)


def test_wrong_code_is_named_in_the_error_summary(client, bob):
    ask_for_code(client, bob.email)
    answer = enter_code(client, other(mailed_code(bob.email)))
    assert answer.context["form"].errors == {"code": ["This code is not right. Check it and type it again."]}


def test_used_code_does_not_sign_in_again(client, bob):
    ask_for_code(client, bob.email)
    code = mailed_code(bob.email)
    enter_code(client, code)
    client.post(reverse("account_logout"))
    assert "This code works no longer" in enter_code(client, code).content.decode()
    assert not is_signed_in(client)


def test_code_works_only_in_the_browser_that_asked(client, bob):
    ask_for_code(client, bob.email)
    assert enter_code(Client(), mailed_code(bob.email)).status_code == 200
    elsewhere = Client()
    ask_for_code(elsewhere, "nobody@example.org")
    assert enter_code(elsewhere, mailed_code(bob.email)).status_code == 200
    assert not is_signed_in(elsewhere)


def test_guest_made_staff_while_the_code_was_on_its_way_is_refused(client, bob):
    ask_for_code(client, bob.email)
    User.objects.filter(pk=bob.pk).update(roles=["editor"])
    answer = enter_code(client, mailed_code(bob.email))
    assert answer.url == reverse("account_login")
    assert not is_signed_in(client)


def test_invitation_withdrawn_while_the_code_was_on_its_way_is_refused(client, bob, alice):
    ask_for_code(client, bob.email)
    actions.withdraw_invitation(invitation=bob.invitations.get(), by=alice)
    enter_code(client, mailed_code(bob.email))
    assert not is_signed_in(client)


def test_password_of_a_former_member_of_staff_opens_nothing(client, bob):
    bob.set_password(PASSWORD)
    bob.save()
    answer = send_password(client, bob.email)
    assert answer.context["form"].errors["__all__"] == [
        "The e-mail address and the password do not belong together. Check both."
    ]


def test_sign_in_leads_back_to_the_page_that_asked_for_it(client, bob):
    wanted = reverse("people:account")
    client.post(reverse("account_request_login_code"), {"email": bob.email, "next": wanted})
    answer = client.post(reverse("account_confirm_login_code"), {"code": mailed_code(bob.email), "next": wanted})
    assert answer.url == wanted


def test_sign_in_leads_to_no_other_site(client, bob):
    ask_for_code(client, bob.email)
    elsewhere = {"code": mailed_code(bob.email), "next": "https://example.com/"}
    assert client.post(reverse("account_confirm_login_code"), elsewhere).url == reverse("portal:start")
