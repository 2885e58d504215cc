"""Checks of what guests read: whether it is in their language, and whether a practice has a page for them."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from partners.spoken_languages import language_name
from practices.models import Practice
from visits.problems.mends import change
from visits.problems.problem import Kind, Named, Problem, Severity
from visits.programme.models import Session
from visits.programme.programme import Programme

READ_BY_GUESTS = ("title", "about", "mode", "guest_note", "content_note")

NOT_IN_LANGUAGE = Kind(
    "language",
    Severity.NOTE,
    _("Language"),
    ngettext_lazy(
        "%(language)s is still missing: %(sessions)s. %(names)s reads the programme in it.",
        "%(language)s is still missing: %(sessions)s. %(names)s read the programme in it.",
        "count",
    ),
)


def missing_languages(programme: Programme) -> Iterator[Problem]:
    """Texts that a guest will read in another language than their own."""
    for code, _name in settings.LANGUAGES:
        readers = [person for person in programme.people if person.reads_in == code]
        without = [session for session in programme.in_time if _is_without(session, code)]
        if readers and without:
            facts = {"language": Named(code, language_name(code)), "names": readers, "count": len(readers)}
            yield NOT_IN_LANGUAGE(**facts, sessions=without, mends=[change(session) for session in without[:3]])


def _is_without(session: Session, code: str) -> bool:
    texts = [getattr(session, name) for name in READ_BY_GUESTS]
    return any(text and not text.get(code) for text in texts)


UNPUBLISHED = Kind(
    "unpublished",
    Severity.NOTE,
    _("To read about it"),
    _("%(practice)s has no public page, so guests cannot read about it: %(sessions)s."),
)


def unpublished_practices(programme: Programme) -> Iterator[Problem]:
    """A practice without a public page: guests find no link to read more."""
    shown_in: dict[Practice, list[Session]] = {}
    for session in programme.in_time:
        for practice in session.practices_shown:
            if practice.live_id is None:
                shown_in.setdefault(practice, []).append(session)
    for practice, sessions in shown_in.items():
        yield UNPUBLISHED(practice=practice, sessions=sessions, mends=[change(each) for each in sessions[:3]])


CHECKS = [missing_languages, unpublished_practices]
