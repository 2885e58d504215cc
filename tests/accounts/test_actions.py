"""Invitations, roles and accounts: what each action does, and what it refuses."""

import datetime
import threading

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from accounts import actions
from accounts.invitations import key_in, link
from accounts.models import Invitation, Role, User
from core.access import Refusal
from core.audit import AuditEntry
from core.outbox.models import Notice
from tests import factories
from tests.accounts.conftest import PASSWORD, invited_guest


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def invite_editor(by=None, **fields):
    return invited_guest(roles=["editor"], by=by, **fields)


# --- inviting ------------------------------------------------------------------------------------


def test_invite_begins_an_account_without_a_password_or_a_role(alice):
    invitation = actions.invite(email=" New@Example.ORG ", name="Nela", language="cs", by=alice)
    user = invitation.user
    assert (user.email, user.name, user.language, user.roles) == ("new@example.org", "Nela", "cs", [])
    assert not user.has_usable_password()
    assert (invitation.state, invitation.invited_by, invitation.roles) == ("sent", alice, [])
    assert verbs() == ["invitation.made"]


def test_invite_lasts_as_long_as_the_settings_say(alice, settings):
    settings.INVITATION_LASTS_DAYS = 5
    invitation = invited_guest(by=alice)
    assert (invitation.expires_at - timezone.now()).days == 4


def test_invite_again_to_another_visit_uses_the_same_account(alice, bob):
    invitation = actions.invite(email=bob.email.upper(), name="Robert", language="cs", by=alice)
    bob.refresh_from_db()
    assert invitation.user == bob
    assert (bob.name, bob.language) == ("Bob", "en")


def test_invite_staff_to_a_visit_leaves_their_account_as_it_is(alice, editor):
    invitation = actions.invite(email=editor.email, name="Edith", language="en", by=alice)
    assert invitation.user.roles == ["editor"]


def test_invite_staff_to_staff_is_refused(administrator, editor):
    with pytest.raises(Refusal, match="council staff already"):
        actions.invite(email=editor.email, name="Edith", language="en", by=administrator, roles=["coordinator"])


def test_invite_to_staff_twice_is_refused(administrator):
    invitation = invite_editor(by=administrator)
    with pytest.raises(Refusal, match="open invitation"):
        invite_editor(by=administrator, email=invitation.user.email)


def test_invite_to_staff_after_the_first_expired_is_possible(administrator):
    first = invite_editor(by=administrator)
    expire(first)
    assert invite_editor(by=administrator, email=first.user.email).is_open


def test_invite_somebody_with_a_closed_account_is_refused(administrator, bob):
    actions.deactivate(user=bob, by=administrator)
    with pytest.raises(Refusal, match="is closed"):
        actions.invite(email=bob.email, name="Bob", language="en", by=administrator)


def expire(invitation) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=60)
    later = long_ago + datetime.timedelta(days=21)
    Invitation.objects.filter(pk=invitation.pk).update(created_at=long_ago, expires_at=later)


# --- sending -------------------------------------------------------------------------------------


def test_send_invitation_mails_the_link_in_the_persons_language(alice):
    invitation = invite_editor(by=alice, language="cs")
    actions.send_invitation(invitation=invitation, by=alice)
    notice = Notice.objects.get()
    assert (notice.address, notice.language, notice.to_user) == (invitation.user.email, "cs", invitation.user)
    assert notice.link == link(invitation)
    assert notice.link not in notice.body
    assert "?language=cs" in link(invitation)
    assert notice.is_secret is False


def test_send_invitation_again_renews_its_time_and_counts(alice):
    invitation = invite_editor(by=alice)
    actions.send_invitation(invitation=invitation, by=alice)
    expire(invitation)
    invitation = actions.send_invitation(invitation=invitation, by=alice)
    assert invitation.is_open
    assert invitation.sent_count == 2
    assert [notice.cause for notice in Notice.objects.order_by("id")] == [
        f"invitation:{invitation.pk}:1",
        f"invitation:{invitation.pk}:2",
    ]


