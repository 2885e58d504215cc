"""What a browser may keep of the pages that somebody saw who was signed in, and when it throws that away.

A computer in an office or a library is used by others too, and the button Back shows what the browser
has kept. So pages behind the sign-in are not stored at all. The itinerary is: guests read it on the way,
without a network; whoever signs out, or whose session has ended, is sent an order to throw it away.

Browsers keep the last pages in their memory whatever a header says. static/js/portal.js looks after
that: it asks whether the session of the page is still there before the page is seen again.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

THROW_AWAY = '"cache"'  # never cookies: the language stays, and browsers treat "cookies" as the whole domain's


class BrowserCacheMiddleware:
    """Stands right after the user is known, and outside of whatever may end the session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Asking for the user of somebody without a cookie would make every public page vary by cookie.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        is_signed_in = request.user.is_authenticated
        if was_signed_in or is_signed_in:
            forbid_to_store(request, response)
        if not is_signed_in and (was_signed_in or leads_to_sign_in(response)):
            response.headers["Clear-Site-Data"] = THROW_AWAY
        return response


def forbid_to_store(request: HttpRequest, response: HttpResponse) -> None:
    """A page for everybody names the person who is signed in, so it is one of these too."""
    if is_for_everybody(request):
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers.setdefault("Cache-Control", "no-store")


def is_for_everybody(request: HttpRequest) -> bool:
    return getattr(request.resolver_match and request.resolver_match.func, "language_in_address", False)


def leads_to_sign_in(response: HttpResponse) -> bool:
    """Of a browser that has a session cookie: the session was there once, and is over."""
    return response.headers.get("Location", "").startswith(reverse(settings.LOGIN_URL))


def session_mark(request: HttpRequest) -> str:
    """By which a page knows the session that it was made for; "" where nobody is signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    # An earlier name of this module, which stays: pages that lie open know their session by it.
    return salted_hmac("core.copies", request.session.session_key, algorithm="sha256").hexdigest()[:32]
