"""Days as people say them, in the reader's language."""

import datetime

from django.utils import dates
from django.utils.formats import date_format
from django.utils.translation import pgettext


def day_in_words(day: datetime.date, *, year: bool = False) -> str:
    """ "Tuesday 13 October"; in Czech "úterý 13. října"."""
    # Translators: how a day is written, in Django's date format letters; Czech: "l j. E"
    pattern = pgettext("day in words", "l j F Y") if year else pgettext("day in words", "l j F")
    return date_format(day, pattern)


def days_in_words(first: datetime.date, last: datetime.date) -> str:
    """ "13 to 14 October 2026", with no more months and years than are needed."""
    if first == last:
        return day_in_words(first, year=True)
    end = date_format(last, pgettext("day without weekday", "j F Y"))
    if (first.year, first.month) == (last.year, last.month):
        begin = date_format(first, pgettext("day of the same month", "j"))
    elif first.year == last.year:
        begin = date_format(first, pgettext("day without weekday and year", "j F"))
    else:
        begin = date_format(first, pgettext("day without weekday", "j F Y"))
    # An en dash reads the same in every language; screen readers get the words from the page around it.
    return f"{begin} – {end}" if " " in begin else f"{begin}–{end}"


def weekday(day: datetime.date) -> str:
    """ "Tuesday", in the reader's language."""
    return str(dates.WEEKDAYS[day.weekday()])


def date_in_words(day: datetime.date) -> str:
    """ "13 October", without weekday and year."""
    return date_format(day, pgettext("day without weekday and year", "j F"))
