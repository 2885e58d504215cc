"""One id for each request, in the answer and in the log, and a log without personal data."""

import contextvars
import logging
import re
import uuid

from django.http import HttpRequest, HttpResponse

current_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")


class RequestIdMiddleware:
    """Gives each request an id; a page that went wrong shows it, and the log has it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex[:12]
        token = current_id.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            current_id.reset(token)
        response.headers["X-Request-Id"] = request.id
        return response


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_id.get()
        return True


class LineFormatter(logging.Formatter):
    """One line a record; of an exception the place and the kind, never its values.

    Messages of exceptions can carry what people typed (a database tells the refused row), so the
    log keeps the traceback's places and the name of the exception only.
    """

    ADDRESS = re.compile(r"[^\s@<>'\"=/]+@[^\s@<>'\",;]+")

    def __init__(self):
        super().__init__("%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s")

    def formatException(self, ei) -> str:
        kind, _value, traceback = ei
        places = []
        while traceback is not None:
            code = traceback.tb_frame.f_code
            places.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
            traceback = traceback.tb_next
        return f"{kind.__name__} at " + " < ".join(reversed(places[-12:]))

    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record).replace("\n", " | ")
        return self.ADDRESS.sub("[address]", line)
