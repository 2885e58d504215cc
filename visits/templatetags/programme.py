"""Kinds of sessions and severities of problems on a page: an icon, and the word for who cannot see it."""

from django import template
from django.utils.translation import gettext_lazy as _

from core.templatetags.page import dashed

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


@register.filter
def kind_icon(kind: str) -> str:
    return KIND_ICONS.get(dashed(kind), "circle")


@register.filter
def severity_icon(severity: str) -> str:
    return SEVERITY_ICONS[severity]


@register.filter
def severity_word(severity: str) -> str:
    return str(SEVERITY_WORDS[severity])
