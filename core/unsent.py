"""A form that was sent after its sign-in ran out comes back with what was typed, to be sent again.

The typed fields wait in the (anonymous) session for the person to sign in, and are given back to
the same person only: each form carries a signed mark of who wrote it.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

KEEP = "unsent_form"
WRITER = "written_by"  # the hidden field that every staff and guest form carries
MOST = 200_000  # characters kept; a longer form is told to go back in the browser
signer = signing.Signer(salt="core.unsent")


class UnsentFormMiddleware:
    """Before sign-in is asked for: keep what was sent. After sign-in: hand it to the page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if WRITER not in request.POST or not keep(request):
            return None
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse(settings.LOGIN_URL)}?{query}")


def keep(request: HttpRequest) -> bool:
    """Put the sent fields aside; False when there is too much."""
    body = request.POST.urlencode()
    if len(body) > MOST:
        return False
    request.session[KEEP] = {"path": request.path, "body": body}
    return True


def writer_mark(user) -> str:
    return signer.sign(str(user.pk)) if user.is_authenticated else ""


def received(request: HttpRequest) -> QueryDict | None:
    """What a form is to be filled with: what was sent now, or what this person sent before signing in again."""
    if request.method == "POST":
        return request.POST
    kept = request.session.get(KEEP)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEEP]
    data = QueryDict(kept["body"])
    if not _is_by(request.user, data.get(WRITER, "")):
        return None
    request.form_came_back = True
    return data


def _is_by(user, mark: str) -> bool:
    try:
        return signer.unsign(mark) == str(user.pk)
    except signing.BadSignature:
        return False


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of ours that was opened before the last sign-in comes back; anything else is refused.

    A browser says in ``Origin`` where a form was sent from. Only our own address may have its
    fields kept, so that no other site can prepare a form here.
    """
    own = request.headers.get("Origin") == settings.SITE_URL
    if own and request.user.is_authenticated and _is_by(request.user, request.POST.get(WRITER, "")) and keep(request):
        return redirect(request.get_full_path())
    return render(request, "403.html", {"why": _("This form was not sent from a page of this portal that is still open. Go back, load the page again, and send it once more.")}, status=403)
