"""What accounts ask about guests: until when they belong to a visit, and to what they are invited."""

import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.guests import describes_invitation, tells_last_day
from accounts.models import Invitation, User
from core.dates import days_in_words
from visits.delegation.models import Person


@tells_last_day
def last_day(user: User) -> datetime.date | None:
    return Person.objects.members(user).aggregate(last=Max("visit__ends_on"))["last"]


@describes_invitation
def description(invitation: Invitation) -> str:
    person = Person.objects.here().filter(invitation=invitation).select_related("visit").first()
    if person is None:
        return ""
    visit = person.visit
    if visit.starts_on is None:
        return str(visit.title)
    return _("%(visit)s, %(days)s") % {"visit": visit.title, "days": days_in_words(visit.starts_on, visit.ends_on)}
