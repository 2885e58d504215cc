"""Links that let somebody in: a mail is written with a place for one, and gets it when it is handed over.

So such a link stands in no row, on no page, in no log and in no backup; staff who read the mail see
that there is one. Each app says in its ``links.py`` what can be opened::

    @opens("invitation")
    def invitation(key: str) -> str | None:
        ...the absolute address, or None when what it opens is over
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

PLACE = "\ufffc"  # Unicode's mark for "here stands something that is not text"

Opener = Callable[[str], str | None]
OPENERS: dict[str, Opener] = {}


def opens(kind: str) -> Callable[[Opener], Opener]:
    """Lists a function that makes the address behind a kind of link."""

    def listed(opener: Opener) -> Opener:
        OPENERS[kind] = opener
        return opener

    return listed


def address_of(kind: str, key: str) -> str | None:
    """The absolute address as it is now; None when what it opens is over."""
    return OPENERS[kind](key)


@dataclass(frozen=True)
class Link:
    """What a mail opens: kind and key, from which only the portal can make the address."""

    kind: str
    key: str
    # Stands for the link while the words are made, so that nothing that people typed can be taken for it.
    mark: str = field(default_factory=lambda: secrets.token_hex(16))
