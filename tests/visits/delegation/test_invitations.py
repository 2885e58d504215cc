"""Inviting the delegation by mail: sent, opened, taken up, run out, withdrawn, sent again, sent elsewhere."""

import datetime

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import actions as accounts
from accounts import guests
from accounts.invitations import link
from accounts.models import Invitation, User
from core.audit import AuditEntry
from core.outbox.models import Notice
from tests import factories
from tests.factories import DAY_ONE
from tests.visits.pages import typed
from visits.delegation import actions
from visits.delegation.permissions import membership
from visits.delegation.roster import roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(visit):
    return factories.create_person(visit, "Dana", email="dana@example.org")


def address(person, step) -> str:
    return f"/visits/{person.visit.reference}/people/{person.pk}/{step}/"


def page_of(person) -> str:
    return f"/visits/{person.visit.reference}/people/{person.pk}/"


def state(person) -> str:
    [row] = [row for row in roster(person.visit).rows if row.person.pk == person.pk]
    return row.invitation_state


def invitation_of(person) -> Invitation:
    person.refresh_from_db()
    return person.invitation


def link_in(notice: Notice) -> str:
    """As it stands in the mail that went out, whatever has become of the invitation since."""
    return link(Invitation.objects.get(pk=notice.link_key)).removeprefix(settings.SITE_URL)


def test_an_invitation_goes_out_in_the_persons_language(as_person, alice, dana):
    assert state(dana) == "none"
    dana.language = "cs"
    dana.save()
    as_person(alice).post(address(dana, "invite"))

    notice = Notice.objects.get()
    invitation = invitation_of(dana)
    assert (notice.address, notice.language, notice.cause) == (
        "dana@example.org",
        "cs",
        f"invitation:{invitation.pk}:1",
    )
    assert "Demo visit" in notice.subject
    assert "Termín: 9.–10. března 2027." in notice.body
    assert "+44 113 496 0100" in notice.body
    assert (state(dana), invitation.user.email, invitation.roles) == ("sent", "dana@example.org", [])
    assert AuditEntry.objects.filter(verb="person.invited", subject_id=dana.pk).count() == 1


def test_the_link_opens_the_invitation_and_signing_in_takes_it_up(client, alice, visit, dana):
    person = actions.invite_person(person=dana, by=alice)
    assert "Demo visit" in client.get(link_in(Notice.objects.get())).text
    assert state(person) == "sent"
    client.post(link_in(Notice.objects.get()), {"email": dana.email})
    assert state(person) == "opened"
    assert membership(person.invitation.user, visit) is None

    accounts.accept_open_invitations(user=person.invitation.user)
    assert state(person) == "accepted"
    assert membership(person.invitation.user, visit) == person


def test_somebody_with_an_account_gets_a_second_visit_and_no_second_account(alice, dana, charlie):
    dana.email = charlie.email.upper()
    dana.save()
    actions.invite_person(person=dana, by=alice)

    assert invitation_of(dana).user == charlie
    assert User.objects.filter(email__iexact=charlie.email).count() == 1


def test_an_invitation_runs_out_and_can_be_sent_again(client, as_person, alice, dana):
    actions.invite_person(person=dana, by=alice)
    later = invitation_of(dana).expires_at + datetime.timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        assert state(dana) == "expired"
        assert "too old" in client.get(link_in(Notice.objects.get())).text
        accounts.accept_open_invitations(user=invitation_of(dana).user)
        assert state(dana) == "expired"

        factories.sign_in(client, alice).post(address(dana, "invite"))
        assert state(dana) == "sent"
        assert invitation_of(dana).expires_at == later + datetime.timedelta(days=settings.INVITATION_LASTS_DAYS)
    assert [notice.cause.split(":")[2] for notice in Notice.objects.order_by("created_at")] == ["1", "2"]


def test_a_withdrawn_invitation_lets_nobody_in(client, as_person, alice, visit, dana):
    person = actions.invite_person(person=dana, by=alice)
    as_person(alice).post(address(dana, "withdraw"))
    client.logout()

    assert state(dana) == "withdrawn"
    assert "has been withdrawn" in client.get(link_in(Notice.objects.get())).text
    assert accounts.accept_open_invitations(user=person.invitation.user) == []
    assert membership(person.invitation.user, visit) is None


def test_withdrawing_ends_the_membership_of_somebody_who_is_in(as_person, alice, visit, bob):
    person = visit.people.get()
    answer = as_person(alice).post(address(person, "withdraw"), follow=True)

    assert "Invitation of Bob withdrawn." in answer.text
    assert membership(bob, visit) is None
    assert visit.people.here().get() == person


def test_withdrawing_twice_says_that_there_is_nothing_to_withdraw(as_person, alice, dana):
    client = as_person(alice)
    actions.invite_person(person=dana, by=alice)
    answers = [client.post(address(dana, "withdraw"), follow=True).text for _n in range(2)]

    assert "Invitation of Dana withdrawn." in answers[0]
    assert "Dana has no invitation that could be withdrawn." in answers[1]


def test_after_a_withdrawal_an_invitation_begins_anew(alice, visit, dana):
    first = actions.invite_person(person=dana, by=alice).invitation
    actions.withdraw_invitation(person=dana, by=alice)
    second = actions.invite_again(person=dana, by=alice).invitation

    assert (first != second, first.user == second.user, state(dana)) == (True, True, "sent")
    accounts.accept_open_invitations(user=second.user)
    assert membership(second.user, visit) == dana


def test_an_invitation_that_was_taken_up_is_not_sent_again(as_person, alice, visit, bob):
    answer = as_person(alice).post(address(visit.people.get(), "invite"), follow=True)

    assert "This invitation has been taken up already." in answer.text
    assert not Notice.objects.exists()


