"""Checks of people and purpose: hosts, promises, interpreting, aims, time to reflect, the guests' turn."""

import datetime
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from practices.models import Offer
from visits.delegation.models import Person
from visits.problems.mends import (
    add,
    add_interpreter,
    change,
    look_at_the_people,
    record_undertaking,
    see_the_offers,
)
from visits.problems.problem import Kind, Problem, Severity
from visits.programme.models import Session
from visits.programme.programme import Programme

REFLECTION_MINUTES = 20  # the least protected time on each day (requirement RS2-04)
WITHOUT_PAUSE = datetime.timedelta(hours=3)  # the most without a pause (requirement RS2-04)
PAUSES = {Session.Kind.BREAK, Session.Kind.MEAL, Session.Kind.TRAVEL, Session.Kind.FREE, Session.Kind.REFLECTION}
HELD = {Session.Kind.SESSION}
TALKED = {Session.Kind.SESSION, Session.Kind.REFLECTION, Session.Kind.GUESTS_TURN}
SPOKEN = {Session.Interpreting.CONSECUTIVE, Session.Interpreting.WHISPERED}
LITTLE_ENGLISH = {Person.English.NONE, Person.English.BASIC}


NO_HOST = Kind("host", Severity.ASK, _("Host"), _("Nobody is named who gives %(session)s."))


def missing_hosts(programme: Programme) -> Iterator[Problem]:
    for session in programme.sessions:
        if session.kind in HELD and session.led_by == Session.LedBy.HOSTS and not session.host_list:
            yield NO_HOST(session=session, mends=[change(session, _("Choose a host"))])


HOST_LEFT = Kind(
    "host-left",
    Severity.ASK,
    _("Host"),
    _("%(host)s is to give %(session)s on %(day)s, and is our contact only until %(last)s."),
)


def hosts_who_left(programme: Programme) -> Iterator[Problem]:
    """A host whose time as our contact ends before the day."""
    for session in programme.sessions:
        for host in session.host_list:
            if host.ends_on and host.ends_on < session.day:
                facts = {"host": host, "session": session, "day": session.day, "last": host.ends_on}
                yield HOST_LEFT(**facts, mends=[change(session, _("Choose a host"))])


NO_UNDERTAKING = Kind(
    "undertaking",
    Severity.STOP,
    _("Undertaking"),
    ngettext_lazy(
        "%(names)s has not given the undertaking yet and cannot enter %(sessions)s without it.",
        "%(names)s have not given the undertaking yet and cannot enter %(sessions)s without it.",
        "count",
    ),
)


def undertakings(programme: Programme) -> Iterator[Problem]:
    """Whoever watches a session must have promised confidentiality; without that they cannot enter.

    The same people missing at several sessions are one thing to mend, told once.
    """
    observed_without: dict[tuple[Person, ...], list[Session]] = {}
    for session in programme.sessions:
        if session.offer and session.offer.observation == Offer.Observation.OBSERVED:
            coming = [*programme.guests_in(session), *programme.companions_in(session)]
            missing = tuple(person for person in coming if not person.undertaking_list)
            observed_without.setdefault(missing, []).append(session)
    for missing, sessions in observed_without.items():
        if missing:
            mends = [record_undertaking(programme.visit, person) for person in missing[:3]]
            yield NO_UNDERTAKING(names=missing, sessions=sessions, count=len(missing), mends=mends)


NO_INTERPRETER = Kind(
    "interpreter",
    Severity.ASK,
    _("Interpreter"),
    _("No interpreter is here on %(day)s, and this is to be interpreted: %(sessions)s."),
)


def interpreting(programme: Programme) -> Iterator[Problem]:
    for day, sessions in programme.days.items():
        needed = [session for session in sessions if session.interpreting in SPOKEN]
        if needed and not any(person.is_there_on(day) for person in _interpreters(programme)):
            yield NO_INTERPRETER(day=day, sessions=needed, mends=[look_at_the_people(programme.visit)])


NOBODY_INTERPRETS = Kind(
    "little-english",
    Severity.ASK,
    _("Interpreter"),
    _("Nobody interprets for those with little English: %(names)s."),
)


def little_english(programme: Programme) -> Iterator[Problem]:
    """Guests with little English and nobody to interpret for them: asked before they sit there in silence."""
    lost = [person for person in programme.guests if person.english in LITTLE_ENGLISH]
    if lost and programme.sessions and not _interpreters(programme):
        yield NOBODY_INTERPRETS(names=lost, mends=[add_interpreter(programme.visit)])


