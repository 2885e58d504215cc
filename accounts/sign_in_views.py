"""The pages of signing in: allauth's, with our page around them and a clear end where a code runs out."""

import time
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.core.ratelimit import respond_429
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts import council, demonstration, limits
from accounts.forms import SendCodeForm
from accounts.one_at_a_time import one_at_a_time
from accounts.permissions import can_set_up_sign_in
from core.access import open_to_all, require


class SignInView(allauth_views.LoginView):
    """One page for guests and staff: the code first, then the methods of staff."""

    def get_context_data(self, **kwargs) -> dict:
        is_offered = demonstration.is_offered(self.request)
        return {
            **super().get_context_data(**kwargs),
            "code_form": SendCodeForm(auto_id="code_%s"),
            "council_sign_in": council.sign_in_name(),
            "demonstration_people": demonstration.people() if is_offered else [],
        }


class SendCodeView(allauth_views.RequestLoginCodeView):
    def form_valid(self, form) -> HttpResponse:
        if form._user is None:
            send_for_show(form.cleaned_data["email"])
        return super().form_valid(form)


class EnterCodeView(allauth_views.ConfirmLoginCodeView):
    def _resend_form_valid(self, form) -> HttpResponse:
        """A new code lives as long as the first did, and is a mail like the first."""
        if limits.take_a_try(self.request, "code", self._process.state["email"]) is None:
            messages.error(self.request, get_adapter().error_messages["too_many_login_attempts"])
            return redirect("account_confirm_login_code")
        self._process.state["at"] = self.stage.login.initiated_at = time.time()
        if self._process.user is None:
            send_for_show(self._process.state["email"])
        return super()._resend_form_valid(form)

    def form_invalid(self, form) -> HttpResponse:
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        return redirect("account_request_login_code")


class EnterPasswordCodeView(allauth_views.ConfirmPasswordResetCodeView):
    def form_invalid(self, form) -> HttpResponse:
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        return redirect("account_login")


def send_for_show(email: str) -> None:
    """For an address that gets no code: the same work, so that the time taken tells nothing."""
    adapter = get_adapter()
    adapter.send_code("account/email/login_code", email, adapter.generate_login_code(), for_show=True)


def says_when_over(view: Callable, *, leads_to: str, start_again: str) -> Callable:
    """allauth leads back without a word when a code is too old, used, or was wrong too often; say so."""
    view = one_at_a_time(view)

    @never_cache
    @open_to_all
    @wraps(view)
    def with_an_end(request: HttpRequest) -> HttpResponse:
        answer = view(request)
        if answer.status_code == 302 and urlsplit(answer.url).path == reverse(leads_to):
            return render(request, "account/code_over.html", {"start_again": reverse(start_again)})
        return answer

    return with_an_end


def for_staff(view: Callable) -> Callable:
    """Guests have no password and no second factor to look after."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            require(can_set_up_sign_in(request.user))
        return view(request, **kwargs)

    return guarded


def passkey(request: HttpRequest) -> HttpResponse:
    """A browser that asks for the question of a passkey gets a session for it, whoever asks."""
    if request.method != "POST" and not limits.take_a_look(request, "passkey"):
        return respond_429(request)
    return login_webauthn(request)


passkey.login_required = False  # as allauth's own view
send_code = SendCodeView.as_view()
enter_code = says_when_over(
    EnterCodeView.as_view(), leads_to="account_request_login_code", start_again="account_request_login_code"
)
enter_password_code = says_when_over(
    EnterPasswordCodeView.as_view(), leads_to="account_login", start_again="account_reset_password"
)
new_password = says_when_over(
    allauth_views.complete_password_reset, leads_to="account_reset_password", start_again="account_reset_password"
)
