"""The two hidden fields with which a form of the portal begins."""

from django import template
from django.middleware.csrf import get_token
from django.utils.html import format_html

from core.unsent import WRITER, writer_mark

register = template.Library()


@register.simple_tag(takes_context=True)
def form_marks(context) -> str:
    """The CSRF token, and who wrote the form, so that it can come back to the same person."""
    request = context["request"]
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="{}" value="{}">',
        get_token(request),
        WRITER,
        writer_mark(request.user),
    )
