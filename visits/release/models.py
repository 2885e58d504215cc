"""Releases: the programme as guests see it, numbered and frozen; and what lists say of each visit."""

import uuid
from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.published import Edition
from visits.booking.models import Visit


class Release(Edition):
    class Kind(models.TextChoices):
        PROPOSAL = "proposal", _("proposal, for your comments")
        FIRM = "firm", _("firm programme")

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="releases")
    kind = models.CharField(max_length=10, choices=Kind)
    contacts = ArrayField(models.UUIDField(), default=list)  # whom the body refers to, so that names take one query
    users = ArrayField(models.UUIDField(), default=list)
    people = ArrayField(models.UUIDField(), default=list)

    class Meta(Edition.Meta):
        constraints = [models.UniqueConstraint(fields=["visit", "number"], name="visits_release_number_once")]

    @property
    def is_proposal(self) -> bool:
        """Guests may still ask for something else."""
        return self.kind == self.Kind.PROPOSAL

    def __str__(self) -> str:
        return f"{self.visit_id} {self.number}"


class VisitSummaryQuerySet(models.QuerySet):
    def of_open_visits(self):
        return self.filter(visit__status__in=Visit.OPEN)

    def that_use(self, things: Collection[uuid.UUID]):
        return self.filter(uses__overlap=list(things))

    def of_today(self):
        """Some problems come and go with the day, so what was counted on another may not be true."""
        return self.filter(counted_on=timezone.localdate())


class VisitSummary(models.Model):
    """What the start page and lists say of a visit, so that they need not look at its whole programme.

    Written by ``summary.write`` from one look at the programme, and by nothing else.
    """

    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, related_name="summary", primary_key=True)
    stops = models.PositiveIntegerField(default=0)
    asks = models.PositiveIntegerField(default=0)  # that nobody has answered
    notes = models.PositiveIntegerField(default=0)
    open_by_kind = models.JSONField(default=dict)  # {"venue": 2}: stops and unanswered asks by what was found
    undertakings_missing = models.PositiveIntegerField(default=0)  # people without one who go where one is needed
    sessions = models.PositiveIntegerField(default=0)
    aims = models.PositiveIntegerField(default=0)
    guests = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    not_invited = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)  # sessions, places and so on that differ from the newest release
    thumbnail = models.JSONField(default=list)
    uses = ArrayField(models.UUIDField(), default=list)  # hosts, spaces, venues, practices, the city
    counted_on = models.DateField()  # in Leeds

    objects = VisitSummaryQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["uses"], name="visits_summary_uses")]

    def __str__(self) -> str:
        return f"summary of {self.visit_id}"


class Recount(models.Model):
    """Something was changed that visits use: their summaries are to be counted anew.

    A row is only added, and the worker takes it away when it has counted. To mark the summaries themselves would
    have two visits that share a host wait for each other, and the later one's count would wipe out the mark of a
    change that it could not see yet.
    """

    things = ArrayField(models.UUIDField())

    def __str__(self) -> str:
        return f"{len(self.things)} things were changed"
