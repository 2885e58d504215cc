"""Published documents of the catalogue as pages show them: choices in words, parts sorted for the eye."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from core.languages import OWN_LETTERS, OWN_PAIRS, in_order, sort_key
from core.translated import Text, as_text
from partners.spoken_languages import language_name
from practices.editions import in_todays_format, related_ids
from practices.models import Offer, Practice, Term
from practices.search_words import texts_in

Document = dict[str, Any]

KIND_ICONS = {
    Practice.Kind.APPROACH: "heart-handshake",
    Practice.Kind.MODEL: "lightbulb",
    Practice.Kind.SERVICE: "hand-helping",
    Practice.Kind.PROGRAMME: "sprout",
    Practice.Kind.PLACE: "map-pin",
    Practice.Kind.ORGANISATION: "building-2",
}
KIND_HEADINGS = {
    Practice.Kind.APPROACH: _("Approaches"),
    Practice.Kind.MODEL: _("Models"),
    Practice.Kind.SERVICE: _("Services"),
    Practice.Kind.PROGRAMME: _("Programmes"),
    Practice.Kind.PLACE: _("Places"),
    Practice.Kind.ORGANISATION: _("Organisations"),
}
KIND_LEADS = {
    Practice.Kind.APPROACH: _("Ways of thinking that run through all the work."),
    Practice.Kind.MODEL: _("Worked-out ways of doing one thing well."),
    Practice.Kind.SERVICE: _("What a family can be offered."),
    Practice.Kind.PROGRAMME: _("What the city has set itself to do."),
    Practice.Kind.PLACE: _("Where families and neighbours come."),
    Practice.Kind.ORGANISATION: _("Who carries the work, and who looks at it from outside."),
}
OBSERVATION = {
    Offer.Observation.BRIEFING: ("speech", _("You are told about it. Nobody is watched.")),
    Offer.Observation.SIMULATED: ("users", _("You try it yourselves, with an invented story.")),
    Offer.Observation.OBSERVED: ("eye", _("You watch real work. Everybody in the room has agreed to it before.")),
    Offer.Observation.NEVER: ("door-closed", _("Never open to visitors.")),
}


# --- a practice ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Section:
    anchor: str
    label: Any


def practice(document: Document, links: dict[str, Document]) -> Document:
    """The document with what its page needs; ``links`` are the related entries that are public, by id."""
    document = in_todays_format(document)
    offers = [offer(each) for each in document["offers"]]
    page = {
        **document,
        "name": str(as_text(document["title"])),
        "kind_name": Practice.Kind(document["kind"]).label,
        "kind_icon": KIND_ICONS[document["kind"]],
        "offers": [each for each in offers if each["observation"] != Offer.Observation.NEVER],
        "closed": [each for each in offers if each["observation"] == Offer.Observation.NEVER],
        "evidence": [claim(each) for each in document["evidence"]],
        "readings": [reading(each) for each in document["readings"]],
        "related": in_order(
            (links[key] for key in related_ids(document) if key in links), by=lambda each: as_text(each["title"])
        ),
        "awaits_review": any(text.awaits_review() for text in texts_in(document)),
    }
    return {**page, "sections": sections(page)}


def sections(page: Document) -> list[Section]:
    """What the page holds, for its list of contents."""
    named = [
        ("what", _("What it is"), True),
        ("steps", _("Step by step"), page["steps"]),
        ("questions", _("The questions it asks"), page["questions"]),
        ("milestones", _("Through the years"), page["milestones"]),
        ("evidence", _("What we know about it"), page["evidence"]),
        ("offers", _("What you could see"), page["offers"]),
        ("closed", _("What stays closed"), page["closed"]),
        ("rules", _("What we ask of visitors"), page["rules"]),
        ("readings", _("Further reading"), page["readings"]),
        ("related", _("Related entries"), page["related"]),
    ]
    return [Section(anchor, label) for anchor, label, is_there in named if is_there]


def offer(document: Document) -> Document:
    icon, words = OBSERVATION[document["observation"]]
    return {
        **document,
        "format_name": Offer.Format(document["format"]).label,
        "length": length(document["minutes"]),
        "observation_icon": icon,
        "observation_words": words,
    }


def length(minutes: int) -> str:
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def claim(document: Document) -> Document:
    return {**document, "sources": [citation(each) for each in document["sources"]]}


def citation(document: Document) -> Document:
    """Dates of sources are known to the day, the month or the year; a reader needs the year."""
    published = document["published"]
    return {**document, "year": published[:4] if published[:4].isdecimal() else published}


def reading(document: Document) -> Document:
    is_other = document["language"] != (get_language() or "").split("-")[0]
    return {**document, "language_name": language_name(document["language"]) if is_other else ""}


def card(document: Document) -> Document:
    """A card that stands among other kinds."""
    return {**document, "kind_name": Practice.Kind(document["kind"]).label}


@dataclass(frozen=True)
class Shelf:
    """The published entries of one kind, for the list."""

    kind: str
    heading: Any
    lead: Any
    icon: str
    cards: list[Document]


def shelves(cards: list[Document]) -> list[Shelf]:
    by_kind = {kind: [card for card in cards if card["kind"] == kind] for kind in Practice.Kind.values}
    return [
        Shelf(
            kind,
            KIND_HEADINGS[kind],
            KIND_LEADS[kind],
            KIND_ICONS[kind],
            in_order(found, by=lambda card: as_text(card["title"])),
        )
        for kind, found in by_kind.items()
        if found
    ]


# --- terms ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Elsewhere:
    """The term in a language that is not the reader's."""

    language: str
    language_name: str
    words: str
    equivalence: Any


