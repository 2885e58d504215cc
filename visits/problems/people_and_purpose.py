"""Checks of people and purpose: hosts, promises, interpreting, aims, time to reflect, the guests' turn."""

import datetime
from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import day_in_words
from visits.delegation.models import Person
from visits.problems.ground import Ground, is_observed, overlap
from visits.problems.problem import Mend, Problem, Severity, some_of, these
from visits.problems.time_and_place import change
from visits.programme.clock import day_of
from visits.programme.models import Session

REFLECTION_MINUTES = 20  # the least protected time on each day (requirement RS2-04)
WITHOUT_PAUSE = datetime.timedelta(hours=3)  # the most without a pause (requirement RS2-04)
PAUSES = {Session.Kind.BREAK, Session.Kind.MEAL, Session.Kind.TRAVEL, Session.Kind.FREE, Session.Kind.REFLECTION}
HELD = {Session.Kind.SESSION}
TALKED = {Session.Kind.SESSION, Session.Kind.REFLECTION, Session.Kind.GUESTS_TURN}
LITTLE_ENGLISH = {Person.English.NONE, Person.English.BASIC}


def missing_hosts(ground: Ground) -> Iterator[Problem]:
    for session in ground.sessions:
        if session.kind in HELD and session.led_by == Session.LedBy.HOSTS and not session.hosts.all():
            yield Problem(
                kind="host",
                severity=Severity.ASK,
                sentence=_("Nobody is named who gives %(session)s.") % {"session": session.title},
                key=f"host:{session.pk}",
                sessions=(session.pk,),
                mends=(change(session, _("Choose a host")),),
            )


def hosts_twice(ground: Ground) -> Iterator[Problem]:
    """The same host at two places at once, in this visit or in another."""
    for index, session in enumerate(ground.sessions):
        for other in [*ground.sessions[index + 1 :], *ground.elsewhere]:
            both = {host.pk: host for host in session.hosts.all()}.keys() & {host.pk for host in other.hosts.all()}
            if both and overlap(session, other):
                yield _host_twice(ground, session, other, next(h for h in session.hosts.all() if h.pk in both))


def _host_twice(ground: Ground, session: Session, other: Session, host) -> Problem:
    other_name = str(other.title) if other.visit_id == ground.visit.pk else f"{other.title} ({other.visit})"
    return Problem(
        kind="host",
        severity=Severity.ASK,
        sentence=_("%(host)s is to give %(session)s and %(other)s at the same time.")
        % {"host": host.name, "session": session.title, "other": other_name},
        key=f"host-twice:{session.pk}:{other.pk}:{host.pk}:{session.starts_at.isoformat()}:{other.starts_at.isoformat()}",
        sessions=(session.pk, other.pk),
        mends=(change(session),),
    )


def undertakings(ground: Ground) -> Iterator[Problem]:
    """Whoever watches a session must have promised confidentiality; without that they cannot enter.

    The same people missing at several sessions are one thing to mend, told once.
    """
    observed_without: dict[tuple[Person, ...], list[Session]] = {}
    for session in ground.sessions:
        if not is_observed(session):
            continue
        day = day_of(session.starts_at)
        with_them = [each for each in ground.people if not each.counts_as_guest and each.is_there_on(day)]
        missing = tuple(each for each in [*ground.guests_in(session), *with_them] if not each.undertakings.all())
        if missing:
            observed_without.setdefault(missing, []).append(session)
    for missing, sessions in observed_without.items():
        yield _undertaking_missing(ground, missing, sessions)


