"""One try after another, and what comes of each; the worker itself is tested in test_worker."""

import datetime
import smtplib

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from core.outbox import sending
from core.outbox.models import HANDING_OVER_LASTS, SECRET_LASTS, Notice
from tests.core.outbox.conftest import create_notice

Status, Reason = Notice.Status, Notice.Reason
pytestmark = pytest.mark.django_db


class Postbox(BaseEmailBackend):
    """A mail backend that fails as a test tells it to."""

    opening: Exception | None = None
    handing: Exception | None = None

    def open(self):
        if self.opening:
            raise self.opening

    def send_messages(self, messages):
        if self.handing:
            raise self.handing
        mail.outbox.extend(messages)
        return len(messages)


@pytest.fixture
def postbox(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Postbox"

    def fails(**when: Exception):
        for name, error in when.items():
            monkeypatch.setattr(Postbox, name, error)

    return fails


def state_of(notice: Notice) -> tuple[str, str, int]:
    notice.refresh_from_db()
    return notice.status, notice.reason, notice.attempts


def test_nothing_to_send_is_told():
    assert sending.send_next() is False


def test_a_sent_mail_has_what_mailboxes_need():
    notice = create_notice(language="cs", subject="Změna", body="Nový čas.\n")
    assert sending.send_next() is True
    assert state_of(notice) == (Status.SENT, "", 1)
    assert notice.sent_at is not None
    sent = mail.outbox[0].message()
    told = {name: sent[name] for name in ["To", "From", "Reply-To", "Message-ID", "Content-Language", "Auto-Submitted"]}
    assert told == {
        "To": notice.address,
        "From": settings.DEFAULT_FROM_EMAIL,
        "Reply-To": settings.HELP_CONTACT["email"],
        "Message-ID": notice.message_id,
        "Content-Language": "cs",
        "Auto-Submitted": "auto-generated",
    }
    assert mail.outbox[0].body == "Nový čas.\n"


def test_who_waited_longest_goes_first():
    now = timezone.now()
    late = create_notice(not_before=now - datetime.timedelta(minutes=1))
    early = create_notice(not_before=now - datetime.timedelta(minutes=2))
    sending.send_next()
    assert (state_of(early)[0], state_of(late)[0]) == (Status.SENT, Status.QUEUED)


def test_what_waits_for_a_later_try_is_left_alone():
    create_notice(not_before=timezone.now() + datetime.timedelta(seconds=30))
    assert sending.send_next() is False


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError("refused"),
        TimeoutError("timed out"),
        smtplib.SMTPConnectError(421, b"too busy"),
        smtplib.SMTPAuthenticationError(535, b"bad password"),
        smtplib.SMTPServerDisconnected("gone"),
    ],
)
def test_a_mail_server_that_cannot_be_reached_is_tried_again(postbox, error):
    notice = create_notice()
    postbox(opening=error)
    assert sending.send_next() is True
    assert state_of(notice) == (Status.QUEUED, Reason.UNREACHABLE, 1)
    assert notice.claimed_at is None  # so nothing of it is in doubt


@pytest.mark.parametrize(
    ("error", "came_of_it"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), (Status.FAILED, Reason.REFUSED)),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"greylisted")}), (Status.QUEUED, Reason.SERVER_BUSY)),
        (smtplib.SMTPSenderRefused(553, b"not allowed", "us"), (Status.FAILED, Reason.REFUSED)),
        (smtplib.SMTPDataError(554, b"looks like spam"), (Status.FAILED, Reason.REFUSED)),
        (smtplib.SMTPDataError(452, b"disk full"), (Status.QUEUED, Reason.SERVER_BUSY)),
        (smtplib.SMTPDataError(-1, b"???"), (Status.FAILED, Reason.MAY_HAVE_ARRIVED)),
        (smtplib.SMTPNotSupportedError("no SMTPUTF8"), (Status.FAILED, Reason.UNSENDABLE)),
        (smtplib.SMTPServerDisconnected("gone"), (Status.FAILED, Reason.MAY_HAVE_ARRIVED)),
        (TimeoutError("no answer"), (Status.FAILED, Reason.MAY_HAVE_ARRIVED)),
        (RuntimeError("a bug"), (Status.FAILED, Reason.MAY_HAVE_ARRIVED)),
    ],
)
def test_what_the_mail_server_answers_decides(postbox, error, came_of_it):
    notice = create_notice()
    postbox(handing=error)
    sending.send_next()
    assert state_of(notice) == (*came_of_it, 1)
    assert mail.outbox == []


def test_the_servers_own_words_are_kept_for_staff(postbox):
    notice = create_notice()
    postbox(handing=smtplib.SMTPRecipientsRefused({"x": (550, b"5.1.1\r\nno such user" + b" xxx" * 500)}))
    sending.send_next()
    notice.refresh_from_db()
    assert notice.server_said.startswith("550 5.1.1 no such user xxx")
    assert len(notice.server_said) == 300
    assert notice.last_error == "The mail server refused the message. Is the address right?"


def test_the_pauses_grow_and_then_it_is_given_up(postbox):
    notice = create_notice()
    postbox(opening=ConnectionRefusedError("refused"))
    waited = []
    now = timezone.now()
    for _ in range(len(sending.PAUSES) + 1):
        with time_machine.travel(now, tick=False):
            assert sending.send_next() is True
            notice.refresh_from_db()
            if notice.status == Status.QUEUED:
                waited.append(notice.not_before - now)
                assert sending.send_next() is False
            now = notice.not_before
    assert waited == list(sending.PAUSES)
    assert state_of(notice) == (Status.FAILED, Reason.UNREACHABLE, len(sending.PAUSES) + 1)