def test_send_invitation_with_a_template_of_the_callers(alice, settings, tmp_path):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    (tmp_path / "welcome.txt").write_text("Subject: Welcome\n\n{{ what }} {{ link }}")
    invitation = invited_guest(by=alice)
    actions.send_invitation(invitation=invitation, by=alice, template="welcome", context={"what": "Hello from Brno."})
    assert "Hello from Brno." in Notice.objects.get().body


@pytest.mark.parametrize("roles", [[], ["editor"]])
def test_link_in_a_mail_leads_somewhere_until_it_is_over(alice, roles):
    invitation = invited_guest(by=alice, roles=roles)
    notice = actions.send_invitation(invitation=invitation, by=alice) and Notice.objects.get()
    assert notice.link == link(invitation)
    actions.withdraw_invitation(invitation=invitation, by=alice)
    assert notice.link == ""


def test_link_of_a_guest_outlives_its_taking_up_and_that_of_staff_does_not(alice):
    guest, editor = invited_guest(by=alice), invite_editor(by=alice)
    for invitation in (guest, editor):
        actions.send_invitation(invitation=invitation, by=alice)
    actions.accept_open_invitations(user=guest.user)
    actions.join_staff(invitation=editor, password="seven calm herons wade")
    links = {notice.to_user: notice.link for notice in Notice.objects.all()}
    assert links == {guest.user: link(guest), editor.user: ""}


@pytest.mark.parametrize("change", ["withdrawn_at", "accepted_at"])
def test_send_settled_invitation_is_refused(alice, change):
    invitation = invited_guest(by=alice)
    Invitation.objects.filter(pk=invitation.pk).update(**{change: timezone.now()})
    with pytest.raises(Refusal):
        actions.send_invitation(invitation=invitation, by=alice)
    assert not Notice.objects.exists()


def test_link_of_an_invitation_is_signed(alice):
    invitation = invited_guest(by=alice)
    token = link(invitation).split("/")[-2]
    assert key_in(token) == invitation.pk
    assert key_in(token[:-1]) is None
    assert key_in(invitation.pk.hex) is None
    assert key_in("none") is None


# --- taking up and withdrawing -------------------------------------------------------------------


def test_opened_invitation_keeps_the_first_moment(alice):
    invitation = invited_guest(by=alice)
    actions.mark_opened(invitation=invitation)
    first = Invitation.objects.get().opened_at
    actions.mark_opened(invitation=invitation)
    assert Invitation.objects.get().opened_at == first
    assert Invitation.objects.get().state == "opened"


def test_accept_open_invitations_takes_up_those_to_visits_only(alice):
    guest = invited_guest(by=alice)
    to_staff = invite_editor(by=alice, email=guest.user.email)
    withdrawn = invited_guest(by=alice, email=guest.user.email)
    actions.withdraw_invitation(invitation=withdrawn, by=alice)
    assert actions.accept_open_invitations(user=guest.user) == [guest]
    assert {one.pk: one.state for one in guest.user.invitations.all()} == {
        guest.pk: "accepted",
        to_staff.pk: "sent",
        withdrawn.pk: "withdrawn",
    }
    assert User.objects.get(pk=guest.user.pk).roles == []


def test_join_staff_gives_the_roles_and_sets_the_password(administrator):
    invitation = invited_guest(by=administrator, roles=["editor", "coordinator"])
    user = actions.join_staff(invitation=invitation, password=PASSWORD)
    assert user.roles == ["coordinator", "editor"]
    assert user.check_password(PASSWORD)
    given = AuditEntry.objects.filter(verb="role.given")
    assert [(entry.by_user, entry.facts) for entry in given.order_by("id")] == [
        (administrator.pk, {"role": "coordinator"}),
        (administrator.pk, {"role": "editor"}),
    ]


def test_join_staff_twice_is_refused_and_keeps_the_first_password(administrator):
    invitation = invite_editor(by=administrator)
    actions.join_staff(invitation=invitation, password=PASSWORD)
    with pytest.raises(Refusal):
        actions.join_staff(invitation=invitation, password="seven calm herons wade")
    assert User.objects.get(pk=invitation.user.pk).check_password(PASSWORD)


def test_join_staff_with_a_withdrawn_invitation_is_refused(administrator):
    invitation = invite_editor(by=administrator)
    actions.withdraw_invitation(invitation=invitation, by=administrator)
    with pytest.raises(Refusal):
        actions.join_staff(invitation=invitation, password=PASSWORD)


