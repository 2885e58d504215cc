"""Writes a message in its reader's language, from a template of plain text."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from core.outbox.links import PLACE, Link

SUBJECT = "Subject:"
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Letter:
    subject: str
    body: str


def write(template: str, context: dict[str, Any], language: str, opens: Link | None = None) -> Letter:
    """The message ``templates/<template>.txt`` in ``language``; its first line is ``Subject: ...``.

    The template also has ``site_url`` and ``help_contact``. Nothing in it is escaped, since a mail
    of plain text is read as it stands. A language that the portal does not speak becomes English.

    With ``opens`` the template also has ``link``, and the body has links.PLACE there. Raises
    ValueError when the body has no place for it, or the subject, which lists show, has one.
    """
    values = {"site_url": settings.SITE_URL, "help_contact": settings.HELP_CONTACT, **context}
    if opens:
        values["link"] = opens.mark
    with translation.override(portal_language(language)):
        # Django escapes for HTML whatever the name of the template.
        written = get_template(f"{template}.txt").template.render(Context(values, autoescape=False))
    first, _, rest = written.strip().partition("\n")
    if not first.startswith(SUBJECT):
        raise ValueError(f"{template}.txt does not begin with a line '{SUBJECT} ...'")
    # Nobody types a place for a link: whatever looks like one came with a name.
    subject, body = one_line(first.removeprefix(SUBJECT)).replace(PLACE, ""), tidy(rest).replace(PLACE, "")
    if opens:
        body = body.replace(opens.mark, PLACE)
        if PLACE not in body or opens.mark in subject:
            raise ValueError(f"{template}.txt has its link in the subject, or nowhere")
    return Letter(subject, body)


def portal_language(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def one_line(words: str) -> str:
    """A subject holds names that people typed: no line break or other control character may reach a header."""
    plain = "".join(each if each.isprintable() else " " for each in words)
    return " ".join(plain.split())[:LONGEST_SUBJECT]


def tidy(words: str) -> str:
    """At most one empty line in a row, no spaces at the ends of lines, one line break at the end."""
    words = re.sub(r"[ \t]+$", "", words.replace("\r\n", "\n"), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", words).strip() + "\n"
