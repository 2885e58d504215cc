"""The publication status of an entry or a term, for editors: what is public, what is not, what waits for a reader."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, ngettext

from core.published import as_stored, digest
from partners.spoken_languages import language_name
from practices import editions
from practices.models import Practice, Term
from practices.search_words import texts_in


@dataclass(frozen=True)
class PublicationStatus:
    row: Any
    document: dict
    live_digest: str | None  # of what readers see, in the format of ``document``

    @property
    def number(self) -> int | None:
        """The number that readers see; None while nothing is public."""
        return self.row.live.number if self.row.live else None

    @property
    def has_changes(self) -> bool:
        """Whether publishing now would change anything for readers."""
        return self.live_digest != digest(as_stored(self.document))

    @property
    def tags(self) -> list[dict[str, str]]:
        if self.number is None:
            return [{"label": gettext("not published"), "tone": "plain"}]
        live = {"label": gettext("number %(number)s is public") % {"number": self.number}, "tone": "good"}
        return [live, {"label": gettext("changes not published"), "tone": "ask"}] if self.has_changes else [live]

    @property
    def waiting(self) -> list[str]:
        """For each language of the portal, how many texts wait for a native reader."""
        return in_languages(editions.awaiting_review(self.document))

    @property
    def missing(self) -> list[str]:
        """For each language, how many texts it does not have."""
        return in_languages(Counter(code for words in texts_in(self.document) for code in words.missing_languages()))


def in_languages(counts: Counter[str]) -> list[str]:
    return [
        ngettext("%(language)s: %(count)s text", "%(language)s: %(count)s texts", counts[code])
        % {"language": language_name(code), "count": counts[code]}
        for code, _name in settings.LANGUAGES
        if counts[code]
    ]


def of_practice(practice: Practice) -> PublicationStatus:
    """``practice`` as QuerySet.for_list() gives it."""
    return PublicationStatus(practice, editions.write(practice), editions.live_digest(practice))


def of_term(term: Term) -> PublicationStatus:
    return PublicationStatus(term, editions.write_term(term), term.live and term.live.digest)
