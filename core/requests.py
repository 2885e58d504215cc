"""One id for each request, in the answer and in the log, and a log without personal data."""

import contextvars
import logging
import re
import time
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from core.out_of_order import server_error

logger = logging.getLogger(__name__)
current_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")


class RequestIdMiddleware:
    """Gives each request an id; a page that went wrong shows it, and the log has it. Stands first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex[:12]
        token = current_id.set(request.id)
        began = time.perf_counter()
        try:
            response = self.answer(request)
            took = (time.perf_counter() - began) * 1000
            logger.info("%s %s %s %.0f ms", request.method, place_of(request), response.status_code, took)
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


class KnownMethodsMiddleware:
    """Refuses what no page of ours ever sends; a class-based view would take PUT for POST.

    Stands after whatever sets headers, so that its answer has them too.
    """

    TAKEN = ("GET", "HEAD", "POST")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request) if request.method in self.TAKEN else HttpResponseNotAllowed(self.TAKEN)


def place_of(request: HttpRequest) -> str:
    """Where a request went, for the log: the route, since an address can hold a name or a secret link."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else request.path[:80]


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "id", None) or current_id.get()
        return True


class LineFormatter(logging.Formatter):
    """One line a record; of an exception the place and the kind, never its values.

    Messages of exceptions can carry what people typed (a database tells the refused row), so the
    log keeps the traceback's places and the name of the exception only.
    """

    ADDRESS = re.compile(r"[^\s@<>'\"=/]+@[^\s@<>'\",;]+")

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s")

    def formatException(self, ei) -> str:  # noqa: N802 - logging's name
        kind, _value, traceback = ei
        places = []
        while traceback is not None:
            code = traceback.tb_frame.f_code
            places.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
            traceback = traceback.tb_next
        return f"{kind.__name__} at " + " < ".join(reversed(places[-12:]))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            record.message = record.message.replace(request.path, place_of(request))
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have put the whole of it there
        line = super().format(record).replace("\n", " | ")
        record.exc_text = None
        return self.ADDRESS.sub("[address]", line)
