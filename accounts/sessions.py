"""A signed-in session: how long it lasts, and whether it is complete.

Staff sign in for a working day at most and are signed out when they have been away. Guests stay
signed in until their visit lies two weeks behind them, so that the itinerary is at hand.
"""

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts import guests
from accounts.models import User

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
ONE_CLICK = "demonstration_sign_in"
ASKS_FOR_THE_VISIT_EVERY = 12 * 3600  # seconds; until when a guest may stay is asked anew no more often than this
LOOKS_EVERY = 60  # seconds; the moment of the last page is written no more often than this
COMPLETE_METHODS = {"mfa", "socialaccount"}  # the council's own sign-in asks for its own second factor


def begin(request: HttpRequest, user: User) -> None:
    """Set the clocks of a session that has just been signed in."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = int(time.time())
    if user.is_council_staff:
        request.session.set_expiry(settings.STAFF_SESSION_HOURS * 3600)
    else:
        request.session.set_expiry(guests.stays_until(user))


def is_over(request: HttpRequest) -> bool:
    """Whether a staff session has lasted its time or been left alone; a guest's ends by its own date."""
    if not request.user.is_council_staff:
        return False
    now = time.time()
    lasted = now - request.session.get(SIGNED_IN_AT, 0)
    away = now - request.session.get(SEEN_AT, 0)
    return lasted > settings.STAFF_SESSION_HOURS * 3600 or away > settings.STAFF_IDLE_MINUTES * 60


def note_presence(request: HttpRequest) -> None:
    """A guest's session follows the visit, whose days may have moved since they signed in."""
    away = time.time() - request.session.get(SEEN_AT, 0)
    if request.user.is_council_staff and away > LOOKS_EVERY:
        request.session[SEEN_AT] = int(time.time())
    elif not request.user.is_council_staff and away > ASKS_FOR_THE_VISIT_EVERY:
        request.session[SEEN_AT] = int(time.time())
        ends = guests.two_weeks_past_the_visit(request.user)
        if ends and ends > timezone.now():
            request.session.set_expiry(ends)


def is_complete(request: HttpRequest) -> bool:
    """Whether a staff session has shown a second factor, or came by a method that needs none of ours."""
    if settings.DEMONSTRATION and request.session.get(ONE_CLICK):
        return True
    return any(record["method"] in COMPLETE_METHODS for record in get_authentication_records(request, request.user))
