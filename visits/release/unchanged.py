"""A guest who looks at an itinerary again, and nothing has changed: one query and an empty answer.

Phones ask for the same page many times a day. A page that was sent carries a mark (ETag) of all that
it was made of: the reader's session and account, their place on the roster, the state of the visit,
the release, the names in it, the day, and the portal's own files. Asked again, the database tells the
same mark in one query, or another, and then the page is made anew by its view. Whoever has signed out,
lost their place or been locked out has no mark, so that access is decided here just as there.
"""

import datetime
import hashlib
import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone

from core.conditional import build

ADDRESS = re.compile(r"/visits/(?P<reference>[-a-zA-Z0-9_]+)/itinerary/")
MARK = re.compile(r'(?:W/)?"(?P<user>[0-9a-f]{32})-(?P<mark>[0-9a-f]{32})"')


class UnchangedItineraryMiddleware:
    """Answers 304 to a guest who has the page already; everything else goes on to the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.META.get("HTTP_IF_NONE_MATCH", "")
        if asked and request.method == "GET" and not request.META.get("QUERY_STRING"):
            address, held = ADDRESS.fullmatch(request.path_info), MARK.fullmatch(asked)
            session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
            if address and held and session:
                now = mark(session, uuid.UUID(held["user"]), address["reference"])
                if now and now == asked.removeprefix("W/"):
                    request.answered_unseen = "guest"  # for the log; nobody asks for request.user here
                    return HttpResponseNotModified(headers={"ETag": asked, "Cache-Control": "private, no-cache"})
        return self.get_response(request)


def mark(session: str, user: uuid.UUID, reference: str, today: datetime.date | None = None) -> str | None:
    """The mark of the page that this guest would get now; None for whoever would not get it.

    A mark is issued for a session together with its own user only, so that naming another user
    beside one's own session makes a mark that no page carries.
    """
    today = today or timezone.localdate()
    with connection.cursor() as cursor:
        # Written in visits/migrations/0003_itinerary_state.py, with the visit's state since 0005; its
        # conditions on the roster are those of PersonQuerySet.members.
        cursor.execute("SELECT visits_itinerary_state(%s, %s, %s, %s)", [session, user, reference, today])
        [state] = cursor.fetchone()
    if state is None:
        return None
    told = repr((build(), today, session, state))
    return f'"{user.hex}-{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
