"""Knows devices again, ends staff sessions in time, and keeps those without a second factor at the door."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import devices, sessions

# All that a staff session reaches before it has shown a second factor.
AT_THE_DOOR = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "account_logout",
    "people:language",  # the page speaks the language of the person
    "people:session",
}


class DeviceMiddleware:
    """Gives a device the cookie by which it is known, when somebody has signed in on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        devices.put_cookie(request, response)
        return response


class SessionLimitsMiddleware:
    """Signs out a staff session that is over. Stands before whatever keeps a form for after sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Asking for the user of somebody without a cookie would make every public page vary by cookie.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if sessions.is_over(request):
                logout(request)
            else:
                sessions.note_presence(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads staff who signed in by password alone to the page that sets up a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated or not request.user.is_council_staff:
            return None
        request.at_the_door = not sessions.is_complete(request)
        if request.at_the_door and request.resolver_match.view_name not in AT_THE_DOOR:
            return redirect("mfa_index")
        return None
