"""What happens to a notice from the side of the portal; ``sending`` has the worker's side."""

import uuid
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit
from core.access import Refusal
from core.outbox import letters
from core.outbox.links import Link
from core.outbox.models import Notice

WAKE_UP = "open_doors_outbox"  # the channel on which workers listen


def queue(
    *,
    template: str,
    context: dict[str, Any],
    address: str,
    language: str,
    cause: str,
    to_user=None,
    opens: Link | None = None,
    is_secret: bool = False,
) -> Notice:
    """Put a message into the outbox, in the transaction of the change that it tells of.

    ``cause`` names what the message tells of, for example ``"invitation:<id>:1"``. A second call
    with the same address and cause returns the first notice and sends nothing more; to say a thing
    again, count up in the cause.

    ``opens`` is what the mail lets its reader into; the template has ``link`` for it. The address is
    made when the mail is handed over and kept nowhere (see ``links``).

    ``is_secret`` is for codes that let somebody in: staff cannot read the words, they are wiped once
    sent, and the mail is not sent any more when it is older than ``models.SECRET_LASTS``.
    """
    letter = letters.write(template, context, language, opens)
    notice, is_new = Notice.objects.get_or_create(
        address=address.strip().lower(),
        cause=cause,
        defaults={
            "to_user": to_user,
            "language": letters.portal_language(language),
            "subject": letter.subject,
            "body": letter.body,
            "is_secret": is_secret,
            "link_kind": opens.kind if opens else "",
            "link_key": opens.key if opens else "",
            "message_id": new_message_id(),
        },
    )
    if is_new:
        wake_worker()
    return notice


def new_message_id() -> str:
    """The same for every try, so that a mailbox can tell a second copy from a second message."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip("> ")
    return f"<{uuid.uuid4()}@{domain}>"


def wake_worker() -> None:
    """The database tells the workers when this transaction commits, and never when it is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {WAKE_UP}")


@transaction.atomic
def send_again(*, notice: Notice, by) -> Notice:
    """Put a notice that was given up back into the queue."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    if notice.status != Notice.Status.FAILED:
        raise Refusal(_("Only a message that did not go out can be sent again."))
    if notice.is_secret:
        raise Refusal(_("A code is not sent twice. The person can ask for a new one on the sign-in page."))
    if notice.is_link_over:
        raise Refusal(_("What the link in this message opens is over: withdrawn, taken up or too old. Invite anew."))
    notice.status = Notice.Status.QUEUED
    notice.attempts = 0
    notice.not_before = timezone.now()
    notice.save(update_fields=["status", "attempts", "not_before"])
    audit.record("notice.sent_again", by=by, cause=notice.cause)
    wake_worker()
    return notice
