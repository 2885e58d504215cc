"""Checks of what guests read: whether it is in their language, and whether a practice has a page for them."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.spoken_languages import language_name
from practices.models import Practice
from visits.delegation.models import Person
from visits.problems.ground import Ground
from visits.problems.problem import Problem, Severity, some_of, these
from visits.problems.time_and_place import change
from visits.programme.models import Session

READ_BY_GUESTS = ("title", "about", "mode", "guest_note", "content_note")


def missing_languages(ground: Ground) -> Iterator[Problem]:
    """Texts that a guest will read in another language than their own."""
    for code, _name in settings.LANGUAGES:
        readers = [person for person in ground.people if person.reads_in == code]
        without = [session for session in ground.in_time if _is_without(session, code)]
        if readers and without:
            yield _not_in(code, readers, without)


def _is_without(session: Session, code: str) -> bool:
    texts = [getattr(session, name) for name in READ_BY_GUESTS]
    return any(text and not text.get(code) for text in texts)


def _not_in(code: str, readers: list[Person], without: list[Session]) -> Problem:
    return Problem(
        kind="language",
        severity=Severity.NOTE,
        sentence=ngettext(
            "%(language)s is still missing: %(sessions)s. %(names)s reads the programme in it.",
            "%(language)s is still missing: %(sessions)s. %(names)s read the programme in it.",
            len(readers),
        )
        % {
            "language": language_name(code),
            "sessions": some_of(session.title for session in without),
            "names": some_of(readers),
        },
        key=f"language:{code}:{these(without)}",
        sessions=tuple(session.pk for session in without),
        mends=tuple(change(session) for session in without[:3]),
    )


def unpublished_practices(ground: Ground) -> Iterator[Problem]:
    """A practice without a public page: guests find no link to read more."""
    shown_in: dict[Practice, list[Session]] = {}
    for session in ground.in_time:
        for practice in session.practices_shown:
            if practice.live_id is None:
                shown_in.setdefault(practice, []).append(session)
    for practice, sessions in shown_in.items():
        yield Problem(
            kind="unpublished",
            severity=Severity.NOTE,
            sentence=_("%(practice)s has no public page, so guests cannot read about it: %(sessions)s.")
            % {"practice": practice.title, "sessions": some_of(session.title for session in sessions)},
            key=f"unpublished:{practice.pk}:{these(sessions)}",
            sessions=tuple(session.pk for session in sessions),
            mends=tuple(change(session) for session in sessions[:3]),
        )


CHECKS = [missing_languages, unpublished_practices]
