"""Checks of time and place: days, overlaps, travel, rooms, opening hours."""

import datetime
import itertools
from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import day_in_words
from partners.models import Venue
from partners.opening_hours import is_open
from partners.travel import route_between
from visits.problems.ground import Ground, overlap, share_guests
from visits.problems.problem import Mend, Problem, Severity
from visits.programme.clock import day_of, on_the_clock
from visits.programme.models import Session

NEEDS_PLACE = {Session.Kind.SESSION, Session.Kind.MEAL, Session.Kind.REFLECTION, Session.Kind.GUESTS_TURN}


def change(session: Session, words: str | None = None) -> Mend:
    url = reverse("visits:programme-edit", args=[session.visit.reference, session.pk])
    return Mend(words or _("Change %(session)s") % {"session": session.title}, url)


def begin_at(session: Session, starts_at: datetime.datetime) -> Mend:
    """A link that opens the form for moving a session, with the better time filled in."""
    clock = on_the_clock(starts_at)
    url = reverse("visits:programme-move", args=[session.visit.reference, session.pk])
    query = f"?day={day_of(starts_at).isoformat()}&starts={clock}"
    return Mend(_("Begin at %(time)s") % {"time": clock}, url + query)


def outside_the_days(ground: Ground) -> Iterator[Problem]:
    days = ground.visit.days
    for session in ground.sessions:
        if days and day_of(session.starts_at) not in days:
            yield Problem(
                kind="outside",
                severity=Severity.ASK,
                sentence=_("%(session)s is on %(day)s, but the visit lasts from %(first)s to %(last)s.")
                % {
                    "session": session.title,
                    "day": day_in_words(day_of(session.starts_at)),
                    "first": day_in_words(days[0]),
                    "last": day_in_words(days[-1]),
                },
                key=f"outside:{session.pk}:{day_of(session.starts_at)}:{days[0]}:{days[-1]}",
                sessions=(session.pk,),
                mends=(change(session), _change_the_days(ground)),
            )


def _change_the_days(ground: Ground) -> Mend:
    url = reverse("visits:edit", args=[ground.visit.reference])
    return Mend(_("Change the days of the visit"), url, for_coordinators=True)


def overlaps(ground: Ground) -> Iterator[Problem]:
    for index, one in enumerate(ground.in_time):
        following = ground.in_time[index + 1 :]
        for other in itertools.takewhile(lambda each, end=one.ends_at: each.starts_at < end, following):
            if overlap(one, other) and share_guests(one, other):
                yield Problem(
                    kind="overlap",
                    severity=Severity.ASK,
                    sentence=_("%(one)s lasts until %(end)s, and %(other)s begins at %(start)s for the same guests.")
                    % {
                        "one": one.title,
                        "end": on_the_clock(one.ends_at),
                        "other": other.title,
                        "start": on_the_clock(other.starts_at),
                    },
                    key=f"overlap:{one.pk}:{other.pk}:{one.ends_at.isoformat()}:{other.starts_at.isoformat()}",
                    sessions=(one.pk, other.pk),
                    mends=(begin_at(other, _earliest(ground, one, other)), change(one)),
                )


def _earliest(ground: Ground, last: Session, following: Session) -> datetime.datetime:
    """When the following one can begin: after the last, and after the travel to it where that is known."""
    here, there = last.ends_at_venue, following.venue
    route = route_between(ground.ways, here, there) if here and there and here != there else None
    return last.ends_at + datetime.timedelta(minutes=route.plan if route else 0)


def travel(ground: Ground) -> Iterator[Problem]:
    """Whether there is time to get from each place to the next, and whether planned travel is long enough."""
    for sessions in ground.days.values():
        for group in {session.group_id for session in sessions} or {None}:
            own = [each for each in sessions if each.group_id in {None, group}]
            yield from _travel_of(ground, own)


def _travel_of(ground: Ground, sessions: list[Session]) -> Iterator[Problem]:
    last = None  # the last entry that says where the guests are
    for session in sessions:
        if session.to_venue_id and session.venue_id:
            yield from _travel_too_short(ground, session)
        if session.venue_id:
            if last and last.ends_at_venue.pk != session.venue_id:
                yield from _gap_too_short(ground, last, session)
            last = session


def _travel_too_short(ground: Ground, session: Session) -> Iterator[Problem]:
    route = route_between(ground.ways, session.venue_id, session.to_venue_id)
    if route and session.minutes < route.plan:
        yield Problem(
            kind="travel",
            severity=Severity.ASK,
            sentence=_("The way from %(from)s to %(to)s takes %(need)s minutes to plan; %(session)s has %(have)s.")
            % {
                "from": session.venue,
                "to": session.to_venue,
                "need": route.plan,
                "session": session.title,
                "have": session.minutes,
            },
            key=f"travel:{session.pk}:{session.minutes}:{route.plan}",
            sessions=(session.pk,),
            mends=(change(session),),
        )


def _add_travel_time(ground: Ground, here: Venue, there: Venue) -> Mend:
    """The form for this travel time, which leads back to the programme."""
    query = {"to": there.slug, "next": reverse("visits:programme", args=[ground.visit.reference])}
    url = f"{reverse('partners:travel-time-add', args=[here.slug])}?{urlencode(query)}"
    return Mend(_("Add the travel time"), url, for_coordinators=True)


