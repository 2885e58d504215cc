"""Which days a visit can have."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST_DAYS = 14  # of one visit; the longest comparable one lasted five days


def trouble_with_days(first: datetime.date | None, last: datetime.date | None) -> tuple[str, Any] | None:
    """Which of the two days is wrong, and why; None for days that a visit can have."""
    if bool(first) != bool(last):
        return ("ends_on" if first else "starts_on"), _("Give both days, or neither.")
    if first and last < first:
        return "ends_on", _("The last day must not come before the first.")
    if first and (last - first).days >= MOST_DAYS:
        return "ends_on", _("A visit lasts at most %(days)s days.") % {"days": MOST_DAYS}
    return None
