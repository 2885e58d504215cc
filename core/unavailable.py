"""What people get when we cannot answer: a page that needs no database, with a number to tell us."""

import sys

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core import metrics

TRY_AGAIN_IN = 5  # seconds; a restart of the database takes about as long


def server_error(request: HttpRequest) -> HttpResponse:
    """The answer to an error that nobody expected; 503 while the database is away."""
    error = sys.exc_info()[1]
    if is_database_away(error):
        return service_unavailable(request, error)
    try:
        return render(request, "500.html", status=500)
    except Exception as second:  # the page asks the database who is reading it
        return (
            service_unavailable(request, second)
            if is_database_away(second)
            else plain_page(request, went_wrong(), status=500)
        )


def is_database_away(error: BaseException | None) -> bool:
    """Whether trying again soon may help: no connection, a restart, a lock that was not given."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    # A connection that breaks off in mid-answer is told as a plain DatabaseError.
    return isinstance(error, Error) and connection.connection is not None and connection.connection.closed != 0


def began_with_the_database(error: BaseException | None) -> bool:
    """Whether it was raised because the database is away: Django calls a session it could not save a bad request."""
    while error is not None and not is_database_away(error):
        error = error.__context__
    return error is not None


def service_unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    metrics.count_lost_connection(error)
    sentence = _(
        "The portal is having a short rest. Wait a few seconds, then load this page again. "
        "If you were sending something, send it again."
    )
    response = plain_page(request, sentence, status=503)
    response.headers["Retry-After"] = str(TRY_AGAIN_IN)
    return response


def went_wrong() -> str:
    return _(
        "Something went wrong on our side. What you sent may not have been saved. "
        "Go back, keep a copy of what you wrote, and try again in a few minutes."
    )


def plain_page(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    context = {"sentence": sentence, "request_id": getattr(request, "id", ""), "help_contact": settings.HELP_CONTACT}
    response = HttpResponse(render_to_string("core/unavailable.html", context), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
