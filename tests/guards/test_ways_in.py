"""Every mail that the portal can write, sent for real: what lets its reader in is read by nobody else."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.db import connection
from django.urls import Resolver404, resolve

from accounts import actions as accounts
from accounts import emails
from accounts.models import User
from core.outbox import sending
from core.outbox.models import Notice
from tests import factories
from tests.guards.routes import every_route
from tests.guards.source import ROOT
from tests.guards.test_drafts_stay_inside import walk
from tests.guards.test_house import PUBLIC_PAGES
from tests.guards.two_visits import TwoVisits
from tests.guards.visitors import Visitors, undone
from visits.booking.models import Visit
from visits.delegation import actions as delegation

CODE = re.compile(r"\b\d{4}-?\d{4}\b")
ADDRESS = re.compile(r"https?://[^\s<>\"']+")


def invite_staff(by: User) -> None:
    invitation = accounts.invite(email="new@example.org", name="Nina", language="en", by=by, roles=["editor"])
    accounts.send_invitation(invitation=invitation, by=by)


def invite_guest(by: User) -> None:
    visit = factories.create_visit(lead_coordinator=by)
    delegation.invite_person(person=factories.create_person(visit, "Gina", email="gina@example.org"), by=by)


def call_off(by: User) -> None:
    visit = factories.create_visit(lead_coordinator=by)
    factories.create_member(visit, "Gus")
    delegation.move_visit_and_mail(visit=visit, to=Visit.Status.CANCELLED, by=by, why="")


WRITERS: dict[str, Callable[[User], None]] = {
    emails.STAFF_INVITATION: invite_staff,
    emails.SIGN_IN_CODE: lambda by: emails.send_code(emails.SIGN_IN_CODE, "guest@example.org", "1357-2468"),
    emails.PASSWORD_CODE: lambda by: emails.send_code(emails.PASSWORD_CODE, "staff@example.org", "8642-7531"),
    emails.ACCOUNT_CHANGED: lambda by: emails.tell_of_change(by, "Your password was changed."),
    "visits/delegation/mail/invitation": invite_guest,
    "visits/delegation/mail/move": call_off,
}
LETS_IN = {emails.STAFF_INVITATION, emails.SIGN_IN_CODE, emails.PASSWORD_CODE, "visits/delegation/mail/invitation"}


def templates_of_mails() -> set[str]:
    folder = ROOT / "templates"
    texts = [path for path in folder.rglob("*.txt") if "Subject:" in path.read_text().split("\n")[0]]
    return {str(Path(path).relative_to(folder).with_suffix("")) for path in texts}


def ways_in(words: str) -> set[str]:
    """Codes, and addresses that ask nobody to sign in and are no page of the public."""
    links = {found for found in ADDRESS.findall(words) if found.startswith(settings.SITE_URL) and opens(found)}
    return {*CODE.findall(words), *(key_of(found) for found in links)}


def opens(address: str) -> bool:
    try:
        match = resolve(urlsplit(address).path or "/")
    except Resolver404:
        return False
    return not getattr(match.func, "login_required", True) and match.view_name not in PUBLIC_PAGES


def key_of(address: str) -> str:
    """The part that cannot be guessed; alone it would be as good as the whole."""
    return max(urlsplit(address).path.split("/"), key=len)


def stored() -> str:
    """Every row of every table, but sessions: there a code waits for the person who asked for it."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    with connection.cursor() as cursor:
        words = []
        for table in sorted(tables - {"django_session"}):
            cursor.execute(f"SELECT row::text FROM {table} row")  # noqa: S608 - names of ours
            words += [row for (row,) in cursor.fetchall()]
    return "\n".join(words)


def send_everything() -> str:
    """Hands every mail over and returns what arrived."""
    mail.outbox.clear()
    while sending.send_next():
        pass
    return "\n".join(f"{each.subject}\n{each.body}" for each in mail.outbox)


@pytest.fixture
def coordinator(two_visits: TwoVisits) -> User:
    return two_visits.users["coordinator"]


def test_every_mail_is_walked_over():
    assert set(WRITERS) == templates_of_mails()


@pytest.mark.parametrize("template", sorted(WRITERS))
def test_what_lets_its_reader_in_is_kept_nowhere(template: str, coordinator: User, caplog):
    caplog.set_level("DEBUG")
    Notice.objects.all().delete()

    WRITERS[template](coordinator)
    before = stored() if template not in {emails.SIGN_IN_CODE, emails.PASSWORD_CODE} else ""
    found = ways_in(send_everything())
    after = stored()

    assert bool(found) == (template in LETS_IN)
    assert [way for way in found if way in before or way in after or way in caplog.text] == []


@pytest.mark.parametrize("who", ["coordinator", "administrator"])
def test_no_colleague_reads_a_way_in(who: str, two_visits: TwoVisits, visitors: Visitors, coordinator: User):
    """These two see the outbox; whoever else meets a mail anywhere is met by the walks over drafts."""
    with undone():
        Notice.objects.all().delete()
        for write in WRITERS.values():
            write(coordinator)
        mails = [notice.get_absolute_url() for notice in Notice.objects.all()]
        waiting = {address: visitors.get(who, address).content.decode() for address in ["/outbox/", *mails]}
        found = ways_in(send_everything())
        sent = walk(visitors, who)

    assert len(found) == len(LETS_IN)
    read = [*((f"{address} waiting", text) for address, text in waiting.items()), *sent.items()]
    assert [(way, address) for way in found for address, text in read if way in text] == []


def test_the_search_for_ways_in_finds_them():
    """Else everything above would prove nothing."""
    link = next(route for route in every_route() if route.name == "people:invitation")
    address = f"{settings.SITE_URL}/{link.path.replace('<str:token>', 'abcdefabcdef.signature')}"
    assert ways_in(f"Open {address} or type 1234-5678.") == {"abcdefabcdef.signature", "1234-5678"}
    assert ways_in(f"See {settings.SITE_URL}/ and {settings.SITE_URL}/visits/") == set()