def _undertaking_missing(ground: Ground, missing: tuple[Person, ...], sessions: list[Session]) -> Problem:
    return Problem(
        kind="undertaking",
        severity=Severity.STOP,
        sentence=ngettext(
            "%(names)s has not given the undertaking yet and cannot enter %(sessions)s without it.",
            "%(names)s have not given the undertaking yet and cannot enter %(sessions)s without it.",
            len(missing),
        )
        % {
            "names": ", ".join(person.name for person in missing),
            "sessions": ", ".join(str(session.title) for session in sessions),
        },
        key=f"undertaking:{these(missing)}",
        sessions=tuple(session.pk for session in sessions),
        people=tuple(person.pk for person in missing),
        mends=tuple(
            Mend(
                _("Record the undertaking of %(name)s") % {"name": person.name},
                _record_undertaking(ground, person),
                for_coordinators=True,
            )
            for person in missing[:3]
        ),
    )


def _record_undertaking(ground: Ground, person: Person) -> str:
    """The page that records it, which leads back to the programme."""
    reference = ground.visit.reference
    back = urlencode({"next": reverse("visits:programme", args=[reference])})
    return f"{reverse('visits:undertaking', args=[reference, person.pk])}?{back}"


def interpreting(ground: Ground) -> Iterator[Problem]:
    spoken = [Session.Interpreting.CONSECUTIVE, Session.Interpreting.WHISPERED]
    interpreters = [person for person in ground.people if person.part == Person.Part.INTERPRETER]
    for day, sessions in ground.days.items():
        needed = [session for session in sessions if session.interpreting in spoken]
        if needed and not any(person.is_there_on(day) for person in interpreters):
            yield Problem(
                kind="interpreter",
                severity=Severity.ASK,
                sentence=_("No interpreter is here on %(day)s, and %(session)s is to be interpreted.")
                % {"day": day_in_words(day), "session": needed[0].title},
                key=f"interpreter:{day}",
                sessions=tuple(session.pk for session in needed),
                mends=(Mend(_("Look at the people"), reverse("visits:people", args=[ground.visit.reference])),),
            )


def little_english(ground: Ground) -> Iterator[Problem]:
    """Guests with little English and nobody to interpret for them: asked before they sit there in silence."""
    if any(person.part == Person.Part.INTERPRETER for person in ground.people) or not ground.sessions:
        return
    lost = [person for person in ground.guests if person.english in LITTLE_ENGLISH]
    if lost:
        yield Problem(
            kind="interpreter",
            severity=Severity.ASK,
            sentence=_("Nobody interprets for those with little English: %(names)s.")
            % {"names": ", ".join(person.name for person in lost)},
            key=f"little-english:{these(lost)}",
            people=tuple(person.pk for person in lost),
            mends=(_add_interpreter(ground),),
        )


def words_without_interpreting(ground: Ground) -> Iterator[Problem]:
    """An interpreter comes, and still guests with little English are to follow these sessions alone."""
    if not any(person.part == Person.Part.INTERPRETER for person in ground.people):
        return  # asked about as a whole
    lost: dict[Person, list[Session]] = {}
    for session in ground.in_time:
        if session.kind in TALKED and session.interpreting == Session.Interpreting.NONE:
            for person in ground.guests_in(session):
                if person.english in LITTLE_ENGLISH:
                    lost.setdefault(person, []).append(session)
    alone = {session.pk: session for sessions in lost.values() for session in sessions}.values()
    if alone:
        yield Problem(
            kind="interpreter",
            severity=Severity.ASK,
            sentence=ngettext(
                "%(names)s has little English, and nobody is to interpret: %(sessions)s.",
                "%(names)s have little English, and nobody is to interpret: %(sessions)s.",
                len(lost),
            )
            % {"names": some_of(lost), "sessions": some_of(session.title for session in alone)},
            key=f"not-interpreted:{these(lost)}:{these(alone)}",
            sessions=tuple(session.pk for session in alone),
            people=tuple(person.pk for person in lost),
            mends=tuple(change(session) for session in list(alone)[:3]),
        )


def _add_interpreter(ground: Ground) -> Mend:
    url = reverse("visits:person-add", args=[ground.visit.reference])
    return Mend(_("Add an interpreter"), url, for_coordinators=True)


