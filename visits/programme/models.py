"""The working draft of a programme: sessions on the days of a visit."""

import datetime
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.audit import EVERYTHING
from core.nested_rows import NestedRows
from core.translated import TranslatedField
from partners.models import Contact, Space, Venue
from practices.models import Offer, Practice
from visits.booking.models import Aim, Visit
from visits.delegation.models import Group, Person
from visits.programme.clock import clock_time, day_of


class SessionQuerySet(models.QuerySet):
    def for_programme(self):
        """With hosts, aims and practices as lists; its places, group and guests the programme reads for all at once."""
        return self.select_related("space", "practice", "offer", "lead_staff").annotate(
            host_list=NestedRows(_of_a_session(Contact), "id", "name", "role", "ends_on"),
            aim_list=NestedRows(_of_a_session(Aim), "id"),
            further_list=NestedRows(
                Practice.objects.filter(pk__in=_further_practices()), "id", "slug", "title", "live"
            ),
        )

    def in_open_visits(self):
        return self.filter(visit__status__in=Visit.OPEN)

    def that_take(
        self,
        hosts: Collection[uuid.UUID],
        spaces: Collection[uuid.UUID],
        first: datetime.datetime,
        last: datetime.datetime,
    ):
        """Those that overlap the time from ``first`` to ``last`` and take one of these hosts or spaces."""
        with_hosts = Session.hosts.through.objects.filter(contact__in=hosts).values("session")
        in_spaces = Session.objects.filter(space__in=spaces).values("pk")
        return (
            self.filter(starts_at__lt=last, ends_at__gt=first)
            .filter(Q(pk__in=with_hosts) | Q(pk__in=in_spaces))
            .select_related("visit", "space")
            .only("title", "starts_at", "ends_at", "space__name", "visit__title", "visit__status")
            .annotate(host_list=NestedRows(_of_a_session(Contact), "id", "name"))
        )


def _of_a_session(model: type[models.Model]) -> models.QuerySet:
    return model.objects.filter(sessions=OuterRef("pk"))


def _further_practices() -> models.QuerySet:
    return Session.further_practices.through.objects.filter(session=OuterRef(OuterRef("pk"))).values("practice")


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
        """Its practice first, then those it also shows, each once; of a session read for a programme."""
        first = [self.practice] if self.practice else []
        return [*first, *(each for each in self.further_list if each not in first)]

    @property
    def ends_at_venue(self) -> Venue | None:
        """Where the guests stand when it is over."""
        return self.to_venue or self.venue