@dataclass(frozen=True)
class Entry:
    """A term of the glossary, as one reader sees it."""

    slug: str
    name: Text  # by which it is listed; English where the reader's country has no such thing
    beside: str  # the English term, where the name is another; or a careful translation
    beside_language: str
    abbreviation: str
    area_name: Any
    definition: Text
    equivalence: str
    unsure: bool
    others: list["Elsewhere"]

    @property
    def awaits_review(self) -> bool:
        return self.name.awaits_review() or self.definition.awaits_review()


# In the reader's own language, so that "the other country" is theirs.
EQUIVALENCE = {
    Term.Equivalence.EXACT: _("In your country there is the same thing."),
    Term.Equivalence.NEAR: _("In your country there is something similar, not the same."),
    Term.Equivalence.NONE: _("There is no such thing in your country; the English term is the safe one to use."),
}

EQUIVALENCE_ELSEWHERE = {
    Term.Equivalence.NEAR: _("similar, not the same"),
    Term.Equivalence.NONE: _("no such thing there"),
}


def entry(document: Document) -> Entry:
    language = (get_language() or "en").split("-")[0]
    term = as_text(document["term"])
    equivalence = document["equivalence"].get(language, "")
    english, local = term.in_language("en"), term.get(language, "")
    is_foreign = equivalence == Term.Equivalence.NONE and language != "en"
    beside = (local, language) if is_foreign else (english, "en")
    name = Text({"en": english}) if is_foreign else term
    return Entry(
        slug=document["slug"],
        name=name,
        beside=beside[0] if beside[0] != str(name) else "",
        beside_language=beside[1],
        abbreviation=document["abbreviation"],
        area_name=Term.Area(document["area"]).label,
        definition=as_text(document["definition"]),
        equivalence=EQUIVALENCE.get(equivalence, ""),
        unsure=document["confidence"].get(language) == Term.Confidence.LOW,
        others=[elsewhere(document, code) for code in term.languages() if code not in {language, "en"}],
    )


def elsewhere(document: Document, code: str) -> Elsewhere:
    equivalence = EQUIVALENCE_ELSEWHERE.get(document["equivalence"].get(code), "")
    return Elsewhere(code, language_name(code), document["term"][code], equivalence)


def by_letter(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    """A to Z as the reader's alphabet has it."""
    letters: dict[str, list[Entry]] = {}
    for each in in_order(entries, by=lambda each: each.name):
        letters.setdefault(first_letter(str(each.name)), []).append(each)
    return list(letters.items())


def first_letter(words: str) -> str:
    """The letter under which a reader looks: in Czech Č and Ch are letters of their own, É is an E."""
    language = (get_language() or "en").split("-")[0]
    small = words.casefold()
    if small[:2] in OWN_PAIRS.get(language, {}):
        return small[:2].capitalize()
    if small[:1] in OWN_LETTERS.get(language, {}):
        return small[:1].upper()
    return sort_key(small[:1], language)[0].upper()


def areas() -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in in_order(Term.Area.choices, by=lambda pair: pair[1])]
