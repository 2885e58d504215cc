"""What accounts need to know of a guest's visit, told by the rooms that know visits.

Visits import accounts and never the reverse, so they register here what they can tell.
"""

import datetime
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from accounts.models import Invitation, User

ONE_DAY = datetime.timedelta(days=1)

last_days: list[Callable[[User], datetime.date | None]] = []
descriptions: list[Callable[[Invitation], str]] = []


def tells_last_day(provider: Callable[[User], datetime.date | None]) -> Callable:
    """Register ``provider(user)``: the last day of the latest visit they belong to, or None."""
    last_days.append(provider)
    return provider


def describes_invitation(provider: Callable[[Invitation], str]) -> Callable:
    """Register ``provider(invitation)``: to what it invites, in the language now spoken, or ""."""
    descriptions.append(provider)
    return provider


def stays_until(user: User) -> datetime.datetime:
    """How long a guest who signs in now stays signed in: two weeks past the visit, a day at least."""
    at_least = timezone.now() + ONE_DAY
    return max(at_least, two_weeks_past_the_visit(user) or at_least)


def two_weeks_past_the_visit(user: User) -> datetime.datetime | None:
    """The midnight that ends the last of those days, as the visit's dates stand now."""
    days = [day for day in (provider(user) for provider in last_days) if day]
    if not days:
        return None
    first_day_out = max(days) + datetime.timedelta(days=settings.GUESTS_STAY_DAYS + 1)
    return datetime.datetime.combine(first_day_out, datetime.time(), timezone.get_default_timezone())


def describe(invitation: Invitation) -> str:
    return "\n\n".join(text for text in (provider(invitation) for provider in descriptions) if text)
