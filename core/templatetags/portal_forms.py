"""The hidden fields with which a form of the portal begins."""

from django import template
from django.middleware.csrf import get_token
from django.utils.html import format_html

from core.sent_once import FIELD, key_for
from core.unsent import WRITER, writer_mark

register = template.Library()


@register.simple_tag(takes_context=True)
def form_marks(context) -> str:
    """The CSRF token, who wrote the form, so that it can come back to the same person, and the key of the page."""
    request = context.request  # which a part of a page knows as well, included with ``only``
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="{}" value="{}">'
        '<input type="hidden" name="{}" value="{}">',
        get_token(request),
        WRITER,
        writer_mark(request.user),
        FIELD,
        key_for(request),
    )
