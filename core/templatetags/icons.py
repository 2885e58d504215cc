"""Pictures as inline SVG: Lucide icons and our own mark. They take the colour of the text."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

STATIC = Path(__file__).resolve().parents[2] / "static"
LUCIDE = STATIC / "vendor" / "lucide"


@register.simple_tag
def icon(name: str, label: str = "", size: int = 20) -> SafeString:
    """The icon ``name``. Without a label it is decoration, and a word beside it says the same.

    Raises FileNotFoundError for an icon that is not vendored: bin/vendor_front_end.py lists them.
    """
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon icon--{}" width="{}" height="{}" viewBox="0 0 24 24" fill="none"'
        ' stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        ' focusable="false" {}>{}</svg>',
        *(name, size, size, meaning, strokes(name)),
    )


@cache
def strokes(name: str) -> SafeString:
    drawing = (LUCIDE / f"{name}.svg").read_text()
    inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL).group(1)
    return SafeString(re.sub(r"\s*\n\s*", "", inside))


@register.simple_tag
def drawing(name: str) -> SafeString:
    """One of our own drawings, ``static/img/<name>.svg``, inline, so that it follows the colours."""
    return own_drawing(name)


@cache
def own_drawing(name: str) -> SafeString:
    return SafeString((STATIC / "img" / f"{name}.svg").read_text())
