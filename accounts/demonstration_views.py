"""One-click sign-in and the local mailbox; the addresses exist in the demonstration only."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import get_login_redirect_url
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import mailbox, sessions
from accounts.demonstration import people, refuse_strangers
from core.access import open_to_all


@open_to_all
@require_POST
def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    """A session as this person, which counts as complete while the demonstration runs."""
    refuse_strangers(request)
    user = next((user for part, user in people() if part.key == key), None)
    if user is None:
        raise Http404
    clear_login(request)
    get_adapter().login(request, user)
    request.session[sessions.ONE_CLICK] = True
    return redirect(get_login_redirect_url(request))


@open_to_all
@never_cache
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    refuse_strangers(request)
    return render(request, "demonstration/mailbox.html", {"mails": mailbox.newest_first()})


@open_to_all
@never_cache
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    refuse_strangers(request)
    found = mailbox.mail(name)
    if found is None:
        raise Http404
    return render(request, "demonstration/mail.html", {"mail": found})
