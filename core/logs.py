"""How the log is written: one line a record, as words or as JSON, and without personal data in either.

Stands alone, without the rest of the portal: gunicorn's first process writes by it too, which never loads
the portal, so that a reload finds its new code.
"""

import contextvars
import datetime
import http
import json
import logging
import re
import signal
from typing import Any

current_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="-")

OURS = {"core", "accounts", "partners", "practices", "visits", "portal"}
# Words that a library may put into a line of its own; anything else could be what a person typed.
HARMLESS = {status.phrase for status in http.HTTPStatus} | {each.name for each in signal.Signals}
ADDRESS = re.compile(r"[^\s@<>'\"=/]+@[^\s@<>'\",;]+")
QUOTED = re.compile(r"(?s)(['\"]).*\1")  # from the first to the last, whatever stands between
HIDDEN = "[...]"


def place_of(request: Any) -> str:
    """Where a request went, for the log: the route, since an address can hold a name or a secret link."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match else "no-route"


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "id", None) or current_id.get()
        return True


def message_of(record: logging.LogRecord) -> str:
    """What is told. Our own messages are written with care; of a library's only the fixed words and numbers stay."""
    if record.name.startswith("django.security"):
        words = "refused a request"  # the name of the logger says why; its words quote what was sent
    elif record.name.partition(".")[0] in OURS:
        words = record.getMessage()
    else:
        words = words_of_a_library(record)
    return ADDRESS.sub("[address]", words)


def words_of_a_library(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str) or record.msg.startswith("Invalid request from ip="):  # gunicorn's, put together
        return "an invalid request" if isinstance(record.msg, str) else type(record.msg).__name__
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)

    def harmless(value: Any) -> Any:
        if isinstance(value, int | float) or value in HARMLESS:
            return value
        return place_of(request) if path and value == path else HIDDEN

    args = record.args
    kept = {k: harmless(v) for k, v in args.items()} if isinstance(args, dict) else tuple(map(harmless, args or ()))
    try:
        words = record.msg % kept if kept else record.msg
    except (TypeError, ValueError, KeyError):  # it wanted a number where now something is hidden
        words = record.msg
    return QUOTED.sub(HIDDEN, words)


def fault_of(record: logging.LogRecord) -> str:
    """Of an exception the kind and the places, never its values.

    Messages of exceptions can carry what people typed (a database tells the refused row).
    """
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _value, traceback = record.exc_info
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return f"{kind.__name__} at " + " < ".join(reversed(places[-12:]))


class LineFormatter(logging.Formatter):
    """One line a record, for people."""

    def format(self, record: logging.LogRecord) -> str:
        request_id = getattr(record, "request_id", "-")
        line = f"{self.formatTime(record)} {record.levelname} {request_id} {record.name} {message_of(record)}"
        fault = fault_of(record)
        return " | ".join(filter(None, [*line.splitlines(), fault]))


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for programs; a record's ``fields`` stand in it in place of the message."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        fields = getattr(record, "fields", None)
        told = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "request_id": getattr(record, "request_id", "-"),
            "logger": record.name,
            **({"message": message_of(record)} if fields is None else fields),
        }
        if fault := fault_of(record):
            told["fault"] = fault
        return json.dumps(told, ensure_ascii=False)


FORMATTERS = {"line": LineFormatter, "json": JsonFormatter}
