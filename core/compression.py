"""Pages travel compressed, wherever no proxy does it: an itinerary is an eighth of its size.

Whoever can listen on the network, and make a browser ask for addresses of their choice, can guess what a
page says from how well it compresses together with what its address repeats (the attack is called BREACH).
Three things stand against it here. A form's token is masked anew in each answer. Django pads each answer at
random. And no page behind the sign-in repeats what stands in its address: tests/guards holds that. Search
and the public lists do, and hold nothing that is not public, but for the marks of the session and of the
writer of a form, which open nothing.
"""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/", "application/json", "application/xml")


class CompressTextMiddleware(GZipMiddleware):
    """Pictures are compressed in themselves, and static files lie compressed beside themselves."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_text = response.headers.get("Content-Type", "").startswith(TEXTS)
        return super().process_response(request, response) if is_text else response
