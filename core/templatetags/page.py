"""Small parts of a page that are easier to say in Python: numbers of pages, clocks."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.translation import gettext, ngettext

register = template.Library()

TONE_ICONS = {
    "good": "circle-check",
    "waiting": "hourglass",
    "stop": "octagon-alert",
    "ask": "circle-question-mark",
    "note": "info",
}


@register.filter
def dashed(word: str) -> str:
    """A stored choice as it stands in a class: ``guests_turn`` becomes ``guests-turn``."""
    return str(word).replace("_", "-").replace(" ", "-").lower()


@register.filter
def tone_icon(tone: str) -> str:
    return TONE_ICONS.get(tone, "")


@register.filter
def page_numbers(page: Page) -> list[int | str]:
    """The numbers to link from this page, with an ellipsis where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@dataclass(frozen=True)
class Clock:
    """A round clock and its figures. Angles are degrees from twelve, as SVG's rotate wants them."""

    place: str
    zone: str
    shown: datetime  # in that zone; templates would turn it into Leeds time

    @property
    def figures(self) -> str:
        return f"{self.shown:%H:%M}"

    @property
    def moment(self) -> str:
        return self.shown.isoformat(timespec="minutes")

    @property
    def minute_angle(self) -> int:
        return self.shown.minute * 6

    @property
    def hour_angle(self) -> int:
        return self.shown.hour % 12 * 30 + self.shown.minute // 2

    @property
    def is_night(self) -> bool:
        return not 7 <= self.shown.hour < 19


@register.simple_tag
def clock_at(place: str, zone: str) -> Clock:
    """What time it is now in ``place``, in the IANA time zone ``zone``."""
    return Clock(place, zone, timezone.now().astimezone(ZoneInfo(zone)))


@register.simple_tag
def apart(place: str, zone: str, home: str, home_zone: str) -> str:
    """A sentence: by how much clocks in ``place`` go before or behind those at ``home`` today."""
    now = timezone.now()
    ahead = now.astimezone(ZoneInfo(zone)).utcoffset() - now.astimezone(ZoneInfo(home_zone)).utcoffset()
    quarters = round(ahead.total_seconds() / 900)
    if not quarters:
        return gettext("%(place)s and %(home)s have the same time.") % {"place": place, "home": home}
    hours, rest = divmod(abs(quarters), 4)
    facts = {"place": place, "home": home, "hours": f"{hours or ''}{['', '¼', '½', '¾'][rest]}"}
    plural = hours + bool(rest)  # one and a half takes the plural
    if quarters > 0:
        words = ngettext(
            "%(place)s is %(hours)s hour ahead of %(home)s.",
            "%(place)s is %(hours)s hours ahead of %(home)s.",
            plural,
        )
    else:
        words = ngettext(
            "%(place)s is %(hours)s hour behind %(home)s.",
            "%(place)s is %(hours)s hours behind %(home)s.",
            plural,
        )
    return words % facts
