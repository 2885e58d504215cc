"""Pages travel compressed, wherever no proxy does it: an itinerary is an eighth of its size.

Whoever can listen on the network, and make a browser ask for addresses of their choice, can guess what a
page says from how well it compresses together with what its address repeats (the attack is called BREACH).
Three things stand against it here. A form's token is masked anew in each answer. Django pads each answer at
random. And an answer to somebody with a session is not compressed when it may repeat what was sent: to a
form, or to an address with a question mark. What is left holds typed text of other people at the most, and
no secret beside the masked token that stays the same from one answer to the next.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/", "application/json", "application/xml")


class CompressTextMiddleware(GZipMiddleware):
    """Pictures are compressed in themselves, and static files lie compressed beside themselves."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_text = response.headers.get("Content-Type", "").startswith(TEXTS)
        if not is_text or may_repeat_what_was_sent(request):
            return response
        return super().process_response(request, response)


def may_repeat_what_was_sent(request: HttpRequest) -> bool:
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_session and (request.method == "POST" or bool(request.META.get("QUERY_STRING")))
