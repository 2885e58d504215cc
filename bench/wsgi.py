"""The portal, and beside it in the same process what it is measured against.

Under /bare/ a Django without middleware, under /plain/ one with what Django's own projects begin with.
"""

import django
from django.apps import apps
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.test.utils import override_settings

if not apps.ready:  # a test has them ready, and its log must not be set up anew
    django.setup()

from bench import plain


class ReferenceHandler(WSGIHandler):
    """Answers the addresses of one module of ours behind this middleware and no other."""

    def __init__(self, urlconf, middleware):
        self.request_class = type("ReferenceRequest", (WSGIRequest,), {"urlconf": urlconf})
        self.middleware = middleware
        super().__init__()

    def load_middleware(self, is_async=False):
        with override_settings(MIDDLEWARE=self.middleware):
            super().load_middleware(is_async)


class Counted:
    """Counts the queries of a request that asks for it."""

    def __init__(self, handler):
        self.handler = handler

    def __call__(self, environ, start_response):
        if "HTTP_X_COUNT_QUERIES" not in environ:
            return self.handler(environ, start_response)
        count = 0

        def counting(execute, sql, params, many, context):
            nonlocal count
            count += 1
            return execute(sql, params, many, context)

        def answer(status, headers, *rest):
            return start_response(status, [*headers, ("X-Queries", str(count))], *rest)

        with connection.execute_wrapper(counting):
            return self.handler(environ, answer)


portal = Counted(WSGIHandler())
references = {
    "bare": Counted(ReferenceHandler("bench.bare", [])),
    "plain": Counted(ReferenceHandler("bench.plain", plain.MIDDLEWARE)),
}


def application(environ, start_response):
    handler = references.get(environ["PATH_INFO"].split("/")[1], portal)
    return handler(environ, start_response)