def test_a_person_without_an_address_cannot_be_invited(as_person, alice, visit):
    person = factories.create_person(visit, "Petr", email="")
    answer = as_person(alice).post(address(person, "invite"), follow=True)

    assert "Petr has no e-mail address yet. Add it first." in answer.text
    assert not Invitation.objects.exists()


def test_a_wrong_address_is_corrected_and_the_old_link_stops(client, as_person, alice, dana):
    actions.invite_person(person=dana, by=alice)
    old = invitation_of(dana)
    as_person(alice).post(address(dana, "address"), {"email": "Dana.N@example.org"})

    new = invitation_of(dana)
    assert (dana.email, new.user.email, state(dana)) == ("dana.n@example.org", "dana.n@example.org", "sent")
    old.refresh_from_db()
    assert (old.state, old.user != new.user) == ("withdrawn", True)
    assert sorted(Notice.objects.values_list("address", flat=True)) == ["dana.n@example.org", "dana@example.org"]
    client.logout()
    assert "has been withdrawn" in client.get(link_in(Notice.objects.get(address="dana@example.org"))).text
    assert "Demo visit" in client.get(link_in(Notice.objects.get(address="dana.n@example.org"))).text


def test_the_address_of_somebody_who_was_never_invited_is_only_changed(alice, dana):
    actions.correct_address(person=dana, email="dana.n@example.org", by=alice)

    assert (state(dana), Notice.objects.count()) == ("none", 0)


@pytest.mark.parametrize("email", ["", "dana", "petr@example.org", "PETR@example.org", f"{'x' * 300}@example.org"])
def test_an_address_that_cannot_be_right_is_refused(as_person, alice, visit, dana, email):
    factories.create_person(visit, email="petr@example.org")
    actions.invite_person(person=dana, by=alice)
    answer = as_person(alice).post(address(dana, "address"), {"email": email})

    assert list(answer.context["form"].errors) == ["email"]
    dana.refresh_from_db()
    assert (dana.email, state(dana)) == ("dana@example.org", "sent")


def test_the_address_of_a_closed_account_is_refused_in_a_sentence(as_person, alice, dana):
    factories.create_user("Closed", email="closed@example.org", is_active=False)
    actions.invite_person(person=dana, by=alice)
    answer = as_person(alice).post(address(dana, "address"), {"email": "closed@example.org"})

    assert "The account of this address is closed." in answer.text
    dana.refresh_from_db()
    assert (dana.email, state(dana)) == ("dana@example.org", "sent")


def test_everybody_is_invited_who_can_be(as_person, alice, visit, bob, dana):
    factories.create_user("Closed", email="closed@example.org", is_active=False)
    factories.create_person(visit, "Petr", email="")
    factories.create_person(visit, "Ola", email="closed@example.org")
    eva = factories.create_person(visit, "Eva")
    left = factories.create_person(visit, "Left")
    actions.let_person_leave(person=left, by=alice)
    answer = as_person(alice).post(f"/visits/{visit.reference}/people/invite/", follow=True)

    assert sorted(Notice.objects.values_list("address", flat=True)) == sorted([dana.email, eva.email])
    assert "2 invitations are on their way." in answer.text
    assert "Ola: The account of this address is closed." in answer.text
    assert {row.person.name: row.invitation_state for row in roster(visit).rows} == {
        "Bob": "accepted",
        "Dana": "sent",
        "Petr": "none",
        "Ola": "none",
        "Eva": "sent",
    }


def test_a_second_click_on_inviting_everybody_says_nothing_twice(as_person, alice, visit, dana):
    client = as_person(alice)
    for _n in range(2):
        client.post(f"/visits/{visit.reference}/people/invite/")

    assert Notice.objects.count() == 1


# --- what accounts ask about guests --------------------------------------------------------------


def test_guests_stay_signed_in_until_two_weeks_after_their_last_visit(visit, bob):
    other = factories.create_visit(starts_on=DAY_ONE, ends_on=DAY_ONE + datetime.timedelta(days=6))
    factories.create_member(other, user=bob)
    with time_machine.travel(factories.moment("12:00", DAY_ONE), tick=False):
        assert guests.stays_until(bob) == factories.moment("00:00", DAY_ONE + datetime.timedelta(days=6 + 14 + 1))


def test_an_invitation_says_to_what_it_invites(alice, dana):
    actions.invite_person(person=dana, by=alice)

    assert guests.describe(invitation_of(dana)) == "Demo visit, 9–10 March 2027"


def test_a_language_corrected_before_the_first_sign_in_is_the_one_we_write_in(as_person, alice, visit, dana):
    actions.invite_person(person=dana, by=alice)
    client = as_person(alice)
    page = client.get(page_of(dana))
    client.post(page_of(dana), typed(page, language="cs"))
    dana.refresh_from_db()
    actions.invite_again(person=dana, by=alice)

    assert list(Notice.objects.order_by("pk").values_list("language", flat=True)) == ["en", "cs"]


def test_once_they_have_been_here_the_language_is_their_own(as_person, alice, visit):
    bob = factories.create_member(visit, "Bob", language="en").invitation.user
    factories.sign_in(Client(), bob)
    User.objects.filter(pk=bob.pk).update(last_login=timezone.now())
    person = visit.people.get()
    client = as_person(alice)
    client.post(page_of(person), typed(client.get(page_of(person)), language="cs"))

    preview = client.get(f"/visits/{visit.reference}/preview/", {"person_chosen": person.pk, "in_language": ""})
    bob.refresh_from_db()
    assert bob.language == "en"
    assert preview.context["shown_in"] == "en"