def _gap_too_short(ground: Ground, last: Session, session: Session) -> Iterator[Problem]:
    if overlap(last, session):
        return  # told as being at the same time
    here, there = last.ends_at_venue, session.venue
    gap = int((session.starts_at - last.ends_at).total_seconds() // 60)
    route = route_between(ground.ways, here, there)
    names = {"last": last.title, "here": here, "next": session.title, "there": there, "gap": gap}
    names |= {"end": on_the_clock(last.ends_at), "start": on_the_clock(session.starts_at)}
    if route is None:
        yield _unknown_travel_time(ground, last, session, names)
    elif gap < route.plan:
        yield Problem(
            kind="travel",
            severity=Severity.ASK,
            sentence=_(
                "%(last)s ends at %(end)s at %(here)s; the way to %(there)s needs %(need)s minutes, "
                "and %(next)s begins at %(start)s."
            )
            % {**names, "need": route.plan},
            key=f"gap:{last.pk}:{session.pk}:{gap}:{route.plan}",
            sessions=(last.pk, session.pk),
            mends=(begin_at(session, _earliest(ground, last, session)),),
        )


def _unknown_travel_time(ground: Ground, last: Session, session: Session, names: dict) -> Problem:
    """A note while there is some time for it; no time at all is never enough between two places."""
    here, there = last.ends_at_venue, session.venue
    if names["gap"] > 0:
        sentence = _("We do not know how long the way from %(here)s to %(there)s takes, before %(next)s.")
        severity, key = Severity.NOTE, f"way:{here.pk}:{there.pk}"
    else:
        sentence = _(
            "%(last)s ends at %(end)s at %(here)s, and %(next)s begins at %(start)s at %(there)s: no time for the way."
        )
        severity, key = Severity.ASK, f"no-time:{last.pk}:{session.pk}:{here.pk}:{there.pk}"
    return Problem(
        kind="travel",
        severity=severity,
        sentence=sentence % names,
        key=key,
        sessions=(session.pk,),
        mends=(_add_travel_time(ground, here, there), change(session)),
    )


def capacity(ground: Ground) -> Iterator[Problem]:
    for session in ground.sessions:
        most = session.capacity
        count = len(ground.guests_in(session))
        if most is None:
            continue
        facts = {"session": session.title, "most": most, "count": count}
        if count > most:
            yield Problem(
                kind="capacity",
                severity=Severity.ASK,
                sentence=ngettext(
                    "%(session)s takes %(most)s guest, and %(count)s are to come.",
                    "%(session)s takes %(most)s guests, and %(count)s are to come.",
                    most,
                )
                % facts,
                key=f"capacity:{session.pk}:{count}:{most}",
                sessions=(session.pk,),
                mends=(change(session),),
            )
        elif count == most:
            yield Problem(
                kind="full",
                severity=Severity.NOTE,
                sentence=_("%(session)s is full: %(count)s of %(most)s. One more guest would not fit.") % facts,
                key=f"full:{session.pk}:{count}",
                sessions=(session.pk,),
            )


def rooms(ground: Ground) -> Iterator[Problem]:
    """Whether everybody who comes fits the room: guests, those who come with them, and hosts."""
    for session in ground.sessions:
        if not session.space_id:
            continue
        day = day_of(session.starts_at)
        with_them = [each for each in ground.people if not each.counts_as_guest and each.is_there_on(day)]
        count = len(ground.guests_in(session)) + len(with_them) + len(session.hosts.all())
        if count > session.space.capacity:
            yield Problem(
                kind="room",
                severity=Severity.ASK,
                sentence=ngettext(
                    "%(room)s at %(venue)s holds %(most)s person; "
                    "with hosts and interpreter %(count)s come to %(session)s.",
                    "%(room)s at %(venue)s holds %(most)s people; "
                    "with hosts and interpreter %(count)s come to %(session)s.",
                    session.space.capacity,
                )
                % {
                    "room": session.space,
                    "venue": session.venue,
                    "most": session.space.capacity,
                    "count": count,
                    "session": session.title,
                },
                key=f"room:{session.pk}:{count}:{session.space.capacity}",
                sessions=(session.pk,),
                mends=(change(session, _("Choose another room")),),
            )


def opening_hours(ground: Ground) -> Iterator[Problem]:
    for session in ground.sessions:
        hours = list(session.venue.opening_hours.all()) if session.venue_id else []
        if session.kind == Session.Kind.TRAVEL or not hours:
            continue
        if not is_open(hours, session.starts_at, session.ends_at):
            yield Problem(
                kind="closed",
                severity=Severity.ASK,
                sentence=_("%(venue)s is not open for the whole of %(session)s (%(start)s to %(end)s).")
                % {
                    "venue": session.venue,
                    "session": session.title,
                    "start": on_the_clock(session.starts_at),
                    "end": on_the_clock(session.ends_at),
                },
                key=f"closed:{session.pk}:{session.venue_id}:{session.starts_at.isoformat()}",
                sessions=(session.pk,),
                mends=(change(session),),
            )


def missing_places(ground: Ground) -> Iterator[Problem]:
    for session in ground.sessions:
        if session.kind in NEEDS_PLACE and not session.venue_id:
            yield Problem(
                kind="venue",
                severity=Severity.ASK,
                sentence=_("%(session)s has no venue yet.") % {"session": session.title},
                key=f"venue:{session.pk}",
                sessions=(session.pk,),
                mends=(change(session, _("Choose a venue")),),
            )


CHECKS = [outside_the_days, overlaps, travel, capacity, rooms, opening_hours, missing_places]
