"""A guest who looks at an itinerary again, and nothing has changed: one query and an empty answer.

Phones ask for the same page many times a day. A page that was sent carries a mark (ETag) of all that
it was made of: the reader's session and account, their place on the roster, the release, the names in
it, the day, and the portal's own files. Asked again, the database tells the same mark in one query, or
another, and then the page is made anew by its view. Whoever has signed out, lost their place or been
locked out has no mark, so that access is decided here just as there.
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

# All that the page depends on, as one row; no row for whoever may not have the page. The conditions on
# the roster are those of PersonQuerySet.members.
STATE = """
SELECT md5(session.session_data), account.name, account.language, account.sign_in_stamp, md5(account.password),
       person.id, person.group_id, person.days, release.id,
       (SELECT string_agg(name, '|' ORDER BY id) FROM partners_contact WHERE id = ANY(release.contacts)),
       (SELECT string_agg(name, '|' ORDER BY id) FROM accounts_user WHERE id = ANY(release.users)),
       (SELECT string_agg(name, '|' ORDER BY id) FROM visits_person WHERE id = ANY(release.people))
  FROM django_session session, accounts_user account
  JOIN accounts_invitation invitation ON invitation.user_id = account.id
  JOIN visits_person person ON person.invitation_id = invitation.id
  JOIN visits_visit visit ON visit.id = person.visit_id
  JOIN visits_release release ON release.id = visit.live_id
 WHERE session.session_key = %(session)s AND session.expire_date > now()
   AND account.id = %(user)s AND account.is_active AND account.roles = '{}'
   AND invitation.accepted_at IS NOT NULL AND invitation.withdrawn_at IS NULL
   AND person.left_at IS NULL AND (person.access_ends_on IS NULL OR person.access_ends_on >= %(today)s)
   AND visit.reference = %(reference)s
"""


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
                    return HttpResponseNotModified(headers={"ETag": now, "Cache-Control": "private, no-cache"})
        return self.get_response(request)


def mark(session: str, user: uuid.UUID, reference: str, today: datetime.date | None = None) -> str | None:
    """The mark of the page that this guest would get now; None for whoever would not get it.

    A mark is issued for a session together with its own user only, so that naming another user
    beside one's own session makes a mark that no page carries.
    """
    today = today or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(STATE, {"session": session, "user": user, "reference": reference, "today": today})
        rows = cursor.fetchall()
    if len(rows) != 1:
        return None
    told = repr((build(), today, session, rows[0]))
    return f'"{user.hex}-{hashlib.sha256(told.encode()).hexdigest()[:32]}"'
