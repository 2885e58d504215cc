"""A mail is a row here, written in the transaction of the change that it tells of."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from core.languages import offered
from core.outbox import links

SECRET_LASTS = datetime.timedelta(minutes=15)  # a code that comes later than this opens nothing
# How long a worker may need to hand one mail over: several waits for the mail server, and then some.
HANDING_OVER_LASTS = datetime.timedelta(minutes=10)


class NoticeQuerySet(models.QuerySet):
    def waiting(self):
        """Queued, also those that wait for a later try."""
        return self.filter(status=Notice.Status.QUEUED)

    def due(self):
        """Queued and not waiting for a later try, those that waited longest first."""
        return self.waiting().filter(not_before__lte=timezone.now()).order_by("not_before", "id")

    def left_behind(self):
        """Being sent for so long that the worker which began must be dead."""
        return self.filter(status=Notice.Status.SENDING, claimed_at__lt=timezone.now() - HANDING_OVER_LASTS)

    def in_state(self, status: str):
        return self.filter(status=status)

    def stuck(self):
        """Due for so long that no worker can be running."""
        return self.filter(status=Notice.Status.QUEUED, not_before__lt=timezone.now() - HANDING_OVER_LASTS)

    def outlived(self):
        """Secrets whose time is over and whose words are still here."""
        old = self.filter(is_secret=True, created_at__lt=timezone.now() - SECRET_LASTS)
        return old.exclude(body="", subject="")

    def about(self, cause_begins: str):
        return self.filter(cause__startswith=cause_begins)

    def newest_first(self):
        return self.order_by("-created_at", "-id")

    def for_list(self):
        """What staff see in the outbox; a body can be long and is read on its own page."""
        return self.newest_first().defer("body")


class Notice(models.Model):
    """A message to one person, in their language, unique for its address and cause."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        QUEUED = "queued", _("waiting to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")

    class Reason(models.TextChoices):
        """Why the last try did not succeed, as a sentence for staff."""

        UNREACHABLE = "unreachable", _("Our mail server could not be reached.")
        SERVER_BUSY = "server_busy", _("The mail server asked us to try again later.")
        REFUSED = "refused", _("The mail server refused the message. Is the address right?")
        UNSENDABLE = "unsendable", _("The message cannot be sent as it is. Is the address right?")
        MAY_HAVE_ARRIVED = (
            "may_have_arrived",
            _(
                "Sending was interrupted, so the message may have arrived or not. "
                "Ask the person before you send it again."
            ),
        )
        TOO_OLD = "too_old", _("The code was too old to be of use. The person can ask for a new one.")
        LINK_OVER = "link_over", _("What the link in it opens was over: withdrawn, taken up or too old.")

    # From the model's state map; SENDING is the moment in which a worker hands the mail over, so
    # that a worker killed there leaves a trace and nothing is sent twice. FAILED becomes SENT when
    # a worker that was given up for dead comes back and says that it did hand the mail over.
    MOVES = {
        Status.DRAFT: {Status.QUEUED},
        Status.QUEUED: {Status.SENDING, Status.FAILED},
        Status.SENDING: {Status.SENT, Status.QUEUED, Status.FAILED},
        Status.FAILED: {Status.QUEUED, Status.SENT},
        Status.SENT: set(),
    }

    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="notices"
    )
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=10, choices=offered)
    cause = models.CharField(max_length=200)  # "invitation:<id>:1": what the message tells of
    subject = models.CharField(max_length=200)
    body = models.TextField()
    is_secret = models.BooleanField(default=False)  # a sign-in code: subject and body are wiped once sent
    # What a link in it opens; the link itself stands nowhere. The database has the default too, since the
    # code before these columns still writes mails while an upgrade is under way.
    link_kind = models.CharField(max_length=20, blank=True, default="", db_default="")
    link_key = models.CharField(max_length=64, blank=True, default="", db_default="")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=20, choices=Reason, blank=True)
    server_said = models.CharField(max_length=300, blank=True)  # the mail server's own words
    message_id = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["address", "cause"], name="core_notice_says_a_thing_once"),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | ~Q(status="sent"),
                name="core_notice_sent_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(status="sending", claimed_at__isnull=False) | ~Q(status="sending"),
                name="core_notice_being_sent_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(status="queued"), name="core_notice_due"),
            models.Index(fields=["-created_at"], name="core_notice_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.cause} ({self.status})"

    def get_absolute_url(self) -> str:
        return reverse("core:notice", args=[self.pk])

    @property
    def staff_subject(self) -> str:
        """What staff may read of it in a list: a code stands in the subject too, where a phone shows it."""
        return gettext("A mail that lets somebody in") if self.is_secret else self.subject

    @property
    def staff_subject_language(self) -> str:
        """The language of what ``staff_subject`` says."""
        return get_language() if self.is_secret else self.language

    @property
    def staff_body(self) -> str:
        """What staff may read of it on its page, in its own language."""
        with translation.override(self.language):
            return self.body.replace(links.PLACE, gettext("[a link, which only this person gets]"))

    @property
    def has_link(self) -> bool:
        return bool(self.link_kind)

    @property
    def link(self) -> str:
        """The way in, made anew each time; "" when there is none, or it leads nowhere any more."""
        return (links.address_of(self.link_kind, self.link_key) or "") if self.has_link else ""

    @property
    def is_link_over(self) -> bool:
        return self.has_link and not self.link

    @property
    def tone(self) -> str:
        """Of the icon that stands for its state on a page."""
        return {self.Status.SENT: "good", self.Status.FAILED: "stop", self.Status.DRAFT: "plain"}.get(
            self.status, "waiting"
        )

    @property
    def waits(self) -> bool:
        return self.status == self.Status.QUEUED

    @property
    def can_be_sent_again(self) -> bool:
        return self.status == self.Status.FAILED and not self.is_secret and not self.is_link_over

    @property
    def last_error(self) -> str:
        """Why the last try did not succeed: a sentence for staff, in their language."""
        return self.get_reason_display() if self.reason else ""

    @property
    def is_outlived(self) -> bool:
        return self.is_secret and self.created_at < timezone.now() - SECRET_LASTS

    def can_become(self, status: str) -> bool:
        return status in self.MOVES[self.status]
