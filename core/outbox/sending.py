"""The worker's side of the outbox: take the notice that waited longest, hand it over, write down what came of it.

Three steps, so that nothing is sent twice and as little as possible is ever in doubt:

1. Under a lock on the row, in one transaction: reach the mail server, then mark the row SENDING.
   A worker killed here leaves it QUEUED, since the lock ends with its connection.
2. Hand the mail over. Only a worker killed here leaves doubt: the row stays SENDING until
   ``take_back_what_was_left_behind`` gives it up, and staff decide whether to send again.
3. Write down what came of it.
"""

import datetime
import logging
import re
import smtplib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from core import metrics
from core.outbox import links
from core.outbox.models import Notice

logger = logging.getLogger(__name__)

# After the first try that did not succeed wait this long, after the second the next, and so on; when there
# is no pause left the notice is given up. Three days in all: a mail server that fails on Friday evening is
# mended on Monday. A code is given up sooner, when it is too old to open anything.
PAUSES = (
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=2),
    datetime.timedelta(hours=6),
    *[datetime.timedelta(hours=8)] * 8,
)
LINK_OR_CODE = re.compile(r"[^\s@]{20,}(?![^\s]*@)|\d{4}\W{0,3}\d{4}")
Status, Reason = Notice.Status, Notice.Reason
Waiting = Callable[[], AbstractContextManager]


@dataclass(frozen=True)
class Outcome:
    """What came of one try. Without a reason the mail server has taken the mail."""

    reason: str = ""
    server_said: str = ""
    is_final: bool = False  # trying again would change nothing, or might say a thing twice

    @property
    def is_success(self) -> bool:
        return not self.reason


def at_once(write: Callable[[], None]) -> None:
    write()


def send_next(surely: Callable[[Callable[[], None]], None] = at_once, waiting: Waiting = nullcontext) -> bool:
    """Send the notice that has waited longest; False when none is due.

    ``surely`` calls what it is given until the database has taken it: the mail is out by then, and
    the worker must not forget that because the database is just being restarted. In a block of
    ``waiting()`` the mail server has the word, and a worker that must end may raise TimeoutError.
    """
    with transaction.atomic():
        notice = Notice.objects.due().select_for_update(skip_locked=True, of=("self",)).first()
        if notice is None:
            return False
        postbox = get_connection()
        mail = mail_of(notice)
        trouble = what_hinders(notice, mail, postbox, waiting)
        if trouble:
            settle(notice, trouble)
            return True
        claim(notice)
    outcome = hand_over(notice, mail, postbox, waiting)
    surely(lambda: write_down(notice, outcome))
    return True


def what_hinders(notice: Notice, mail: EmailMessage, postbox: BaseEmailBackend, waiting: Waiting) -> Outcome | None:
    """Everything that can be found out before the mail is on its way."""
    if notice.is_outlived:
        return Outcome(Reason.TOO_OLD, is_final=True)
    if notice.has_link and links.PLACE in mail.body:
        return Outcome(Reason.LINK_OVER, is_final=True)
    try:
        mail.message()
    except ValueError as error:  # a line break in a header, an address that is none
        return Outcome(Reason.UNSENDABLE, str(error), is_final=True)
    try:
        with waiting():
            postbox.open()
    except OSError as error:  # smtplib's own errors are OSErrors too
        return Outcome(Reason.UNREACHABLE, words_of(error))
    return None


def claim(notice: Notice) -> None:
    notice.status = Status.SENDING
    notice.claimed_at = timezone.now()
    notice.attempts += 1
    notice.save(update_fields=["status", "claimed_at", "attempts"])


