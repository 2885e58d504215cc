from django.db import models
from django.utils import timezone


class ImportedRow(models.Model):
    """Something that the demonstration has brought, and how it was written then.

    It stays when somebody removes the row itself, so that the next import does not bring it again.
    ``digests`` has an entry for each value that the import wrote; a value that differs from its
    digest has been edited since.
    """

    key = models.UUIDField(primary_key=True, editable=False)  # see files.permanent_id
    kind = models.CharField(max_length=40)
    digests = models.JSONField(default=dict)
    brought_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "key"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
