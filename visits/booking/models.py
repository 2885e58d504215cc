"""The visit itself: from which city, when, to learn what, and in which state."""

import datetime
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from core.access import Refusal
from core.audit import EVERYTHING
from core.changing import Whole
from core.translated import TranslatedField
from partners.models import City

# Of a visit: what its city is called on its public page; one without a page goes by the name of its row.
CITY_NAME = Coalesce(KeyTransform("name", "city__live__body"), F("city__name"), output_field=models.JSONField())


class VisitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Coordinators plan every visit; everybody else sees those of which they are a member."""
        if user.has_role(Role.COORDINATOR):
            return self
        # The roster is a later room; its membership is asked by name, so that one query decides.
        return self.filter(
            Q(people__left_at__isnull=True)
            & Q(people__invitation__user=user)
            & Q(people__invitation__accepted_at__isnull=False)
            & Q(people__invitation__withdrawn_at__isnull=True)
            & (Q(people__access_ends_on__isnull=True) | Q(people__access_ends_on__gte=timezone.localdate()))
        ).distinct()

    def open(self):
        return self.filter(status__in=Visit.OPEN)

    def for_list(self):
        """With ``city_name``, as the city's public page says it; guests read these lists too."""
        rows = self.select_related("city", "lead_coordinator", "live").defer("live__body")
        return rows.annotate(city_name=CITY_NAME)


class VisitIsOver(Refusal):
    """The visit has moved on: nothing of it is changed any more."""

    def __init__(self, visit: "Visit"):
        told = _("This visit is %(state)s, so nothing of it can be changed any more.")
        super().__init__(told % {"state": visit.get_status_display()}, leads_to=visit.get_absolute_url())


class Visit(Whole):
    private_in_audit = EVERYTHING

    class Status(models.TextChoices):
        ENQUIRY = "enquiry", _("enquiry")
        SCOPING = "scoping", _("scoping")
        PLANNING = "planning", _("planning")
        CONFIRMED = "confirmed", _("confirmed")
        POSTPONED = "postponed", _("postponed")
        FINISHED = "finished", _("finished")
        CLOSED = "closed", _("closed")
        DECLINED = "declined", _("declined")
        CANCELLED = "cancelled", _("cancelled")

    # The whole life of a visit.
    MOVES = {
        Status.ENQUIRY: {Status.SCOPING, Status.DECLINED},
        Status.SCOPING: {Status.PLANNING, Status.DECLINED, Status.POSTPONED, Status.CANCELLED},
        Status.PLANNING: {Status.CONFIRMED, Status.POSTPONED, Status.CANCELLED},
        Status.CONFIRMED: {Status.PLANNING, Status.POSTPONED, Status.CANCELLED, Status.FINISHED},
        Status.POSTPONED: {Status.PLANNING, Status.CANCELLED},
        Status.FINISHED: {Status.CLOSED},
        Status.CLOSED: set(),
        Status.DECLINED: {Status.SCOPING},  # a mistake is undone
        Status.CANCELLED: {Status.PLANNING},  # a mistake is undone
    }
    OPEN = [Status.ENQUIRY, Status.SCOPING, Status.PLANNING, Status.CONFIRMED, Status.POSTPONED]
    OFF = {Status.POSTPONED, Status.CANCELLED}  # nobody is to come on the days that were agreed
    RELEASES_IN = {Status.PLANNING: "proposal", Status.CONFIRMED: "firm"}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.SlugField(max_length=80, unique=True, editable=False)  # "brno-1": in every address
    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="visits", verbose_name=_("partner city"))
    title = TranslatedField(_("title"))
    purpose = models.TextField(_("why they come, in a few lines"), max_length=4000, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.SCOPING, editable=False)
    lead_coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="visits_led"
    )
    staff_note = models.TextField(_("note for staff"), max_length=4000, blank=True)
    provenance = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.UUIDField(null=True, editable=False)
    live = models.OneToOneField(
        "visits.Release", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "reference"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True, ends_on__isnull=True) | Q(starts_on__lte=F("ends_on")),
                name="visits_visit_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "enquiry",
                        "scoping",
                        "planning",
                        "confirmed",
                        "postponed",
                        "finished",
                        "closed",
                        "declined",
                        "cancelled",
                    ]
                ),
                name="visits_visit_status_is_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("visits:visit", args=[self.reference])

    @property
    def days(self) -> list[datetime.date]:
        """Every day of the visit, as dates in Leeds."""
        if not self.starts_on:
            return []
        return [self.starts_on + datetime.timedelta(days=n) for n in range((self.ends_on - self.starts_on).days + 1)]

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def is_postponed(self) -> bool:
        return self.status == self.Status.POSTPONED

    @property
    def editions(self):
        return self.releases

    @property
    def tone(self) -> str:
        """How its state looks on a page; the word beside it says the same."""
        return {
            "confirmed": "good",
            "planning": "note",
            "scoping": "waiting",
            "enquiry": "waiting",
            "postponed": "ask",
        }.get(self.status, "plain")

    def can_become(self, status: str) -> bool:
        return status in self.MOVES[self.status]

    def refuse_outside(self, states: Collection[str]) -> None:
        """Raise VisitIsOver unless its state is one of these."""
        if self.status not in states:
            raise VisitIsOver(self)


class Move(models.Model):
    """One change of a visit's state: from, to, by whom, when, why."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="moves")
    from_status = models.CharField(max_length=20, choices=Visit.Status, blank=True)
    to_status = models.CharField(max_length=20, choices=Visit.Status)
    by_user = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"


class Aim(models.Model):
    """What the guests want to learn: their own words, and beside them the coordinator's short form."""

    private_in_audit = EVERYTHING

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="aims")
    position = models.PositiveSmallIntegerField(default=0)
    words = models.TextField(_("in their own words"), max_length=2000)
    words_language = models.CharField(_("language of their words"), max_length=10, default="en")
    short = TranslatedField(_("in short"))
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.UUIDField(null=True, editable=False)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return str(self.short)
