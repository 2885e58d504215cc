"""The mails of accounts: through the outbox, in the person's language, and nothing from the library's own templates."""

import inspect
import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import login_by_code, password_change, password_reset, password_reset_by_code
from allauth.mfa.recovery_codes.internal import flows as codes
from allauth.mfa.totp.internal import flows as totp
from allauth.mfa.webauthn.internal import flows as webauthn
from django.core import mail
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse

from accounts import emails
from core.outbox.models import Notice
from tests import factories
from tests.accounts import passkey
from tests.accounts.conftest import PASSWORD, ask_for_code, mailed_code, send_app_code, send_password

NEW = "seven calm herons wade"


def test_codes_are_secret_and_each_has_a_cause_of_its_own(bob):
    ask_for_code(Client(), bob.email)
    ask_for_code(Client(), bob.email)
    notices = Notice.objects.filter(address=bob.email)
    assert [notice.is_secret for notice in notices] == [True, True]
    assert len({notice.cause for notice in notices}) == 2


def test_cause_of_a_code_does_not_tell_the_code(bob):
    ask_for_code(Client(), bob.email)
    notice = Notice.objects.get()
    assert mailed_code(bob.email) not in notice.cause


def test_code_stands_in_the_subject_where_a_phone_shows_it(bob):
    ask_for_code(Client(), bob.email)
    notice = Notice.objects.get()
    assert mailed_code(bob.email) in notice.subject


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_no_colleague_reads_a_code_in_the_outbox(client, bob, role):
    ask_for_code(Client(), bob.email)
    notice = Notice.objects.get()
    staff = factories.sign_in(client, factories.create_user("Sam", roles=[role]))

    for page in (staff.get("/outbox/"), staff.get(notice.get_absolute_url())):
        assert page.status_code == 200
        assert "A mail that lets somebody in" in page.content.decode()
        assert mailed_code(bob.email) not in page.content.decode()


def test_changed_password_is_told_by_mail(as_person, guarded):
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    as_person(guarded).post(reverse("account_change_password"), fields)
    notice = Notice.objects.get(address=guarded.email)
    assert "Your password was changed." in notice.body
    assert (notice.is_secret, notice.to_user) == (False, guarded)


def test_password_replaced_by_code_is_told_by_mail(client, guarded):
    client.post(reverse("account_reset_password"), {"email": guarded.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": mailed_code(guarded.email)})
    client.post(reverse("account_complete_password_reset"), {"password1": NEW, "password2": NEW})
    assert "with a code sent by e-mail" in Notice.objects.filter(address=guarded.email).newest_first().first().body


def test_new_passkey_and_its_removal_are_told_by_mail(client, guarded):
    send_password(client, guarded.email)
    send_app_code(client)
    passkey.add(client, passkey.Passkey())
    key = guarded.authenticator_set.get(type="webauthn")
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    bodies = [notice.body for notice in Notice.objects.filter(address=guarded.email).order_by("id")]
    assert ["A passkey was added." in bodies[0], "A passkey was removed." in bodies[-1]] == [True, True]


@pytest.mark.parametrize("prefix", emails.CHANGES, ids=lambda prefix: prefix.rpartition("/")[2])
def test_each_change_has_its_sentence_and_comes_in_the_persons_language(rf, db, prefix):
    user = factories.create_user("Jana", language="cs", roles=["editor"])
    get_adapter().send_mail(prefix, user.email, {})
    notice = Notice.objects.get()
    assert notice.language == "cs"
    assert notice.body.strip()


def test_every_mail_of_the_library_that_can_be_sent_has_one_of_ours():
    """A mail without a template here would be the library's own, in its words."""
    modules = [login_by_code, password_change, password_reset, password_reset_by_code, codes, totp, webauthn]
    source = "".join(inspect.getsource(module) for module in modules)
    named = set(re.findall(r'"((?:account|mfa)/email/\w+)"', source))
    assert named == {*emails.CODES, *emails.CHANGES}


def test_nothing_is_sent_past_the_outbox(client, bob):
    ask_for_code(client, bob.email)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "template", [emails.SIGN_IN_CODE, emails.PASSWORD_CODE, emails.ACCOUNT_CHANGED, emails.STAFF_INVITATION]
)
def test_templates_of_mails_lie_in_the_portal(template, settings):
    assert get_template(f"{template}.txt").origin.name.startswith(str(settings.BASE_DIR / "templates"))
