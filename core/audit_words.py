"""What an entry of the audit log says, in words: what kind of thing, and what happened to it.

A verb is both, as in "practice.published". Each app adds its own words in its ``audit_words.py``.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.audit import AuditEntry

KINDS: dict[str, Any] = {
    "backup": _("Backup"),
    "notice": _("Message"),
    "picture": _("Picture"),
}
HAPPENINGS: dict[str, Any] = {
    "added": _("added"),
    "deleted": _("deleted"),
    "edited": _("changed"),
    "made": _("made"),
    "published": _("published"),
    "read": _("read"),
    "removed": _("removed"),
    "restored": _("restored"),
    "sent": _("sent"),
    "sent_again": _("sent again"),
    "withdrawn": _("withdrawn"),
}


def add_words(*, kinds: dict[str, Any], happenings: dict[str, Any]) -> None:
    """The words for the first and for the second halves of an app's verbs."""
    KINDS.update(kinds)
    HAPPENINGS.update(happenings)


def sentence_of(entry: AuditEntry) -> str:
    """ "Practice: published". A word of a time before this list stands as it was stored."""
    kind, _dot, happening = entry.verb.partition(".")
    return f"{KINDS.get(kind, kind)}: {HAPPENINGS.get(happening, happening.replace('_', ' '))}"
