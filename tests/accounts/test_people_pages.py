"""The pages on which administrators look after staff accounts, and everybody after their own."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions
from accounts.models import Invitation, User
from core.outbox.models import Notice
from tests import factories
from tests.accounts.conftest import invited_guest


@pytest.fixture
def ada(client, administrator):
    return factories.sign_in(client, administrator)


def routes(user) -> list[tuple[str, str]]:
    """Every page and action about this account."""
    names = ["person", "close", "reopen", "second-factor-remove", "invitation-send", "invitation-withdraw"]
    addresses = [(name, reverse(f"people:{name}", args=[user.pk])) for name in names]
    roles = [(name, reverse(f"people:{name}", args=[user.pk, "editor"])) for name in ["role-give", "role-take"]]
    return [("list", reverse("people:list")), ("invite", reverse("people:invite")), *addresses, *roles]


@pytest.mark.parametrize("who", ["alice", "editor", "bob", "charlie"])
def test_others_than_administrators_are_refused_everywhere_and_change_nothing(request, as_person, guarded, who):
    client = as_person(request.getfixturevalue(who))
    before = list(User.objects.order_by("pk").values()), list(Invitation.objects.order_by("pk").values())
    for name, where in routes(guarded):
        assert (name, client.get(where).status_code) == (name, 403)
        assert (name, client.post(where, {"email": "x@example.org"}).status_code) == (name, 403)
    after = list(User.objects.order_by("pk").values()), list(Invitation.objects.order_by("pk").values())
    assert before == after


def test_nobody_signed_in_is_led_to_the_sign_in_page(client, guarded):
    for _, where in routes(guarded):
        assert client.get(where).url == f"{reverse('account_login')}?next={where}"


def test_guest_has_no_page_among_staff_accounts(ada, bob):
    for name, where in routes(bob)[2:]:
        ask = ada.get if name == "person" else ada.post
        assert (name, ask(where).status_code) == (name, 404)


def test_list_shows_state_second_factor_and_last_sign_in(ada, administrator, guarded):
    rows = {row.user.name: row for row in ada.get(reverse("people:list")).context["rows"]}
    assert (rows["Stella"].roles, rows["Stella"].state, rows["Stella"].second_factor) == (
        "Coordinator",
        "in use",
        "yes",
    )
    assert (rows["Ada"].second_factor, rows["Stella"].last_sign_in) == ("not yet", "never")


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda invitation, by: None, "invited"),
        (lambda invitation, by: actions.mark_opened(invitation=invitation), "invitation opened"),
        (lambda invitation, by: actions.withdraw_invitation(invitation=invitation, by=by), "invitation withdrawn"),
        (lambda invitation, by: actions.deactivate(user=invitation.user, by=by), "closed"),
    ],
    ids=["sent", "opened", "withdrawn", "closed"],
)
def test_list_shows_how_far_an_invitation_has_come(ada, administrator, change, state):
    invitation = invited_guest(by=administrator, name="Zoe", roles=["editor"])
    change(invitation, administrator)
    rows = {row.user.name: row for row in ada.get(reverse("people:list")).context["rows"]}
    assert (rows["Zoe"].state, rows["Zoe"].roles) == (state, "Editor")


def test_list_costs_the_same_for_one_and_for_ten(ada, administrator):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            ada.get(reverse("people:list"))
        return len(asked)

    invited_guest(by=administrator, roles=["editor"])
    queries()
    few = queries()
    for _ in range(10):
        invited_guest(by=administrator, roles=["editor"])
    assert queries() == few


def test_invite_mails_the_invitation_and_shows_the_person(ada, administrator):
    fields = {"email": "zoe@example.org", "name": "Zoe", "roles": ["editor"], "language": "cs"}
    answer = ada.post(reverse("people:invite"), fields)
    zoe = User.objects.get(email="zoe@example.org")
    assert answer.url == reverse("people:person", args=[zoe.pk])
    assert (zoe.roles, zoe.invitations.get().roles, zoe.invitations.get().invited_by) == ([], ["editor"], administrator)
    assert Notice.objects.get(address="zoe@example.org").language == "cs"


def test_invite_keeps_what_was_typed_when_it_is_refused(ada, editor):
    fields = {"email": editor.email, "name": "Edith", "roles": ["coordinator"], "language": "en"}
    answer = ada.post(reverse("people:invite"), fields)
    assert answer.context["form"].errors == {
        "email": ["This person is council staff already. Give them the role on their page."]
    }
    assert f'value="{editor.email}"' in answer.content.decode()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"email": "not an address"}, {"roles": ["queen"]}, {"roles": []}, {"name": "bell\x07"}, {"name": "x" * 121}],
)
def test_invite_with_a_wrong_answer_is_refused(ada, wrong):
    fields = {"email": "zoe@example.org", "name": "Zoe", "roles": ["editor"], "language": "en", **wrong}
    answer = ada.post(reverse("people:invite"), fields)
    assert list(answer.context["form"].errors) == list(wrong)
    assert not User.objects.filter(name="Zoe").exists()


def test_roles_are_given_and_taken_on_the_persons_page(ada, editor):
    ada.post(reverse("people:role-give", args=[editor.pk, "coordinator"]))
    ada.post(reverse("people:role-take", args=[editor.pk, "editor"]))
    editor.refresh_from_db()
    assert editor.roles == ["coordinator"]


def test_role_that_does_not_exist_is_not_found(ada, editor):
    assert ada.post(reverse("people:role-give", args=[editor.pk, "queen"])).status_code == 404


@pytest.mark.parametrize("name", ["role-give", "role-take"])
def test_roles_change_by_post_only(ada, editor, name):
    assert ada.get(reverse(f"people:{name}", args=[editor.pk, "editor"])).status_code == 405


def test_refusal_is_shown_and_changes_nothing(ada, administrator):
    where = reverse("people:role-take", args=[administrator.pk, "administrator"])
    page = ada.post(where, follow=True).content.decode()
    assert "last administrator" in page
    administrator.refresh_from_db()
    assert administrator.roles == ["administrator"]


def test_account_is_closed_after_a_page_that_asks(ada, editor):
    where = reverse("people:close", args=[editor.pk])
    assert "Close the account of Edith?" in ada.get(where).content.decode()
    assert User.objects.get(pk=editor.pk).is_active
    ada.post(where)
    assert not User.objects.get(pk=editor.pk).is_active
    ada.post(reverse("people:reopen", args=[editor.pk]))
    assert User.objects.get(pk=editor.pk).is_active


def test_second_factor_is_removed_after_a_page_that_asks(ada, guarded):
    where = reverse("people:second-factor-remove", args=[guarded.pk])
    assert "Remove the second factor of Stella?" in ada.get(where).content.decode()
    assert guarded.authenticator_set.exists()
    ada.post(where)
    assert not guarded.authenticator_set.exists()


def test_invitation_is_sent_again_and_withdrawn(ada, administrator):
    invitation = invited_guest(by=administrator, roles=["editor"])
    ada.post(reverse("people:invitation-send", args=[invitation.user.pk]))
    assert Notice.objects.filter(address=invitation.user.email).count() == 1
    where = reverse("people:invitation-withdraw", args=[invitation.user.pk])
    assert ada.get(where).status_code == 200
    assert Invitation.objects.get(pk=invitation.pk).withdrawn_at is None
    ada.post(where)
    assert Invitation.objects.get(pk=invitation.pk).state == "withdrawn"


# --- my account ----------------------------------------------------------------------------------


def test_everybody_changes_their_name_and_language(as_person, bob):
    client = as_person(bob)
    answer = client.post(reverse("people:account"), {"name": "Robert", "language": "cs"})
    bob.refresh_from_db()
    assert answer.url == reverse("people:account")
    assert (bob.name, bob.language) == ("Robert", "cs")
    assert client.get(reverse("people:account"))["Content-Language"] == "cs"


def test_nobody_changes_address_or_roles_there(as_person, bob):
    client = as_person(bob)
    fields = {"name": "Bob", "language": "en", "email": "new@example.org", "roles": ["administrator"], "is_active": ""}
    client.post(reverse("people:account"), fields)
    after = User.objects.get(pk=bob.pk)
    assert (after.email, after.roles, after.is_active) == (bob.email, [], True)


def test_only_staff_are_led_to_password_and_second_factor(as_person, bob, guarded):
    assert reverse("mfa_index") not in as_person(bob).get(reverse("people:account")).content.decode()
    assert reverse("mfa_index") in as_person(guarded).get(reverse("people:account")).content.decode()


def test_language_chosen_in_the_header_is_kept_with_the_person(as_person, bob):
    answer = as_person(bob).post(reverse("people:language"), {"language": "cs", "next": reverse("people:account")})
    bob.refresh_from_db()
    assert (bob.language, answer.url) == ("cs", reverse("people:account"))


@pytest.mark.parametrize("language", ["xx", "", "de\x00"])
def test_language_that_the_portal_does_not_speak_changes_nothing(as_person, bob, language):
    as_person(bob).post(reverse("people:language"), {"language": language})
    bob.refresh_from_db()
    assert bob.language == "en"


@pytest.mark.parametrize("back", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
def test_choice_of_language_leads_to_no_other_site(as_person, bob, back):
    answer = as_person(bob).post(reverse("people:language"), {"language": "cs", "next": back})
    assert answer.url == reverse("portal:start")


def test_language_changes_by_post_only(as_person, bob):
    assert as_person(bob).get(reverse("people:language"), {"language": "cs"}).status_code == 405


@pytest.mark.parametrize("name", ["people:account", "people:language", "people:sign-out-everywhere"])
def test_post_without_a_csrf_token_is_refused(bob, name):
    client = factories.sign_in(Client(enforce_csrf_checks=True), bob)
    before = User.objects.filter(pk=bob.pk).values().get()
    assert client.post(reverse(name), {"name": "X", "language": "cs"}).status_code == 403
    assert User.objects.filter(pk=bob.pk).values().get() == before
