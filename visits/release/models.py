"""Releases: the programme as guests see it, numbered and frozen."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
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
