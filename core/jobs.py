"""What the background worker does by the clock for the machinery that all rooms share."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import kept_forms, pictures, sent_once
from core.outbox import sending
from core.timetable import daily, every


@every(minutes=5, says=_("Gives up messages that a stopped worker left half sent."))
def take_back_messages() -> int:
    return sending.take_back_what_was_left_behind()


@every(minutes=5, says=_("Wipes sign-in codes that are of no use any more."))
def forget_secrets() -> int:
    return sending.forget_secrets()


@every(minutes=30, says=_("Forgets forms that were typed while signed out and that nobody came back for."))
def clear_kept_forms() -> int:
    return kept_forms.clear()


@daily(at="03:05", says=_("Forgets which forms were sent, when nobody will send them again."))
def clear_sent_forms() -> int:
    return sent_once.clear()


@daily(at="03:10", says=_("Clears out sessions that have ended."))
def clear_sessions() -> int:
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


@daily(at="03:20", says=_("Clears out what the cache holds beyond its time."))
def clear_cache() -> int:
    # Django's own clearing begins when the table is full and takes live rows as well.
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [timezone.now()])  # noqa: S608 - a name of ours
        return cursor.rowcount


@daily(at="03:30", says=_("Removes the files of pictures whose upload came to nothing."))
def sweep_pictures() -> int:
    return pictures.sweep()
