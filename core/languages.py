"""Which language a page speaks, and how a list sorts in it."""

import unicodedata
from collections.abc import Callable, Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_path

LANGUAGE_CHOICE = "language"  # the query parameter of links that carry the reader's language along
KNOWN = {code for code, _name in settings.LANGUAGES}


def offered() -> list[tuple[str, str]]:
    """The languages of the portal, for columns: asked when needed, so that another one is no migration."""
    return settings.LANGUAGES


class LanguageMiddleware:
    """Public pages speak the language of their address, pages behind sign-in that of the person.

    A page without either (the sign-in page) follows the link that led there, then a choice made
    earlier in this browser, then the browser's own languages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        in_address = get_language_from_path(request.path_info)
        translation.activate(in_address or settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language())
        chosen = request.GET.get(LANGUAGE_CHOICE)
        if chosen in KNOWN and not in_address:
            remember(response, chosen)
        if not speaks_by_address(request):
            patch_vary_headers(response, ["Accept-Language"])
        return response

    def process_view(self, request, view, args, kwargs):
        if not getattr(view, "language_in_address", False):
            translation.activate(language_of(request))
            request.LANGUAGE_CODE = translation.get_language()


def speaks_by_address(request: HttpRequest) -> bool:
    match = getattr(request, "resolver_match", None)
    return bool(match) and getattr(match.func, "language_in_address", False)


def language_of(request: HttpRequest) -> str:
    if request.GET.get(LANGUAGE_CHOICE) in KNOWN:
        return request.GET[LANGUAGE_CHOICE]
    if request.user.is_authenticated:
        return request.user.language
    return translation.get_language_from_request(request)


def remember(response: HttpResponse, language: str) -> None:
    """Keep the choice in this browser for pages that know no person yet."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


# Letters that stand as letters of their own, after the letter named, in the language's alphabet.
# Czech: ČSN 97 6030, where also "ch" follows "h". English, German (DIN 5007-1) and French sort
# an accented letter with its plain one.
OWN_LETTERS = {"cs": {"č": "c", "ř": "r", "š": "s", "ž": "z"}}
OWN_PAIRS = {"cs": {"ch": "h"}}
AFTER = "\uffff"


def sort_key(words: str, language: str | None = None) -> tuple[str, str]:
    """The key by which readers of ``language`` expect ``words`` in a list.

    The database's collation cannot do it: the embedded server is built without ICU.
    """
    code = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
    folded = unicodedata.normalize("NFC", words).casefold()
    for pair, before in OWN_PAIRS.get(code, {}).items():
        folded = folded.replace(pair, before + AFTER)
    letters = OWN_LETTERS.get(code, {})
    plain = "".join(letters[each] + AFTER if each in letters else _without_accents(each) for each in folded)
    return plain, words


def _without_accents(character: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", character) if not unicodedata.combining(part))


def in_order(things: Iterable, by: Callable = str, language: str | None = None) -> list:
    """The things sorted as readers of ``language`` (by default: this reader) expect."""
    return sorted(things, key=lambda thing: sort_key(str(by(thing)), language))
