"""One visit of two weeks with three groups, made through the actions as people would make it."""

import datetime
from random import Random

from django.utils import timezone

from accounts.models import Invitation, User
from bench.growth import Sizes
from bench.growth.visits import Places
from core.translated import text
from practices.models import Offer
from visits.booking import actions as booking
from visits.booking.models import Aim, Visit
from visits.delegation import actions as delegation
from visits.delegation.models import Group
from visits.programme import actions as programme
from visits.programme.models import Session
from visits.release import summary
from visits.release.actions import publish_release

DAYS = 14
GROUPS = 3
AIMS = 8
HOURS = [9, 10, 11, 13, 14, 15, 16]
A_DAY = len(HOURS) * GROUPS  # sessions
LUNCH = 12
SATURDAY = 5


def fill(sizes: Sizes, random: Random, model: Visit) -> Visit:
    """In the same weeks as ``model``, whose delegate is a guest here too."""
    coordinator = User.objects.get(email="coordinator@example.org")
    with summary.written_at_the_end():
        visit = booking.record_visit(
            city=model.city, title=text("The large visit", cs="Velká návštěva"), by=coordinator,
            starts_on=model.starts_on, ends_on=model.starts_on + datetime.timedelta(days=DAYS - 1),
        )  # fmt: skip
        visit = booking.move_visit(visit=visit, to=Visit.Status.PLANNING, by=coordinator)
        groups, aims = _groups_and_aims(visit, model, coordinator)
        _people(visit, sizes.people_of_the_large_visit, groups, coordinator)
        _sessions(visit, sizes.sessions_of_the_large_visit, Places(random), groups, aims, coordinator)
        _publish_twice(visit, coordinator)
    return visit


def _groups_and_aims(visit: Visit, model: Visit, by: User) -> tuple[list[Group], list[Aim]]:
    groups = [delegation.add_group(visit=visit, name=text(f"Group {n + 1}"), by=by) for n in range(GROUPS)]
    real = list(model.aims.all())
    aims = [
        booking.add_aim(
            visit=visit, words=aim.words, words_language=aim.words_language, short=aim.short, position=place, by=by
        )
        for place, aim in enumerate(real[place % len(real)] for place in range(AIMS))
    ]
    return groups, aims


def _people(visit: Visit, count: int, groups: list[Group], by: User) -> None:
    for number in range(count):
        person = delegation.add_person(
            visit=visit, name=f"Delegate {number + 1}", group=groups[number % GROUPS], by=by,
            invitation=None if number else _invitation_of_the_delegate(by),
        )  # fmt: skip
        if number % 6:  # some have not promised yet
            delegation.record_undertaking(
                person=person, version=delegation.UNDERTAKING_VERSION, language="en", by=by,
                received_on=timezone.localdate(),
            )  # fmt: skip


def _invitation_of_the_delegate(by: User) -> Invitation:
    now = timezone.now()
    return Invitation.objects.create(
        user=User.objects.get(email="delegate@example.org"), invited_by=by, sent_count=1, opened_at=now,
        accepted_at=now, expires_at=now + datetime.timedelta(days=21),
    )  # fmt: skip


def _sessions(visit: Visit, count: int, places: Places, groups: list[Group], aims: list[Aim], by: User) -> None:
    """Side by side for each group, which stays at one place until lunch and at another after it."""
    venues, weekdays = {}, [day for day in visit.days if day.weekday() < SATURDAY]
    offers = list(Offer.objects.for_programme().order_by("pk")[:AIMS])
    for number in range(count):
        day, hour = weekdays[number // A_DAY], HOURS[number % A_DAY // GROUPS]
        group, offer = groups[number % GROUPS], offers[number % len(offers)]
        venue = venues.setdefault((day, hour < LUNCH, group), places.venue())
        programme.add_session(
            visit=visit, title=offer.title, about=offer.text, practice=offer.practice, offer=offer, group=group,
            day=day, starts=datetime.time(hour), ends=datetime.time(hour, 45), venue=venue,
            space=venue.spaces.all()[0], hosts=[places.host_at(venue)], aims=[aims[number % AIMS]], by=by,
        )  # fmt: skip


def _publish_twice(visit: Visit, by: User) -> None:
    """And change something after each time, so that the page for publishing has something to tell."""
    session = Session.objects.filter(visit=visit).first()
    for note in ("Bring a coat.", "Bring an umbrella."):
        publish_release(visit=visit, by=by)
        session = programme.edit_session(session=session, guest_note=text(note), by=by)