def test_withdraw_taken_up_invitation_to_staff_is_refused(administrator):
    invitation = invite_editor(by=administrator)
    actions.join_staff(invitation=invitation, password=PASSWORD)
    with pytest.raises(Refusal, match="Take the roles away"):
        actions.withdraw_invitation(invitation=invitation, by=administrator)


def test_withdraw_twice_is_refused(alice):
    invitation = invited_guest(by=alice)
    actions.withdraw_invitation(invitation=invitation, by=alice)
    with pytest.raises(Refusal):
        actions.withdraw_invitation(invitation=invitation, by=alice)


# --- roles ---------------------------------------------------------------------------------------


def test_give_and_take_role_are_written_down(administrator, editor):
    actions.give_role(user=editor, role="coordinator", by=administrator)
    assert actions.take_role(user=editor, role="editor", by=administrator).roles == ["coordinator"]
    assert verbs() == ["role.given", "role.taken"]


def test_give_role_to_a_guest_is_refused(administrator, bob):
    with pytest.raises(Refusal, match="Invite them first"):
        actions.give_role(user=bob, role="editor", by=administrator)


def test_give_role_that_is_held_is_refused(administrator, editor):
    with pytest.raises(Refusal, match="already"):
        actions.give_role(user=editor, role="editor", by=administrator)


def test_take_role_that_is_not_held_is_refused(administrator, editor):
    with pytest.raises(Refusal, match="does not have"):
        actions.take_role(user=editor, role="coordinator", by=administrator)


def test_last_administrator_cannot_be_taken_away(administrator):
    with pytest.raises(Refusal, match="last administrator"):
        actions.take_role(user=administrator, role=Role.ADMINISTRATOR, by=administrator)


def test_last_administrator_cannot_be_closed(administrator, alice):
    with pytest.raises(Refusal, match="last administrator"):
        actions.deactivate(user=administrator, by=alice)


def test_closed_administrator_does_not_count_as_another(administrator):
    second = factories.create_user(roles=["administrator"])
    actions.deactivate(user=second, by=administrator)
    with pytest.raises(Refusal, match="last administrator"):
        actions.take_role(user=administrator, role=Role.ADMINISTRATOR, by=administrator)


def test_nobody_closes_their_own_account(administrator):
    factories.create_user(roles=["administrator"])
    with pytest.raises(Refusal, match="your own account"):
        actions.deactivate(user=administrator, by=administrator)


def test_take_second_factors_of_somebody_without_is_refused(administrator, staff):
    with pytest.raises(Refusal):
        actions.take_second_factors(user=staff, by=administrator)


def test_take_second_factors_tells_the_person_by_mail(administrator, guarded):
    actions.take_second_factors(user=guarded, by=administrator)
    assert "An administrator removed your second factor." in Notice.objects.get(address=guarded.email).body
    assert not guarded.authenticator_set.exists()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_send_each_other_away_at_once():
    for _ in range(10):
        first, second = (factories.create_user(roles=["administrator"]) for _ in range(2))
        start = threading.Barrier(2)

        def take(user, by, start=start):
            start.wait()
            try:
                actions.take_role(user=user, role=Role.ADMINISTRATOR, by=by)
            except Refusal:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=take, args=pair) for pair in [(first, second), (second, first)]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        close_old_connections()
        assert User.objects.with_role(Role.ADMINISTRATOR).count() == 1
        User.objects.all().delete()


# --- one's own -----------------------------------------------------------------------------------


def test_change_own_details_writes_down_which_fields_and_no_words(bob):
    actions.change_own_details(user=bob, name="Bob Smith", language="cs")
    bob.refresh_from_db()
    assert (bob.name, bob.language) == ("Bob Smith", "cs")
    entry = AuditEntry.objects.get(verb="account.edited")
    assert (entry.facts, entry.changes) == ({"fields": ["name", "language"]}, [])


def test_change_own_details_to_what_they_are_writes_nothing_down(bob):
    actions.change_own_details(user=bob, name=bob.name, language=bob.language)
    assert verbs() == []
