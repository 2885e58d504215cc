"""Pictures that staff upload: checked, drawn anew in fixed sizes, served by a view that asks who may see."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.translated import TranslatedField


class Picture(models.Model):
    """One picture; the file is drawn anew by Pillow at upload, so nothing of the original's metadata stays."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        STAFF = "staff", _("council staff")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ImageField(upload_to="pictures/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = TranslatedField(_("What the picture shows"))
    credit = models.CharField(_("Who made it"), max_length=200, blank=True)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.STAFF)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return str(self.alt)
