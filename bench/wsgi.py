"""The portal, and beside it in the same process a bare Django without middleware, under /bare/."""

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.test.utils import override_settings

django.setup()


class BareRequest(WSGIRequest):
    urlconf = "bench.bare"


class BareHandler(WSGIHandler):
    request_class = BareRequest

    def load_middleware(self, is_async=False):
        with override_settings(MIDDLEWARE=[]):
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


portal, bare = Counted(WSGIHandler()), Counted(BareHandler())


def application(environ, start_response):
    handler = bare if environ["PATH_INFO"].startswith("/bare/") else portal
    return handler(environ, start_response)
