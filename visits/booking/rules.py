"""Which days a visit can have."""

from django.utils.translation import gettext_lazy as _

from core.rules import Proposed, Trouble

MOST_DAYS = 14  # of one visit; the longest comparable one lasted five days


def trouble_with_days(proposed: Proposed) -> Trouble:
    first, last = proposed["starts_on"], proposed["ends_on"]
    if bool(first) != bool(last):
        yield ("ends_on" if first else "starts_on"), _("Give both days, or neither.")
    elif first and last < first:
        yield "ends_on", _("The last day must not come before the first.")
    elif first and (last - first).days >= MOST_DAYS:
        yield "ends_on", _("A visit lasts at most %(days)s days.") % {"days": MOST_DAYS}
