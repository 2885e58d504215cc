"""Days as people say them."""

import datetime

from django import template

from core.dates import day_in_words, days_in_words

register = template.Library()


@register.simple_tag
def days_between(first: datetime.date, last: datetime.date) -> str:
    return days_in_words(first, last)


@register.filter
def in_words(day: datetime.date) -> str:
    return day_in_words(day)
