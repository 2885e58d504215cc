"""Days and times of a programme: stored in UTC, written and read on the clock in Leeds."""

import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import Refusal

LEEDS = ZoneInfo(settings.TIME_ZONE)
LONGEST = datetime.timedelta(hours=16)  # of one session: longer is a slip of the keyboard


def moment(day: datetime.date, clock: datetime.time) -> datetime.datetime:
    """The moment at which the clock in Leeds shows this time on this day.

    On the night when clocks go forward a skipped time means the same wait after midnight, as a
    traveller would count; when they go back a doubled time means its first passing.
    """
    return datetime.datetime.combine(day, clock, tzinfo=LEEDS).astimezone(datetime.UTC)


def period(
    day: datetime.date, starts: datetime.time, ends: datetime.time
) -> tuple[datetime.datetime, datetime.datetime]:
    """The moments between which a session lasts. Raises Refusal for one that ends before it begins, or much later."""
    if ends <= starts:
        raise Refusal(_("It must end after it begins."), field="ends")
    starts_at, ends_at = moment(day, starts), moment(day, ends)
    if not datetime.timedelta() < ends_at - starts_at <= LONGEST:
        raise Refusal(_("It must end after it begins, and on the same day."), field="ends")
    return starts_at, ends_at


def on_the_clock(instant: datetime.datetime) -> str:
    """ "09:30": what the clock in Leeds shows."""
    return f"{timezone.localtime(instant, LEEDS):%H:%M}"


def day_of(instant: datetime.datetime) -> datetime.date:
    return timezone.localtime(instant, LEEDS).date()


def clock_time(instant: datetime.datetime) -> datetime.time:
    """The same as a time."""
    return timezone.localtime(instant, LEEDS).time()


def minutes_since_midnight(instant: datetime.datetime) -> int:
    local = timezone.localtime(instant, LEEDS)
    return local.hour * 60 + local.minute


def shifted(instant: datetime.datetime, days: int) -> datetime.datetime:
    """The same time on the clock, so many days later: a shifted visit keeps its clock times."""
    local = timezone.localtime(instant, LEEDS)
    return moment(local.date() + datetime.timedelta(days=days), local.time())


def shifted_period(
    starts_at: datetime.datetime, ends_at: datetime.datetime, days: int
) -> tuple[datetime.datetime, datetime.datetime]:
    """Both ends by the clock; in a night when clocks change it may keep its length instead of its end."""
    starts, ends = shifted(starts_at, days), shifted(ends_at, days)
    return starts, ends if ends > starts else starts + (ends_at - starts_at)
