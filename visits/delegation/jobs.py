"""What is cleared by the clock: needs, a month after the visit."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit
from core.timetable import daily
from visits.delegation.models import Need

NEEDS_KEPT_DAYS = 30  # after the last day of the visit; then nobody plans with them any more


@daily(at="03:40", says=_("Deletes what guests needed, thirty days after their visit."))
def delete_needs() -> int:
    """Deletes access and meal needs of visits that ended; the log keeps how many, never what."""
    long_ago = timezone.localdate() - datetime.timedelta(days=NEEDS_KEPT_DAYS)
    with transaction.atomic():
        count, _by_model = Need.objects.filter(person__visit__ends_on__lte=long_ago).delete()
        if count:
            audit.record("needs.deleted", via=audit.AuditEntry.Via.JOB, count=count)
    return count
