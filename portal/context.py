"""What every page shows around its content: navigation, languages, help."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language


def every_page(request: HttpRequest) -> dict:
    return {"help_contact": settings.HELP_CONTACT, "council_name": settings.COUNCIL_NAME, "languages": languages(request)}


def languages(request: HttpRequest) -> list[dict]:
    """The same page in each language: another address for public pages, a choice elsewhere."""
    return [
        {
            "code": code,
            "name": settings.LANGUAGE_NAMES[code],
            "url": translate_url(request.get_full_path(), code),
            "current": code == get_language(),
        }
        for code, _name in settings.LANGUAGES
    ]