NOT_INTERPRETED = Kind(
    "not-interpreted",
    Severity.ASK,
    _("Interpreter"),
    ngettext_lazy(
        "%(names)s has little English, and nobody is to interpret: %(sessions)s.",
        "%(names)s have little English, and nobody is to interpret: %(sessions)s.",
        "count",
    ),
)


def words_without_interpreting(programme: Programme) -> Iterator[Problem]:
    """An interpreter comes, and still guests with little English are to follow these sessions alone."""
    if not _interpreters(programme):
        return  # asked about as a whole
    lost: dict[Person, None] = {}  # in the order of the programme
    alone = []
    for session in programme.in_time:
        if session.kind in TALKED and session.interpreting == Session.Interpreting.NONE:
            there = [person for person in programme.guests_in(session) if person.english in LITTLE_ENGLISH]
            lost |= dict.fromkeys(there)
            alone += [session] if there else []
    if alone:
        mends = [change(session) for session in alone[:3]]
        yield NOT_INTERPRETED(names=list(lost), count=len(lost), sessions=alone, mends=mends)


def _interpreters(programme: Programme) -> list[Person]:
    return [person for person in programme.people if person.part == Person.Part.INTERPRETER]


NO_REFLECTION = Kind(
    "reflection",
    Severity.ASK,
    _("Time to reflect"),
    _("%(day)s has no time to reflect. Twenty minutes keep what was seen from being lost."),
)


def reflection(programme: Programme) -> Iterator[Problem]:
    visit = programme.visit
    for day, sessions in programme.days.items():
        if visit.days and day not in visit.days:
            continue  # a session that strayed is told of itself
        minutes = max((each.minutes for each in sessions if each.kind == Session.Kind.REFLECTION), default=0)
        if minutes < REFLECTION_MINUTES:
            mends = [add(visit, Session.Kind.REFLECTION, day, _("Add time to reflect"))]
            yield NO_REFLECTION(day=day, mends=mends)


NO_PAUSE = Kind(
    "pause",
    Severity.ASK,
    _("Pause"),
    _("From %(first)s to the end of %(last)s there is no pause for %(length)s. Three hours are the most."),
)


def pauses(programme: Programme) -> Iterator[Problem]:
    for sessions in programme.days.values():
        yield from _long_stretches(sessions)


def _long_stretches(sessions: list[Session]) -> Iterator[Problem]:
    begins = None
    for session, following in zip(sessions, [*sessions[1:], None], strict=True):
        if session.kind in PAUSES:
            begins = None
            continue
        begins = begins or session
        breathes = following is None or following.kind in PAUSES or following.starts_at > session.ends_at
        length = session.ends_at - begins.starts_at
        if breathes and length > WITHOUT_PAUSE:
            yield NO_PAUSE(first=begins, last=session, length=length, mends=[change(session)])
        if breathes:
            begins = None


NO_TURN = Kind(
    "guests_turn",
    Severity.ASK,
    _("The guests' turn"),
    _("The guests have no turn to show their own work. Exchange goes both ways."),
)


def guests_turn(programme: Programme) -> Iterator[Problem]:
    visit, kind = programme.visit, Session.Kind.GUESTS_TURN
    if programme.sessions and not any(each.kind == kind for each in programme.sessions):
        yield NO_TURN(mends=[add(visit, kind, visit.ends_on, _("Give the guests a turn"))])


UNSERVED = Kind("aim", Severity.NOTE, _("Aim"), _("No session serves the aim “%(aim)s” yet."))


def aims(programme: Programme) -> Iterator[Problem]:
    for aim, count in programme.aims_served():
        if not count:
            yield UNSERVED(aim=aim, mends=[see_the_offers(programme.visit)])


MOSTLY_TALK = Kind(
    "balance",
    Severity.NOTE,
    _("Seeing and telling"),
    _("%(told)s of %(shown)s sessions are briefings. Could one of them be seen rather than told?"),
)


def mostly_talk(programme: Programme) -> Iterator[Problem]:
    """People learn by seeing: a programme that is mostly briefings is worth a second look."""
    shown = [each for each in programme.sessions if each.kind == Session.Kind.SESSION and each.offer]
    briefings = [each for each in shown if each.offer.format == "briefing"]
    if len(shown) >= 4 and len(briefings) * 2 > len(shown):
        yield MOSTLY_TALK(told=len(briefings), shown=len(shown), mends=[see_the_offers(programme.visit)])


CHECKS = [
    undertakings,
    missing_hosts,
    hosts_who_left,
    interpreting,
    little_english,
    words_without_interpreting,
    reflection,
    pauses,
    guests_turn,
    aims,
    mostly_talk,
]
