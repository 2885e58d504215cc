"""A link that lets somebody in stands in the mail that goes out, and nowhere before or after."""

import importlib
import smtplib

import pytest
from django.core import mail
from django.db import connection

from core.access import Refusal
from core.outbox import actions, letters, links, sending
from core.outbox.links import PLACE, Link
from core.outbox.models import Notice
from tests.core.outbox.conftest import create_notice
from tests.core.outbox.test_sending import Postbox, postbox, state_of  # noqa: F401 - a fixture

WAY_IN = "https://visits.example.org/open/0123456789abcdef0123456789abcdef.signature-of-it/"
Status, Reason = Notice.Status, Notice.Reason
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def door(monkeypatch):
    """A kind of link whose other side can be closed."""
    is_open = {"yes": True}
    monkeypatch.setitem(links.OPENERS, "door", lambda key: WAY_IN if is_open[key] else None)
    return is_open


@pytest.fixture
def template(settings, tmp_path):
    """Writes a template of a mail."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    def write(words: str) -> str:
        (tmp_path / "letter.txt").write_text(words)
        return "letter"

    return write


def with_link(**fields) -> Notice:
    return create_notice(body=f"Open this:\n{PLACE}\n", link_kind="door", link_key="yes", **fields)


def test_a_mail_is_written_with_a_place_for_its_link(template):
    letter = letters.write(
        template("Subject: Come\n\n{{ name }}: {{ link }}"), {"name": "Jana"}, "en", Link("door", "yes")
    )
    assert letter.body == f"Jana: {PLACE}\n"


def test_nothing_that_people_typed_is_taken_for_the_place(template):
    typed = f"Jana {PLACE}"
    letter = letters.write(
        template("Subject: Come\n\n{{ name }}: {{ link }}"), {"name": typed}, "en", Link("door", "yes")
    )
    assert letter.body == f"Jana : {PLACE}\n"


def test_a_name_with_the_mark_of_a_place_stops_no_mail(template):
    letter = letters.write(template("Subject: {{ name }}\n\n{{ name }}"), {"name": f"Jana{PLACE}"}, "en")
    create_notice(subject=letter.subject, body=letter.body)
    sending.send_next()
    assert (mail.outbox[0].subject, mail.outbox[0].body) == ("Jana", "Jana\n")


@pytest.mark.parametrize("words", ["Subject: Come\n\nNo link.", "Subject: {{ link }}\n\n{{ link }}"])
def test_a_template_that_forgets_its_link_or_shows_it_in_lists_is_refused(template, words):
    with pytest.raises(ValueError, match="link"):
        letters.write(template(words), {}, "en", Link("door", "yes"))


def test_the_link_is_put_in_when_the_mail_is_handed_over():
    notice = with_link()
    sending.send_next()
    assert mail.outbox[0].body == f"Open this:\n{WAY_IN}\n"
    assert state_of(notice)[0] == Status.SENT
    assert notice.body == f"Open this:\n{PLACE}\n"


def test_a_mail_whose_link_is_over_is_not_sent(door):
    notice = with_link()
    door["yes"] = False
    sending.send_next()
    assert state_of(notice) == (Status.FAILED, Reason.LINK_OVER, 1)
    assert mail.outbox == []


def test_such_a_mail_is_tried_again_like_any_other(postbox):  # noqa: F811
    notice = with_link()
    postbox(opening=ConnectionRefusedError("refused"))
    sending.send_next()
    assert state_of(notice) == (Status.QUEUED, Reason.UNREACHABLE, 1)


def test_it_is_sent_again_as_long_as_what_it_opens_is_open(alice, door):
    notice = with_link(status=Status.FAILED, reason=Reason.REFUSED)
    assert notice.can_be_sent_again
    assert actions.send_again(notice=notice, by=alice).status == Status.QUEUED

    Notice.objects.update(status=Status.FAILED)
    door["yes"] = False
    assert not notice.can_be_sent_again
    with pytest.raises(Refusal, match="Invite anew"):
        actions.send_again(notice=notice, by=alice)


def test_a_server_that_quotes_the_link_is_not_quoted(postbox):  # noqa: F811
    notice = with_link()
    postbox(handing=smtplib.SMTPDataError(554, f"5.7.1 blocked because of <{WAY_IN}>".encode()))
    sending.send_next()
    notice.refresh_from_db()
    assert notice.server_said == "554 5.7.1 blocked because of …"


def test_a_server_that_cuts_the_link_to_pieces_is_not_quoted_either(postbox):  # noqa: F811
    pieces = " ".join(WAY_IN[number : number + 30] for number in range(0, len(WAY_IN), 30))
    notice = with_link()
    postbox(handing=smtplib.SMTPDataError(554, f"blocked {pieces} for jana.novakova.brno@council.example".encode()))
    sending.send_next()
    notice.refresh_from_db()
    assert not any(WAY_IN[number : number + 12] in notice.server_said for number in range(0, 72, 12))
    assert "jana.novakova.brno@council.example" in notice.server_said


@pytest.mark.parametrize("code", ["12345678", "1234-5678", "1234 5678", "1234 - 5678"])
def test_a_server_that_quotes_a_code_is_not_quoted(postbox, code):  # noqa: F811
    notice = create_notice(is_secret=True, subject=f"{code} is your code", body=code)
    postbox(handing=smtplib.SMTPDataError(554, f"spam: {code} is your code".encode()))
    sending.send_next()
    notice.refresh_from_db()
    assert (notice.server_said, notice.subject, notice.body) == ("554 spam: … is your code", "", "")


def test_staff_read_the_whole_mail_with_the_link_blanked(as_person, alice):
    page = as_person(alice).get(with_link(subject="You are invited").get_absolute_url()).text
    assert "Open this:" in page
    assert "[a link, which only this person gets]" in page
    assert PLACE not in page
    assert WAY_IN not in page


def test_mails_from_before_lose_their_links(db):
    before = create_notice(
        cause="invitation:5c1e:1",
        body="Open:\n\nhttps://visits.example.org/people/invitation/abc.def/?language=cs\n\nBye\n",
    )
    other = create_notice(cause="news:1", body="See https://visits.example.org/visits/1/\n")
    take_out = importlib.import_module("core.migrations.0006_links_leave_the_outbox").TAKE_OUT
    with connection.cursor() as cursor:
        cursor.execute(take_out)
    before.refresh_from_db()
    other.refresh_from_db()
    assert (before.body, before.link_kind, before.link_key) == (f"Open:\n\n{PLACE}\n\nBye\n", "invitation", "5c1e")
    assert (other.body, other.link_kind) == ("See https://visits.example.org/visits/1/\n", "")
