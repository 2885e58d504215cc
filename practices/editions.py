"""The published documents of the catalogue, written from the rows: whole, in every language.

What a reader sees stands in the document itself: a citation with its title and address, the name of
a usual venue. Two things stand there by reference: hosts, because they are people, and related
entries, because what those are called in public is for their own live edition to say; their rows hold
drafts. Of the evidence only what is sourced gets in.

Practices are in format 2. Format 1 had the titles of related entries, as their rows stood; whoever
reads a document takes ``in_todays_format`` of it first.
"""

from collections import Counter
from typing import Any

from core.pictures import Picture
from core.published import digest
from core.translated import REVIEW, as_text, text
from practices.models import Evidence, Offer, Practice, PracticeEdition, PracticePart, Reading, Rule, Source, Term
from practices.parts import PARTS
from practices.search_words import search_words, texts_in

TERM_FORMAT = 1


def write(practice: Practice) -> dict[str, Any]:
    """The entry as a document. Read it ``with_parts`` first, to need no query for each part."""
    return {
        "id": str(practice.pk),
        "slug": practice.slug,
        "kind": practice.kind,
        "title": wording(practice.title),
        "aliases": list(practice.aliases),
        "how": wording(practice.how),
        "question": wording(practice.question),
        "summary": wording(practice.summary),
        "picture": picture(practice.picture),
        **{part.key: [PART_WRITERS[part.model](row) for row in part.rows(practice)] for part in OPEN_PARTS},
        "evidence": [claim(row) for row in PARTS["evidence"].rows(practice) if row.is_published],
        "related": [reference(each.pk) for each in sorted(practice.related.all(), key=lambda each: each.slug)],
    }


def in_todays_format(document: dict[str, Any]) -> dict[str, Any]:
    """A practice's document of any format as it would be written now."""
    return {**document, "related": [reference(key) for key in related_ids(document)]}


def reference(key: Any) -> dict[str, str]:
    return {"practice": str(key)}


def related_ids(document: dict[str, Any]) -> list[str]:
    """The related entries of a document of any format, in its order."""
    return [each["practice"] if "practice" in each else each["id"] for each in document["related"]]


def with_related(document: dict[str, Any], named: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The document with its related entries as ``named`` describes them by id; others are left out."""
    return {**document, "related": [named[key] for key in related_ids(document) if key in named]}


def live_digest(practice: Practice) -> str | None:
    """Of what readers see, in today's format; None where they see nothing."""
    live = practice.live
    if live is None or live.format == PracticeEdition.FORMAT:
        return live and live.digest
    return digest(in_todays_format(getattr(practice, "older_body", None) or live.body))


def wording(value: Any) -> dict[str, Any]:
    """A text in one fixed spelling, so that equal texts give equal documents."""
    text = as_text(value)
    words = {code: text[code] for code in sorted(text.languages())}
    marks = sorted(code for code in text.get(REVIEW, []) if code in words)
    return {**words, REVIEW: marks} if marks else words


def practice_part(row: PracticePart) -> dict[str, Any]:
    return {"id": str(row.pk), "when": row.when, "label": wording(row.label), "text": wording(row.text)}


def offer(row: Offer) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "title": wording(row.title),
        "text": wording(row.text),
        "format": row.format,
        "minutes": row.minutes,
        "group_max": row.group_max,
        "observation": row.observation,
        "venue": {"id": str(row.venue_id), "name": wording(row.venue.name)} if row.venue else None,
        "hosts": [{"contact": key} for key in sorted(str(host.pk) for host in row.hosts.all())],
    }


def rule(row: Rule) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "text": wording(row.text),
        "reason": wording(row.reason),
        "contact_role": wording(row.contact_role),
    }


def claim(row: Evidence) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "text": wording(row.text),
        "caveat": wording(row.caveat),
        "sources": [citation(source) for source in row.sources.all()],
    }


def citation(source: Source) -> dict[str, str]:
    return {
        "code": source.code,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published": source.published,
    }


def reading(row: Reading) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "title": row.title,
        "publisher": row.publisher,
        "language": row.language,
        "source": citation(row.source) if row.source else None,
    }


def picture(row: Picture | None) -> dict[str, Any] | None:
    if row is None or not row.is_public:
        return None
    return {
        "id": str(row.pk),
        "alt": wording(row.alt),
        "credit": row.credit,
        "width": row.width,
        "height": row.height,
    }


PART_WRITERS = {PracticePart: practice_part, Offer: offer, Rule: rule, Reading: reading}
OPEN_PARTS = [part for part in PARTS.values() if part.model in PART_WRITERS]


def write_term(term: Term) -> dict[str, Any]:
    return {
        "id": str(term.pk),
        "slug": term.slug,
        "term": wording(term.term),
        "abbreviation": term.abbreviation,
        "area": term.area,
        "definition": wording(term.definition),
        "equivalence": dict(term.equivalence),
        "confidence": dict(term.confidence),
    }


def words_of_practice(document: dict[str, Any]) -> str:
    return search_words(*(text(alias) for alias in document["aliases"]), document)


def words_of_term(document: dict[str, Any]) -> str:
    return search_words(text(document["abbreviation"]), document["term"], document["definition"])


def awaiting_review(document: dict[str, Any]) -> Counter[str]:
    """How many texts of the document wait for a native speaker, for each language."""
    return Counter(code for words in texts_in(document) for code in words.get(REVIEW, []))


def described_sources(codes: list[str]) -> dict[str, dict[str, str]]:
    """Citations by code, for whoever else publishes a claim with its sources."""
    return {source.code: citation(source) for source in Source.objects.filter(code__in=codes)}