def hand_over(notice: Notice, mail: EmailMessage, postbox: BaseEmailBackend, waiting: Waiting) -> Outcome:
    try:
        with waiting():
            postbox.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        return answered(*next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        return answered(error.smtp_code, error.smtp_error)
    except (smtplib.SMTPNotSupportedError, ValueError) as error:  # before the first word was said
        return Outcome(Reason.UNSENDABLE, words_of(error), is_final=True)
    except Exception as error:  # the line broke: the server may have taken the mail
        logger.exception("notice %s: handing over was interrupted", notice.pk)
        return Outcome(Reason.MAY_HAVE_ARRIVED, words_of(error), is_final=True)
    finally:
        hang_up(postbox, waiting)
    return Outcome()


def answered(code: int, words: bytes | str) -> Outcome:
    """The server's answer in numbers: 4xx is "not now", 5xx is "no"; anything else is no answer."""
    words = words.decode(errors="replace") if isinstance(words, bytes) else words
    said = f"{code} {words}"
    if 400 <= code < 500:
        return Outcome(Reason.SERVER_BUSY, said)
    if 500 <= code < 600:
        return Outcome(Reason.REFUSED, said, is_final=True)
    return Outcome(Reason.MAY_HAVE_ARRIVED, said, is_final=True)


def hang_up(postbox: BaseEmailBackend, waiting: Waiting) -> None:
    """What goes wrong after the mail was taken does not matter to it."""
    try:
        with waiting():
            postbox.close()
    except OSError:
        logger.info("the mail server did not say goodbye")


def mail_of(notice: Notice) -> EmailMessage:
    """As it goes out; the place for its link stays empty when what that opens is over."""
    help_address = settings.HELP_CONTACT.get("email")
    return EmailMessage(
        subject=notice.subject,
        body=notice.body.replace(links.PLACE, notice.link or links.PLACE),
        to=[notice.address],
        reply_to=[help_address] if help_address else None,
        headers={
            "Message-ID": notice.message_id,
            "Content-Language": notice.language,
            "Auto-Submitted": "auto-generated",  # so that no out-of-office answer comes back
        },
    )


@transaction.atomic
def write_down(notice: Notice, outcome: Outcome) -> None:
    row = Notice.objects.select_for_update().filter(pk=notice.pk, claimed_at=notice.claimed_at).first()
    if row is None:  # erased, or given up for dead and claimed by another worker since
        return
    if outcome.is_success or row.status == Status.SENDING:
        settle(row, outcome)


def settle(notice: Notice, outcome: Outcome) -> None:
    """Move the notice to where the outcome puts it; its row is locked."""
    if notice.status == Status.QUEUED and not outcome.is_success:
        notice.attempts += 1  # it never came to be sent; a claim has counted the others
    notice.reason = outcome.reason
    notice.server_said = without_a_way_in(" ".join(outcome.server_said.split()))[:300]
    if outcome.is_success:
        notice.status, notice.sent_at = Status.SENT, timezone.now()
    elif outcome.is_final or notice.attempts > len(PAUSES):
        notice.status = Status.FAILED
    else:
        notice.status = Status.QUEUED
        notice.not_before = timezone.now() + PAUSES[notice.attempts - 1]
    if notice.is_secret and notice.status in {Status.SENT, Status.FAILED}:
        notice.subject = notice.body = ""
    changed = ["status", "attempts", "reason", "server_said", "not_before", "sent_at", "subject", "body"]
    notice.save(update_fields=changed)
    outcome_now = {Status.SENT: "sent", Status.QUEUED: "retried", Status.FAILED: "failed"}[notice.status]
    transaction.on_commit(metrics.MAILS.labels(outcome_now, notice.reason).inc)
    logger.info("notice %s: %s %s", notice.pk, notice.status, notice.reason)


def words_of(error: Exception) -> str:
    """What the mail server said, or else what went wrong on the way to it."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__


def without_a_way_in(words: str) -> str:
    """A server may quote what it refuses: the link of a mail, or the code in its subject."""
    return LINK_OR_CODE.sub("…", words)


def longest_wait() -> datetime.timedelta:
    """How long the notice waits that was queued first, tries that did not succeed included; zero when none waits."""
    now = timezone.now()
    waiting = Notice.objects.waiting().values("attempts").annotate(first=Min("not_before"))
    began = [row["first"] - sum(PAUSES[: row["attempts"]], datetime.timedelta()) for row in waiting]
    return max((now - moment for moment in began if moment < now), default=datetime.timedelta())


def take_back_what_was_left_behind() -> int:
    """Give up what a worker began to hand over and never finished; how many there were."""
    with transaction.atomic():
        left = list(Notice.objects.left_behind().select_for_update(skip_locked=True))
        for notice in left:
            settle(notice, Outcome(Reason.MAY_HAVE_ARRIVED, is_final=True))
    return len(left)


@transaction.atomic
def hold_what_waits() -> int:
    """After a restore: what waited then may have gone out since, and staff decide; how many there were."""
    waiting = list(Notice.objects.filter(status__in=[Status.QUEUED, Status.SENDING]).select_for_update())
    for notice in waiting:
        settle(notice, Outcome(Reason.MAY_HAVE_ARRIVED, is_final=True))
    return len(waiting)


def forget_secrets() -> int:
    """Wipe the words of codes that are of no use any more; how many there were."""
    return Notice.objects.outlived().exclude(status=Status.SENDING).update(subject="", body="")