def test_a_mail_is_tried_for_three_days():
    three_days = datetime.timedelta(days=3)
    assert three_days <= sum(sending.PAUSES, datetime.timedelta()) < three_days + datetime.timedelta(hours=8)


def test_a_code_is_not_tried_longer_than_it_is_of_use(postbox):
    notice = create_notice(is_secret=True)
    postbox(opening=ConnectionRefusedError("refused"))
    now = notice.created_at
    while state_of(notice)[0] == Status.QUEUED:
        with time_machine.travel(now, tick=False):
            sending.send_next()
        notice.refresh_from_db()
        now = notice.not_before
    assert state_of(notice)[:2] == (Status.FAILED, Reason.TOO_OLD)
    assert now - notice.created_at < datetime.timedelta(hours=1)


def test_a_success_clears_what_went_wrong_before(postbox):
    notice = create_notice(reason=Reason.SERVER_BUSY, server_said="450 later", attempts=2)
    sending.send_next()
    assert state_of(notice) == (Status.SENT, "", 3)
    assert notice.server_said == ""


@pytest.mark.parametrize("fields", [{"subject": "two\nlines"}, {"address": "a@b\r\nBcc: c@d"}])
def test_what_would_add_a_header_is_never_sent(fields):
    notice = create_notice(**fields)
    sending.send_next()
    assert state_of(notice) == (Status.FAILED, Reason.UNSENDABLE, 1)
    assert mail.outbox == []


# --- secrets -------------------------------------------------------------------------------------


def test_a_code_is_wiped_once_sent():
    notice = create_notice(is_secret=True, body="123456")
    sending.send_next()
    assert "123456" in mail.outbox[0].body
    assert state_of(notice)[0] == Status.SENT
    assert notice.body == ""


def test_a_code_that_is_refused_is_wiped_too(postbox):
    notice = create_notice(is_secret=True, body="123456")
    postbox(handing=smtplib.SMTPDataError(554, b"no"))
    sending.send_next()
    assert state_of(notice)[0] == Status.FAILED
    assert notice.body == ""


def test_a_code_that_is_tried_again_keeps_its_words(postbox):
    notice = create_notice(is_secret=True, body="123456")
    postbox(handing=smtplib.SMTPDataError(450, b"later"))
    sending.send_next()
    assert state_of(notice)[0] == Status.QUEUED
    assert notice.body == "123456"


def test_a_code_that_is_too_old_is_not_sent():
    notice = create_notice(is_secret=True, body="123456")
    with time_machine.travel(timezone.now() + SECRET_LASTS + datetime.timedelta(seconds=1)):
        assert sending.send_next() is True
    assert state_of(notice) == (Status.FAILED, Reason.TOO_OLD, 1)
    assert (notice.body, mail.outbox) == ("", [])


def test_codes_of_no_use_are_forgotten_wherever_they_wait():
    code = create_notice(is_secret=True, body="123456", not_before=timezone.now() + datetime.timedelta(days=1))
    letter = create_notice(body="Welcome")
    assert sending.forget_secrets() == 0
    with time_machine.travel(timezone.now() + SECRET_LASTS + datetime.timedelta(seconds=1)):
        assert sending.forget_secrets() == 1
        assert sending.forget_secrets() == 0
    code.refresh_from_db()
    letter.refresh_from_db()
    assert (code.body, letter.body) == ("", "Welcome")


# --- workers that died, and one that did not -----------------------------------------------------


def test_what_was_left_half_sent_is_given_up_in_time():
    fresh = create_notice(status=Status.SENDING, claimed_at=timezone.now())
    stale = create_notice(status=Status.SENDING, claimed_at=timezone.now() - HANDING_OVER_LASTS * 2)
    assert sending.take_back_what_was_left_behind() == 1
    assert sending.take_back_what_was_left_behind() == 0
    assert (state_of(fresh)[0], state_of(stale)[:2]) == (Status.SENDING, (Status.FAILED, Reason.MAY_HAVE_ARRIVED))


@pytest.mark.parametrize("meanwhile", [Status.SENDING, Status.FAILED, Status.QUEUED])
def test_a_worker_that_was_given_up_and_did_send_is_believed(meanwhile):
    notice = create_notice()
    sending.claim(notice)
    Notice.objects.update(status=meanwhile)
    sending.write_down(notice, sending.Outcome())
    assert state_of(notice)[0] == Status.SENT


def test_a_worker_that_was_given_up_and_failed_changes_nothing():
    notice = create_notice()
    sending.claim(notice)
    Notice.objects.update(status=Status.QUEUED, attempts=0)
    sending.write_down(notice, sending.Outcome(Reason.SERVER_BUSY))
    assert state_of(notice) == (Status.QUEUED, "", 0)


def test_a_worker_that_was_given_up_does_not_speak_for_another():
    notice = create_notice()
    sending.claim(notice)
    Notice.objects.update(claimed_at=timezone.now() + datetime.timedelta(minutes=11))
    sending.write_down(notice, sending.Outcome())
    assert state_of(notice)[0] == Status.SENDING


def test_a_notice_that_was_erased_meanwhile_is_no_trouble():
    notice = create_notice()
    sending.claim(notice)
    Notice.objects.filter(pk=notice.pk).delete()
    sending.write_down(notice, sending.Outcome())
    assert Notice.objects.count() == 0
