"""What somebody typed while they were signed out, until they are back: a few forms a person, for some hours."""

import datetime
import uuid

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils import timezone

LONGEST = 1_000_000  # characters of one form; whoever wrote more is told how to save it
MOST_OF_ONE = 3  # forms of one person; a fourth takes the place of the oldest
MOST_OF_ALL = 100  # with LONGEST about the most that can lie here: 100 MB
AT_ONCE = datetime.timedelta(minutes=1)
LASTS = datetime.timedelta(hours=12)


class KeptForm(models.Model):
    """The fields of one form, and where they were sent. Its id stands in the session of the browser that sent it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    writer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.TextField()
    page = models.TextField()  # where the button stood
    body = models.TextField()
    signed_out = models.BooleanField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-kept_at"]

    def __str__(self) -> str:
        return f"a form sent to {self.path}"


@transaction.atomic
def keep(*, writer: str, **fields) -> KeptForm | None:
    """Keep a form for an open account; None for a closed one, and where too many wait or came at once."""
    person = get_user_model().objects.select_for_update().filter(pk=writer, is_active=True).first()
    theirs = KeptForm.objects.filter(writer=person)
    if theirs.filter(kept_at__gt=timezone.now() - AT_ONCE).count() >= MOST_OF_ONE:
        return None  # a person does not type so fast, and each comes with a session of its own
    if person is None or KeptForm.objects.exclude(writer=person).count() >= MOST_OF_ALL:
        return None
    newest = theirs.values_list("pk", flat=True)[: MOST_OF_ONE - 1]
    theirs.exclude(pk__in=list(newest)).delete()
    return KeptForm.objects.create(writer=person, **fields)


def clear() -> int:
    """Remove what nobody came back for; how many there were."""
    return KeptForm.objects.filter(kept_at__lt=timezone.now() - LASTS).delete()[0]
