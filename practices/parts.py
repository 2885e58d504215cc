"""The repeated parts of an entry: one list of them, used by documents, pages, actions and history alike."""

from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import rules
from core.translated import Text, as_text
from practices.models import Evidence, Offer, Practice, PracticePart, Reading, Rule
from practices.rules import trouble_with_evidence


@dataclass(frozen=True)
class Part:
    """One kind of part. ``key`` names it in addresses and in published documents."""

    key: str
    model: type[models.Model]
    related: str  # practice.<related> holds the rows
    name: Any  # one of them, within a sentence
    heading: Any  # all of them
    fixed: dict[str, str] = field(default_factory=dict)
    rule: rules.Rule | None = None

    def rows(self, practice: Practice) -> list[models.Model]:
        """The rows in order; no query when ``practice`` was read ``with_parts``."""
        found = getattr(practice, self.related).all()
        return [row for row in found if all(getattr(row, name) == value for name, value in self.fixed.items())]


LONGEST_NAME = 120  # characters of a part's name in the history
Kind = PracticePart.Kind
PARTS = {
    part.key: part
    for part in [
        Part("ideas", PracticePart, "parts", _("key idea"), _("Key ideas"), {"kind": Kind.IDEA}),
        Part("steps", PracticePart, "parts", _("step"), _("Steps"), {"kind": Kind.STEP}),
        Part(
            "questions", PracticePart, "parts", _("heading with its question"), _("Headings and their questions"),
            {"kind": Kind.QUESTION},
        ),
        Part("milestones", PracticePart, "parts", _("milestone"), _("Milestones"), {"kind": Kind.MILESTONE}),
        Part("evidence", Evidence, "evidence", _("claim"), _("Evidence"), rule=trouble_with_evidence),
        Part("offers", Offer, "offers", _("offer"), _("What visitors can see")),
        Part("rules", Rule, "rules", _("rule"), _("Rules for observers")),
        Part("readings", Reading, "readings", _("reading"), _("Further reading")),
    ]
}  # fmt: skip


def part_of(row: models.Model) -> Part:
    """Which kind of part a row is."""
    return next(
        part
        for part in PARTS.values()
        if isinstance(row, part.model) and all(getattr(row, name) == value for name, value in part.fixed.items())
    )


def name_of(row: models.Model) -> Text:
    """What a part is called in the history: its title, label or text, shortened."""
    text = as_text(getattr(row, "title", "") or getattr(row, "label", "") or getattr(row, "text", ""))
    return Text({code: shorten(text[code], LONGEST_NAME, placeholder="…") for code in text.languages()})


@dataclass(frozen=True)
class PartRow:
    """One row of a part, as the editors' page of an entry shows it."""

    row: models.Model
    name: Any  # its title or label, if it has one
    text: Any
    facts: list[str]
    is_held_back: bool  # readers never see it as it is

    @classmethod
    def of(cls, row: models.Model) -> "PartRow":
        name = getattr(row, "title", "") or getattr(row, "label", "")
        held_back = isinstance(row, Evidence) and not row.is_published
        return cls(row, name, getattr(row, "text", ""), [str(fact) for fact in facts_of(row) if fact], held_back)


def facts_of(row: models.Model) -> list[Any]:
    """What a row says beside its name and text."""
    codes = getattr(row, "provenance", [])
    origin = gettext("from %(codes)s") % {"codes": ", ".join(codes)} if codes else ""
    return [*FACTS[type(row)](row), origin]


def facts_of_offer(offer: Offer) -> list[Any]:
    return [
        offer.get_format_display(),
        gettext("%(minutes)s min") % {"minutes": offer.minutes},
        gettext("up to %(count)s people") % {"count": offer.group_max},
        offer.get_observation_display(),
        offer.venue and offer.venue.name,
        *(host.name for host in offer.hosts.all()),
    ]


def facts_of_rule(rule: Rule) -> list[Any]:
    why, ask = gettext("Why: %(reason)s"), gettext("Ask: %(role)s")
    return [why % {"reason": rule.reason}, ask % {"role": rule.contact_role}]


def facts_of_evidence(claim: Evidence) -> list[Any]:
    caveat = gettext("Keep in mind: %(caveat)s") % {"caveat": claim.caveat} if claim.caveat else ""
    return [caveat, claim.get_status_display(), *(source.code for source in claim.sources.all())]


def facts_of_reading(reading: Reading) -> list[Any]:
    return [reading.publisher, reading.source and reading.source.code]


FACTS = {
    PracticePart: lambda part: [part.when],
    Offer: facts_of_offer,
    Rule: facts_of_rule,
    Evidence: facts_of_evidence,
    Reading: facts_of_reading,
}
