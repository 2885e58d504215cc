"""The commands of accounts."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Invitation, User
from core.outbox.models import Notice
from tests import factories
from tests.accounts.conftest import PASSWORD


def said(command: str, *words, **options) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out, **options)
    return out.getvalue()


def test_show_sign_ins_names_everybody_and_the_addresses(db, settings):
    factories.create_user("Demo", email="coordinator@example.org", roles=["coordinator"])
    factories.create_user("Demo", email="dortmund@example.org")
    lines = said("show_sign_ins").splitlines()
    assert lines[0].endswith(f"{settings.SITE_URL}/account/login/")
    assert [line.split("  ")[1] for line in lines[1:3]] == ["Coordinator", "Somebody of another visit"]
    assert lines[-1].endswith(f"{settings.SITE_URL}/demonstration/mailbox/")


def test_show_sign_ins_warns_of_a_proxy_that_nobody_sees(db, settings):
    settings.DEMONSTRATION = True
    factories.create_user("Editor", email="editor@example.org", roles=["editor"])
    assert "put no proxy before it" in said("show_sign_ins")


def test_show_sign_ins_without_people_says_how_to_make_them(db):
    with pytest.raises(CommandError, match="load_demo"):
        said("show_sign_ins")


def test_show_sign_ins_is_for_the_demonstration_only(db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="DEMONSTRATION=1"):
        said("show_sign_ins")


def test_create_administrator_prints_a_link_that_works(db):
    words = said("create_administrator", "ada@example.org", name="Ada Lovelace")
    where = words.splitlines()[-1].removeprefix("http://localhost:8000")
    client = Client()
    client.post(where, {"password1": PASSWORD, "password2": PASSWORD})
    ada = User.objects.get(email="ada@example.org")
    assert (ada.name, ada.roles, ada.check_password(PASSWORD)) == ("Ada Lovelace", ["administrator"], True)
    assert not Notice.objects.exists()


def test_create_administrator_for_an_address_that_is_none_is_refused(db):
    with pytest.raises(CommandError, match="is not an e-mail address"):
        said("create_administrator", "ada", name="Ada")


def test_create_administrator_for_somebody_on_the_staff_is_refused(editor):
    with pytest.raises(CommandError, match="council staff already"):
        said("create_administrator", editor.email, name="Edith")
    assert not Invitation.objects.exists()
