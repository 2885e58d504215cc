"""Small parts of a page that are easier to say in Python: signs of kinds and severities, clocks, the map."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.utils.html import format_html

register = template.Library()

KIND_ICONS = {
    "session": "presentation",
    "site-visit": "building-2",
    "arrival": "flag",
    "travel": "route",
    "meal": "utensils",
    "break": "coffee",
    "reflection": "notebook-pen",
    "guests-turn": "speech",
    "free": "leaf",
}
SEVERITY_ICONS = {"stop": "octagon-alert", "ask": "circle-question-mark", "note": "info"}
SEVERITY_WORDS = {"stop": _("Stop"), "ask": _("Please decide"), "note": _("Note")}
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
def kind_icon(kind: str) -> str:
    return KIND_ICONS.get(dashed(kind), "circle")


@register.filter
def severity_icon(severity: str) -> str:
    return SEVERITY_ICONS[severity]


@register.filter
def severity_word(severity: str) -> str:
    return str(SEVERITY_WORDS[severity])


@register.filter
def tone_icon(tone: str) -> str:
    return TONE_ICONS.get(tone, "")


@register.simple_tag
def said(text) -> SafeString:
    """A Text in the reader's language; where it has another, its ``lang`` tells a screen reader so."""
    language = text.language_for()
    if language == (get_language() or "").split("-")[0]:
        return format_html("{}", text.said_in())
    return format_html('<span lang="{}">{}</span>', language, text.said_in())


@register.filter
def page_numbers(page: Page) -> list[int | str]:
    """The numbers to link from this page, with an ellipsis where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
