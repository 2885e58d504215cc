"""What is answered when an action refuses: one place, for a page and for a fragment that a script has asked for.

A page says it in a message and leads to where the person can go on. A fragment gets the sentence with its status:
403 for who may not or is signed out, 404 for what is not theirs, 409 for a clash, 422 for any other refusal. It never
gets a redirect to the sign-in page, which a script would put in the middle of the page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core.access import Refusal
from core.browser_cache import leads_to_sign_in
from core.changing import Clash


class AnswersMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return for_a_fragment(request, response) if is_fragment(request) else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused(request, error) if isinstance(error, Refusal) else None


@contextmanager
def leading_to(page: str) -> Iterator[None]:
    """A refusal within it leads to this page, unless it knows a better one."""
    try:
        yield
    except Refusal as refusal:
        refusal.leads_to = refusal.leads_to or page
        raise


def is_fragment(request: HttpRequest) -> bool:
    """Whether a script asks for a part of a page (htmx says so)."""
    return request.headers.get("HX-Request") == "true"


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if is_fragment(request):
        return sentence(request, refusal.sentence, 409 if isinstance(refusal, Clash) else 422)
    messages.error(request, str(refusal.sentence))
    return redirect(refusal.leads_to or page_of_the_button(request))


def page_of_the_button(request: HttpRequest) -> str:
    """The page from which something was sent; for whoever hides that, or only looked, their first page."""
    referer = request.headers.get("Referer", "")
    if _is_ours(request, referer):
        page = urlsplit(referer)
        only_looked = request.method in {"GET", "HEAD"} and page.path == request.path
        path = f"{page.path}?{page.query}" if page.query else page.path
        if not only_looked and _is_ours(request, path):  # a path that begins with two slashes names another site
            return path
    return reverse(settings.LOGIN_REDIRECT_URL)


def _is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()})


def for_a_fragment(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer without what only a whole page can show."""
    if leads_to_sign_in(response):
        return sentence(request, _("You are signed out. Sign in again in another window, then go on here."), 403)
    if response.status_code == 403:
        return sentence(request, _("This is not open to you."), 403)
    if response.status_code == 404:
        return sentence(request, _("This is not here any more. Load the page again."), 404)
    return response


def sentence(request: HttpRequest, words, status: int) -> HttpResponse:
    return render(request, "core/refusal.html", {"sentence": words}, status=status)
