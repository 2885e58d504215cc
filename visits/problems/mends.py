"""The steps that would mend a problem, each with the page that does it."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.models import Venue
from visits.booking.models import Visit
from visits.delegation.models import Person
from visits.problems.problem import Mend
from visits.programme.clock import day_of, on_the_clock
from visits.programme.models import Session


def change(session: Session, words: Any = None) -> Mend:
    page = ("visits:programme-edit", session.visit.reference, session.pk)
    return Mend(words or _("Change %(session)s"), page, facts={"session": session})


def begin_at(session: Session, starts_at: datetime.datetime) -> Mend:
    """The form for moving a session, with the better time filled in."""
    page = ("visits:programme-move", session.visit.reference, session.pk)
    query = {"day": day_of(starts_at).isoformat(), "starts": on_the_clock(starts_at)}
    return Mend(_("Begin at %(time)s"), page, query, facts={"time": starts_at})


def add(visit: Visit, kind: str, day: datetime.date | None, words: Any) -> Mend:
    return Mend(words, ("visits:programme-add", visit.reference, kind), {"day": day.isoformat()} if day else {})


def see_the_offers(visit: Visit) -> Mend:
    return Mend(_("See the offers"), ("visits:programme-offers", visit.reference))


def look_at_the_people(visit: Visit) -> Mend:
    return Mend(_("Look at the people"), ("visits:people", visit.reference))


def add_interpreter(visit: Visit) -> Mend:
    return Mend(_("Add an interpreter"), ("visits:person-add", visit.reference), for_coordinators=True)


def change_the_days(visit: Visit) -> Mend:
    return Mend(_("Change the days of the visit"), ("visits:edit", visit.reference), for_coordinators=True)


def add_travel_time(visit: Visit, here: Venue, there: Venue) -> Mend:
    page = ("partners:travel-time-add", here.slug)
    return Mend(_("Add the travel time"), page, {"to": there.slug}, leads_back_to=visit, for_coordinators=True)


def record_undertaking(visit: Visit, person: Person) -> Mend:
    words, page = _("Record the undertaking of %(name)s"), ("visits:undertaking", visit.reference, person.pk)
    return Mend(words, page, facts={"name": person}, leads_back_to=visit, for_coordinators=True)
