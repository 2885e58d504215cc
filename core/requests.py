"""One id for each request, in the answer and in the log, one line of the log for each, and its outcome counted."""

import logging
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from core import metrics
from core.logs import current_id, place_of
from core.unavailable import server_error

logger = logging.getLogger(__name__)


class RequestIdMiddleware:
    """Gives each request an id; a page that went wrong shows it, and the log has it. Stands first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex[:12]
        token = current_id.set(request.id)
        try:
            with metrics.Answering(request) as answering:
                response = self.answer(request)
                answering.ended_with(response)
            tell(request, response, answering.seconds)
        finally:
            current_id.reset(token)
        response.headers["X-Request-Id"] = request.id
        return response

    def answer(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except Exception:  # even the page that says so failed
            logger.exception("no answer to %s", place_of(request))
            return server_error(request)


def tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """The line of the log that every request has: what was asked for and answered, and never by whom."""
    fields = {
        "method": request.method if request.method in KnownMethodsMiddleware.TAKEN else "other",
        "route": place_of(request),
        "status": response.status_code,
        "ms": round(seconds * 1000),
        "who": kind_of_person(request),
    }
    logger.info("%(method)s %(route)s %(status)s %(ms)s ms %(who)s", fields, extra={"fields": fields})


def kind_of_person(request: HttpRequest) -> str:
    """``staff``, ``guest`` or ``nobody``, as far as the page itself had to know it."""
    user = getattr(request, "_cached_user", None)  # asking for request.user would look into the database
    if user is None or not user.is_authenticated:
        return getattr(request, "answered_unseen", "nobody")
    return "staff" if user.is_council_staff else "guest"


class KnownMethodsMiddleware:
    """Refuses what no page of ours ever sends; a class-based view would take PUT for POST.

    Stands after whatever sets headers, so that its answer has them too.
    """

    TAKEN = ("GET", "HEAD", "POST")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if request.method in self.TAKEN else HttpResponseNotAllowed(self.TAKEN)
