"""The working draft of a programme: sessions on the days of a visit."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.audit import EVERYTHING
from core.translated import TranslatedField
from partners.models import Contact, Space, Venue
from practices.models import Offer, Practice
from visits.booking.models import Aim, Visit
from visits.delegation.models import Group, Person
from visits.programme.clock import clock_time, day_of


class SessionQuerySet(models.QuerySet):
    def for_programme(self):
        """Everything that a page or a check needs of a programme, at a constant number of queries."""
        return self.select_related(
            "venue", "to_venue", "space", "group", "practice", "offer__practice", "lead_person", "lead_staff"
        ).prefetch_related("hosts", "aims", "further_practices")


class Session(models.Model):
    """One entry of a programme; travel, meals and breaks are sessions as well."""

    private_in_audit = EVERYTHING

    class Kind(models.TextChoices):
        SESSION = "session", _("session")
        ARRIVAL = "arrival", _("arrival")
        TRAVEL = "travel", _("travel")
        MEAL = "meal", _("meal")
        BREAK = "break", _("break")
        REFLECTION = "reflection", _("reflection")
        GUESTS_TURN = "guests_turn", _("the guests' turn")
        FREE = "free", _("free time")

    class LedBy(models.TextChoices):
        HOSTS = "hosts", _("hosts")
        STAFF = "staff", _("council staff")
        GUESTS = "guests", _("the guests")

    class Interpreting(models.TextChoices):
        NONE = "none", _("no interpreting")
        INFORMAL = "informal", _("informal interpreting")
        CONSECUTIVE = "consecutive", _("consecutive interpreting")
        WHISPERED = "whispered", _("whispered interpreting")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.SESSION)
    title = TranslatedField(_("title"))
    about = TranslatedField(_("what it is about, for the guests"), blank=True, long=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    venue = models.ForeignKey(
        Venue, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("venue")
    )
    space = models.ForeignKey(
        Space, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("space")
    )
    to_venue = models.ForeignKey(
        Venue, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("travel to")
    )
    mode = TranslatedField(_("how we travel"), blank=True)
    practice = models.ForeignKey(
        Practice, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("practice")
    )
    further_practices = models.ManyToManyField(Practice, blank=True, related_name="+", verbose_name=_("it also shows"))
    offer = models.ForeignKey(
        Offer, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("offer")
    )
    led_by = models.CharField(_("led by"), max_length=10, choices=LedBy, default=LedBy.HOSTS)
    hosts = models.ManyToManyField(Contact, blank=True, related_name="sessions", verbose_name=_("hosts"))
    lead_staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sessions_led",
        verbose_name=_("led by, from the council"),
    )
    lead_person = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sessions_led",
        verbose_name=_("led by, from the guests"),
    )
    group = models.ForeignKey(
        Group, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions", verbose_name=_("for the group")
    )
    capacity = models.PositiveSmallIntegerField(_("most guests"), null=True, blank=True)
    interpreting = models.CharField(_("interpreting"), max_length=20, choices=Interpreting, default=Interpreting.NONE)
    aims = models.ManyToManyField(Aim, blank=True, related_name="sessions", verbose_name=_("serves the aims"))
    fallback = TranslatedField(_("if it falls through"), blank=True, long=True)
    guest_note = TranslatedField(_("note for the guests"), blank=True, long=True)
    content_note = TranslatedField(_("a word beforehand about the subject"), blank=True, long=True)
    staff_note = models.TextField(_("note for staff"), max_length=4000, blank=True)
    provenance = models.JSONField(default=list, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.UUIDField(null=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "ends_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="visits_session_starts_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(to_venue__isnull=True) | Q(kind="travel"), name="visits_session_only_travel_leads_elsewhere"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("visits:programme-edit", args=[self.visit.reference, self.pk])

    @property
    def day(self) -> datetime.date:
        """The date in Leeds on which it starts."""
        return day_of(self.starts_at)

    @property
    def starts(self) -> datetime.time:
        """What the clock in Leeds shows when it starts."""
        return clock_time(self.starts_at)

    @property
    def ends(self) -> datetime.time:
        return clock_time(self.ends_at)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def practices_shown(self) -> list[Practice]:
        """Its practice first, then those it also shows, each once."""
        first = [self.practice] if self.practice else []
        return [*first, *(each for each in self.further_practices.all() if each not in first)]

    @property
    def ends_at_venue(self) -> Venue | None:
        """Where the guests stand when it is over."""
        return self.to_venue or self.venue
