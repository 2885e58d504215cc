"""Two checks for whoever watches the server: does the process answer, does the database."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.access import open_to_all


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
