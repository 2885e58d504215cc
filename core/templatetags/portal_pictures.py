"""``{% picture p %}``: a picture of ours in the sizes that there are, with its words for who cannot see it."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.picture_sizes import USUAL_WIDTH, widths_of
from core.pictures import Picture
from core.translated import as_text

register = template.Library()


@register.simple_tag
def picture(shown: Picture | Mapping[str, Any] | None, sizes: str = "100vw", css: str = "", eager: bool = False) -> str:
    """``shown`` is a Picture, or from a published document its id, alt, width and height.

    ``sizes`` says how wide it stands on the page, as browsers expect it. ``eager`` is for a picture
    at the top; any other is fetched when it comes near.
    """
    if not shown:
        return ""
    key, words, width, height = parts_of(shown)
    widths = widths_of(width)
    language = words.language_for()
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}"{}{}{} decoding="async">',
        address(key, usual(widths)),
        ", ".join(f"{address(key, each)} {each}w" for each in widths),
        *(sizes, width, height, words.in_language()),
        format_html(' class="{}"', css) if css else "",
        format_html(' lang="{}"', language) if language != get_language() else "",
        SafeString("" if eager else ' loading="lazy"'),
    )


def parts_of(shown: Picture | Mapping[str, Any]) -> tuple:
    if isinstance(shown, Mapping):
        return shown["id"], as_text(shown["alt"]), shown["width"], shown["height"]
    return shown.pk, shown.alt, shown.width, shown.height


def usual(widths: list[int]) -> int:
    return max([width for width in widths if width <= USUAL_WIDTH], default=widths[0])


def address(key: Any, width: int) -> str:
    return reverse("core:picture", args=[key, width])