def reflection(ground: Ground) -> Iterator[Problem]:
    for day, sessions in ground.days.items():
        if ground.visit.days and day not in ground.visit.days:
            continue  # a session that strayed is told of itself
        minutes = max((each.minutes for each in sessions if each.kind == Session.Kind.REFLECTION), default=0)
        if minutes < REFLECTION_MINUTES:
            yield Problem(
                kind="reflection",
                severity=Severity.ASK,
                sentence=_("%(day)s has no time to reflect. Twenty minutes keep what was seen from being lost.")
                % {"day": day_in_words(day)},
                key=f"reflection:{day}",
                mends=(_add(ground, Session.Kind.REFLECTION, day, _("Add time to reflect")),),
            )


def pauses(ground: Ground) -> Iterator[Problem]:
    for sessions in ground.days.values():
        yield from _long_stretches(sessions)


def _long_stretches(sessions: list[Session]) -> Iterator[Problem]:
    begins = None
    for session, following in zip(sessions, [*sessions[1:], None], strict=True):
        if session.kind in PAUSES:
            begins = None
            continue
        begins = begins or session
        breathes = following is None or following.kind in PAUSES or following.starts_at > session.ends_at
        if breathes and session.ends_at - begins.starts_at > WITHOUT_PAUSE:
            yield Problem(
                kind="pause",
                severity=Severity.ASK,
                sentence=_("From %(first)s to the end of %(last)s there is no pause for more than three hours.")
                % {"first": begins.title, "last": session.title},
                key=f"pause:{begins.pk}:{session.pk}",
                sessions=(begins.pk, session.pk),
                mends=(change(session),),
            )
        if breathes:
            begins = None


def guests_turn(ground: Ground) -> Iterator[Problem]:
    if ground.sessions and not any(each.kind == Session.Kind.GUESTS_TURN for each in ground.sessions):
        yield Problem(
            kind="guests_turn",
            severity=Severity.ASK,
            sentence=_("The guests have no turn to show their own work. Exchange goes both ways."),
            key="guests_turn",
            mends=(_add(ground, Session.Kind.GUESTS_TURN, ground.visit.ends_on, _("Give the guests a turn")),),
        )


def aims(ground: Ground) -> Iterator[Problem]:
    served = {aim.pk for session in ground.sessions for aim in session.aims.all()}
    for aim in ground.aims:
        if aim.pk not in served:
            yield Problem(
                kind="aim",
                severity=Severity.NOTE,
                sentence=_("No session serves the aim “%(aim)s” yet.") % {"aim": aim.short},
                key=f"aim:{aim.pk}",
                mends=(Mend(_("See the offers"), reverse("visits:programme-offers", args=[ground.visit.reference])),),
            )


def mostly_talk(ground: Ground) -> Iterator[Problem]:
    """People learn by seeing: a programme that is mostly briefings is worth a second look."""
    shown = [each for each in ground.sessions if each.kind == Session.Kind.SESSION and each.offer]
    briefings = [each for each in shown if each.offer.format == "briefing"]
    if len(shown) >= 4 and len(briefings) * 2 > len(shown):
        yield Problem(
            kind="balance",
            severity=Severity.NOTE,
            sentence=_("%(told)s of %(shown)s sessions are briefings. Could one of them be seen rather than told?")
            % {"told": len(briefings), "shown": len(shown)},
            key=f"balance:{len(briefings)}:{len(shown)}",
            mends=(Mend(_("See the offers"), reverse("visits:programme-offers", args=[ground.visit.reference])),),
        )


def _add(ground: Ground, kind: str, day: datetime.date | None, words: str) -> Mend:
    url = reverse("visits:programme-add", args=[ground.visit.reference, kind])
    return Mend(words, f"{url}?day={day.isoformat()}" if day else url)


CHECKS = [
    undertakings,
    missing_hosts,
    hosts_twice,
    interpreting,
    little_english,
    words_without_interpreting,
    reflection,
    pauses,
    guests_turn,
    aims,
    mostly_talk,
]
