"""A form that was sent after its sign-in ran out comes back with what was typed, to be sent again.

The typed fields wait for the person to sign in (`core/kept_forms.py`), and are given back to the same
person in the same browser only: each form carries a signed mark of who was shown it, and when. Nothing is
kept without such a mark of the last days, so that nobody from outside can fill our tables, or have a form
filled in for somebody else.
"""

import datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core import kept_forms
from core.kept_forms import KeptForm

KEEP = "unsent_form"
WRITER = "written_by"  # the hidden field that every staff and guest form carries
LATELY = datetime.timedelta(days=7)  # a form may lie open over a long weekend
signer = signing.TimestampSigner(salt="core.unsent")


class UnsentFormMiddleware:
    """Before sign-in is asked for: keep what was sent. After sign-in: hand it to the page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET":
            return back_to_the_button(request) or response
        return response

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        return ask_to_sign_in(request) if is_ours(request.POST) else None


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    if not keep(request, signed_out=True):
        return not_sent(request, why_not_kept(request))
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse(settings.LOGIN_URL)}?{query}")


def keep(request: HttpRequest, *, signed_out: bool = False) -> bool:
    """Put the sent fields aside for the same address; False when that cannot be (see ``why_not_kept``)."""
    fields = request.POST.copy()
    for name in request.POST:
        if name == "csrfmiddlewaretoken" or "password" in name:
            del fields[name]
    body, writer = fields.urlencode(), writer_of(fields)
    if len(body) > kept_forms.LONGEST or not writer:
        return False
    page = urlsplit(request.headers.get("Referer", "")).path
    kept = kept_forms.keep(writer=writer, path=request.path, body=body, page=page, signed_out=signed_out)
    if kept:
        request.session[KEEP] = str(kept.pk)
    return kept is not None


def why_not_kept(request: HttpRequest) -> str:
    if len(request.POST.urlencode()) > kept_forms.LONGEST:
        return _("You were signed out, and this form is too long to be kept for you here.")
    return _("You were signed out, and this form cannot be kept for you here.")


def writer_mark(user) -> str:
    return signer.sign(str(user.pk)) if user.is_authenticated else ""


def writer_of(fields: QueryDict) -> str:
    """The id of who was shown a form lately, "" where the mark is missing, old or not ours."""
    try:
        return signer.unsign(fields.get(WRITER, ""), max_age=LATELY)
    except signing.BadSignature:
        return ""


def is_ours(fields: QueryDict) -> bool:
    """Whether a form has our mark, of whatever age."""
    try:
        return bool(signer.unsign(fields.get(WRITER, "")))
    except signing.BadSignature:
        return False


def received(request: HttpRequest) -> QueryDict | None:
    """What a form is to be filled with: what was sent now, or what this person sent before signing in again.

    Afterwards ``request.form_came_back`` tells a page to say so.
    """
    if request.method == "POST":
        return request.POST
    kept = take(request)
    if kept is None:
        return None
    request.form_came_back = kept.signed_out
    return QueryDict(kept.body)


def take(request: HttpRequest) -> KeptForm | None:
    """What was kept for this address and this person; it is gone from here, whoever asked."""
    if KEEP not in request.session:
        return None
    kept = KeptForm.objects.filter(pk=request.session[KEEP]).first()
    if kept and kept.path != request.path:
        return None
    del request.session[KEEP]
    if kept is None:
        return None
    kept.delete()
    return kept if request.user.is_authenticated and kept.writer_id == request.user.pk else None


def back_to_the_button(request: HttpRequest) -> HttpResponse | None:
    """An address that only takes what is sent has no page to come back to: go to where the button stood."""
    if not request.user.is_authenticated:
        return None
    page = page_of_the_button(request)
    if not page or page == request.path:
        return None
    response = redirect(page)
    messages.warning(request, _("You were signed out, so this was not done. Please do it again."))
    request._messages.update(response)  # the middleware of messages has done its part already
    return response


def page_of_the_button(request: HttpRequest) -> str:
    """Where somebody who has just signed in pressed a button; "" for whoever only typed the address.

    A button of a single step keeps nothing; who pressed it goes to their first page.
    """
    kept = take(request)
    door = reverse(settings.LOGIN_URL)
    if kept is not None and kept.page != door and url_has_allowed_host_and_scheme(kept.page, None):
        return kept.page
    came_from = urlsplit(request.headers.get("Referer", "")).path
    return reverse(settings.LOGIN_REDIRECT_URL) if came_from.startswith(door.removesuffix("login/")) else ""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of ours that was opened before the last sign-in comes back; anything else is refused.

    A browser says in ``Origin`` where a form was sent from. Only our own address may have its
    fields kept, so that no other site can prepare a form here.
    """
    if request.headers.get("Origin") == settings.SITE_URL and is_ours(request.POST):
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if writer_of(request.POST) == str(request.user.pk) and keep(request, signed_out=True):
            return redirect(request.get_full_path())
    if not request.COOKIES:
        return render(request, "core/no_cookies.html", status=403)
    return not_sent(request, _("It does not come from a page of this portal that is still open."))


def not_sent(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "core/not_sent.html", {"why": why}, status=403)
