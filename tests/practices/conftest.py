"""An entry with one part of each kind, as most of these tests need it."""

import pytest
from django.test import Client

from core.translated import text
from practices import actions
from practices.models import PracticePart, Reading, Rule
from tests import factories


@pytest.fixture
def reader():
    """The browser of somebody who is not signed in, beside any other."""
    return Client()


@pytest.fixture
def desk(as_person, editor):
    """Edith's browser."""
    return as_person(editor)


@pytest.fixture
def source(db):
    return factories.create_source("S01", url="https://example.org/report", published="2024-05-06")


@pytest.fixture
def practice(source):
    """Family conference, in English and Czech, with one part of each kind and a claim that is not verified."""
    entry = factories.create_practice(
        title=text("Family conference", cs="Rodinná konference"),
        slug="family-conference",
        kind="model",
        aliases=["FGC"],
        how=text("People sit in a circle.", cs="Lidé sedí v kruhu."),
        question=text("Whom would a child invite?", cs="Koho by pozvalo dítě?"),
        summary={"en": "A meeting of a family.", "cs": "Setkání rodiny.", "needs_review": ["cs"]},
    )
    for position, kind in enumerate(PracticePart.Kind.values):
        PracticePart.objects.create(
            practice=entry, kind=kind, position=position, label=text(f"Label of a {kind}"),
            text=text(f"Text of a {kind}"), when="2015" if kind == "milestone" else "",
        )  # fmt: skip
    factories.create_offer("Open workshop", practice=entry, minutes=80, group_max=14, observation="simulated")
    factories.create_offer("Private hour", practice=entry, observation="never", position=1)
    Rule.objects.create(
        practice=entry, text=text("No photographs."), reason=text("People speak freely."), contact_role=text("Host")
    )
    factories.create_claim("It helps.", practice=entry, sources=[source], caveat=text("Not proof."))
    factories.create_claim("Nobody has checked this.", practice=entry, position=1)
    Reading.objects.create(practice=entry, title="A guide", publisher="Demo press", source=source)
    return entry


@pytest.fixture
def published(practice, editor):
    """The same entry, live as number 1."""
    actions.publish_practice(practice=practice, by=editor)
    practice.refresh_from_db()
    return practice
