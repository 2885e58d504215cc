"""To the council's own sign-in and back."""

import logging
from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as allauth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from core.access import open_to_all

logger = logging.getLogger(__name__)
OUT_OF_ORDER = (RequestException, OAuth2Error, KeyError, ValueError)  # does not answer, or not as agreed


def speaks_of_trouble(view: Callable) -> Callable:
    @never_cache
    @open_to_all
    @wraps(view)
    def careful(request: HttpRequest, **kwargs) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except OUT_OF_ORDER:
            logger.exception("the council's sign-in is out of order")
            return render(request, "socialaccount/authentication_error.html", status=503)

    return careful


leave = require_POST(speaks_of_trouble(allauth_views.login))
come_back = require_GET(speaks_of_trouble(allauth_views.callback))
