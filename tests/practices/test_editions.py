"""What a published document holds."""

import json

import pytest

from core.pictures import Picture
from core.translated import text
from practices import actions, editions
from practices.models import Practice
from tests import factories


def create_picture(**fields):
    values = {"name": "demo", "width": 800, "height": 600, "alt": text("A picture")}
    return Picture.objects.create(**{**values, **fields})


def document_of(practice):
    return editions.write(Practice.objects.with_parts().get(pk=practice.pk))


def test_the_document_holds_the_whole_entry(practice, source):
    offer, closed = practice.offers.all()
    host = factories.create_contact("Jane Host")
    venue = factories.create_venue("Demo House")
    offer.hosts.set([host])
    offer.venue = venue
    offer.save()
    other = factories.create_practice("Other", slug="other")
    practice.related.set([other])

    document = document_of(practice)

    citation = {
        "code": "S01",
        "title": "Demo report",
        "publisher": "Demo press",
        "url": "https://example.org/report",
        "published": "2024-05-06",
    }
    parts = {part.kind: part for part in practice.parts.all()}
    rule, claim, reading = practice.rules.get(), practice.evidence.first(), practice.readings.get()

    def part(kind, when=""):
        return [
            {
                "id": str(parts[kind].pk),
                "when": when,
                "label": {"en": f"Label of a {kind}"},
                "text": {"en": f"Text of a {kind}"},
            }
        ]

    assert document == {
        "id": str(practice.pk),
        "slug": "family-conference",
        "kind": "model",
        "title": {"en": "Family conference", "cs": "Rodinná konference"},
        "aliases": ["FGC"],
        "how": {"en": "People sit in a circle.", "cs": "Lidé sedí v kruhu."},
        "question": {"en": "Whom would a child invite?", "cs": "Koho by pozvalo dítě?"},
        "summary": {"en": "A meeting of a family.", "cs": "Setkání rodiny.", "needs_review": ["cs"]},
        "picture": None,
        "ideas": part("idea"),
        "steps": part("step"),
        "questions": part("question"),
        "milestones": part("milestone", "2015"),
        "offers": [
            {
                "id": str(offer.pk),
                "title": {"en": "Open workshop"},
                "text": {"en": "What you would see."},
                "format": "briefing",
                "minutes": 80,
                "group_max": 14,
                "observation": "simulated",
                "venue": {"id": str(venue.pk), "name": {"en": "Demo House"}},
                "hosts": [{"contact": str(host.pk)}],
            },
            {
                "id": str(closed.pk),
                "title": {"en": "Private hour"},
                "text": {"en": "What you would see."},
                "format": "briefing",
                "minutes": 60,
                "group_max": 12,
                "observation": "never",
                "venue": None,
                "hosts": [],
            },
        ],
        "rules": [
            {
                "id": str(rule.pk),
                "text": {"en": "No photographs."},
                "reason": {"en": "People speak freely."},
                "contact_role": {"en": "Host"},
            }
        ],
        "evidence": [
            {
                "id": str(claim.pk),
                "text": {"en": "It helps."},
                "caveat": {"en": "Not proof."},
                "sources": [citation],
            }
        ],
        "readings": [
            {
                "id": str(reading.pk),
                "title": "A guide",
                "publisher": "Demo press",
                "language": "en",
                "source": citation,
            }
        ],
        "related": [{"practice": str(other.pk)}],
    }


def test_hosts_stand_in_the_document_by_reference_only(practice):
    practice.offers.first().hosts.set([factories.create_contact("Jane Host", email="jane@example.org")])

    spelt = json.dumps(document_of(practice))

    assert "Jane" not in spelt
    assert "jane@example.org" not in spelt


def test_a_sourced_claim_whose_sources_are_gone_is_left_out(practice, source):
    practice.readings.all().delete()
    source.delete()

    assert document_of(practice)["evidence"] == []


def test_a_picture_only_for_staff_is_left_out(practice):
    practice.picture = create_picture(audience="staff")
    practice.save()

    assert document_of(practice)["picture"] is None


def test_a_public_picture_stands_with_its_words(practice):
    picture = create_picture(audience="public", shows_people=False, alt=text("A door"), credit="Demo")
    practice.picture = picture
    practice.save()

    shown = document_of(practice)["picture"]

    assert shown == {
        "id": str(picture.pk),
        "alt": {"en": "A door"},
        "credit": "Demo",
        "width": picture.width,
        "height": picture.height,
    }


def test_parts_stand_in_the_order_that_editors_gave_them(practice, editor):
    idea = practice.parts.get(kind="idea")
    second = actions.add_part(practice=practice, part="ideas", by=editor, text=text("Second"))
    actions.move_part(row=second, up=True, by=editor)

    assert [part["id"] for part in document_of(practice)["ideas"]] == [str(second.pk), str(idea.pk)]


def test_the_same_rows_give_the_same_document_whatever_the_order_of_languages(practice):
    before = document_of(practice)
    practice.title = text("", cs="Rodinná konference") | {"en": "Family conference"}
    practice.save()

    assert json.dumps(document_of(practice)) == json.dumps(before)


@pytest.mark.parametrize("count", [1, 3])
def test_writing_takes_the_same_number_of_queries_however_many_parts_there_are(
    practice, source, count, django_assert_num_queries
):
    for _each in range(count):
        factories.create_claim(practice=practice, sources=[source])
        factories.create_offer(practice=practice)

    with django_assert_num_queries(10):
        document_of(practice)


def test_a_term_is_written_with_every_language_that_it_has(db):
    term = factories.create_term(
        term={"en": "Court", "cs": "soud", "de": "Gericht", "needs_review": ["cs", "de"]},
        slug="court", abbreviation="C", area="court", equivalence={"cs": "near"}, confidence={"cs": "high"},
    )  # fmt: skip

    assert editions.write_term(term) == {
        "id": str(term.pk),
        "slug": "court",
        "term": {"en": "Court", "cs": "soud", "de": "Gericht", "needs_review": ["cs", "de"]},
        "abbreviation": "C",
        "area": "court",
        "definition": {"en": "What it means."},
        "equivalence": {"cs": "near"},
        "confidence": {"cs": "high"},
    }


def test_it_is_counted_how_many_texts_wait_for_a_native_reader(practice):
    assert editions.awaiting_review(document_of(practice)) == {"cs": 1}
