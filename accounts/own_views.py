"""What everybody may do about their own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import actions
from accounts.forms import OwnDetailsForm
from accounts.permissions import can_set_up_sign_in
from core.access import open_to_all
from core.browser_cache import session_mark
from core.languages import KNOWN
from core.unsent import received


def account(request: HttpRequest) -> HttpResponse:
    form = OwnDetailsForm(received(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        actions.change_own_details(user=request.user, **form.cleaned_data)
        with override(form.cleaned_data["language"]):
            messages.success(request, gettext("Your details changed."))
        return redirect("people:account")
    context = {"form": form, "can_set_up_sign_in": can_set_up_sign_in(request.user)}
    return render(request, "people/account.html", context)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends every other session; the one that asks stays."""
    user = actions.end_all_sessions(user=request.user)
    update_session_auth_hash(request, user)
    messages.success(request, gettext("You are signed out everywhere else."))
    return redirect("people:account")


@open_to_all
@require_safe
@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """Which session this is, for a page that came back from the browser's memory; nothing where there is none."""
    return HttpResponse(session_mark(request), content_type="text/plain")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The choice of language in the header; it is kept with the person."""
    chosen = request.POST.get("language")
    if chosen in KNOWN:
        actions.change_own_details(user=request.user, language=chosen)
    back = request.POST.get("next", "")
    return redirect(back if is_ours(request, back) else settings.LOGIN_REDIRECT_URL)


def is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
