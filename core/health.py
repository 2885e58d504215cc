"""Two checks for whoever watches the server: does the process answer, does the database."""

from collections.abc import Callable

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.access import open_to_all


class HealthMiddleware:
    """Answers those who watch by whatever name they call: a monitor asks an IP address, not a host of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.views = {"/healthz": alive, "/readyz": ready}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.views.get(request.path_info, self.get_response)(request)


@open_to_all
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of the database."""
    return HttpResponse("alive\n", content_type="text/plain")


@open_to_all
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, else 503 with Retry-After."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return HttpResponse("the database does not answer\n", status=503, headers={"Retry-After": "5"})
    return HttpResponse("ready\n", content_type="text/plain")
