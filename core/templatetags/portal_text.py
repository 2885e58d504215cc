"""Texts in several languages on a page that speaks one: what is in another language says so."""

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from core.translated import REVIEW, as_text

register = template.Library()


@register.simple_tag
def in_language(value) -> str:
    """The text in the reader's language; in another one, marked with it, where theirs is missing."""
    words = as_text(value)
    language = words.language_for()
    if language == get_language():
        return words.in_language()
    return format_html('<span lang="{}">{}</span>', language, words.in_language())


@register.simple_tag
def paragraphs_in_language(value) -> str:
    """The same for a long text: a paragraph for each."""
    words = as_text(value)
    language = words.language_for()
    paragraphs = SafeString(linebreaks(words.in_language(), autoescape=True))
    if language == get_language() or not words:
        return paragraphs
    return format_html('<div lang="{}">{}</div>', language, paragraphs)


@register.filter
def awaits_review(value) -> bool:
    """Whether the wording that this reader gets has not yet been read by a native speaker."""
    return as_text(value).awaits_review()


@register.simple_tag
def in_every_language(value) -> str:
    """For editors: each wording on its own line, with its language, those of the portal first."""
    words = as_text(value)
    portal = [code for code, _name in settings.LANGUAGES if words.get(code)]
    codes = dict.fromkeys([*portal, *words.languages()])
    mark = format_html(' <span class="wording__mark">{}</span>', gettext("needs a native review"))
    return format_html_join(
        "",
        '<span class="wording"><span class="wording__language">{}</span><span lang="{}">{}</span>{}</span>',
        ((code, code, words[code], mark if code in words.get(REVIEW, []) else "") for code in codes),
    )
