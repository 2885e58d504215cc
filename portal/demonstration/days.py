"""On which days the visits of the demonstration fall."""

import datetime

TUESDAY, FRIDAY = 1, 4
ONE_DAY, ONE_WEEK = datetime.timedelta(days=1), datetime.timedelta(weeks=1)


def tuesday_of_the_third_week(today: datetime.date) -> datetime.date:
    """This week not counted; sixteen to twenty-two days from today."""
    monday = today - today.weekday() * ONE_DAY
    return monday + 3 * ONE_WEEK + TUESDAY * ONE_DAY


def on_working_days(day: datetime.date, *, length: int) -> datetime.date:
    """The first day from which a visit of so many days (up to five) has no weekend in it."""
    while day.weekday() + length - 1 > FRIDAY:
        day += ONE_DAY
    return day
