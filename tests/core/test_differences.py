import pytest

from core.differences import Label, Row, in_words
from core.names_by_reference import Names

NOBODY = Names({})
LABELS = {
    "title": "Title",
    "offers": "Offers",
    "offers.title": "Title of the offer",
    "offers.minutes": "Minutes",
    "offers.format": Label("Format", {"briefing": "a briefing", "panel": "a panel"}.get),
    "offers.hosts": "Hosts",
    "secret": None,
    "is_open": "Open",
    "venue": "Venue",
    "aliases": "Also called",
}


def told(before, after, names=NOBODY):
    return [(row.name, row.before, row.after, row.kind) for row in in_words(before, after, LABELS, names)]


def test_the_same_document_has_no_rows():
    assert told({"title": {"en": "Plans"}}, {"title": {"en": "Plans"}}) == []


def test_a_text_is_told_in_the_languages_that_changed():
    before = {"title": {"en": "Plans", "cs": "Plány"}}
    after = {"title": {"en": "Plans", "cs": "Návrhy"}}
    assert in_words(before, after, LABELS, NOBODY) == [
        Row("", "Title", "Plány", "Návrhy", "changed", language="cs", language_name="Čeština")
    ]


def test_a_review_mark_that_went_is_told_in_words():
    before = {"title": {"en": "Plans", "cs": "Plány", "needs_review": ["cs"]}}
    after = {"title": {"en": "Plans", "cs": "Plány"}}
    assert told(before, after) == [("Title (Čeština)", "needs a native review", "read by a native speaker", "changed")]


def test_a_first_translation_is_added():
    assert told({"title": {"en": "Plans"}}, {"title": {"en": "Plans", "cs": "Plány"}}) == [
        ("Title (Čeština)", "", "Plány", "added")
    ]


def test_a_field_of_a_part_names_the_part_and_speaks_its_choice():
    before = {"offers": [{"id": "1", "title": {"en": "Clinic"}, "format": "briefing", "minutes": 60}]}
    after = {"offers": [{"id": "1", "title": {"en": "Clinic"}, "format": "panel", "minutes": 90}]}
    assert told(before, after) == [
        ("Clinic: Format", "a briefing", "a panel", "changed"),
        ("Clinic: Minutes", "60", "90", "changed"),
    ]


def test_a_new_part_is_told_field_by_field_without_its_empty_ones():
    after = {"offers": [{"id": "1", "title": {"en": "Clinic"}, "minutes": 60, "format": None}]}
    assert told({"offers": []}, after) == [
        ("Clinic: Title of the offer (English)", "", "Clinic", "added"),
        ("Clinic: Minutes", "", "60", "added"),
    ]


def test_a_part_that_went_is_told_by_its_old_name():
    before = {"offers": [{"id": "1", "title": {"en": "Clinic"}, "minutes": 60}]}
    assert told(before, {"offers": []}) == [
        ("Clinic: Title of the offer (English)", "Clinic", "", "removed"),
        ("Clinic: Minutes", "60", "", "removed"),
    ]


def test_parts_in_another_order_are_told_as_an_order():
    clinic, panel = {"id": "1", "title": {"en": "Clinic"}}, {"id": "2", "title": {"en": "Panel"}}
    assert told({"offers": [clinic, panel]}, {"offers": [panel, clinic]}) == [
        ("Offers: order", "Clinic, Panel", "Panel, Clinic", "moved")
    ]


def test_people_are_named_and_the_erased_are_nobody():
    before = {"offers": [{"id": "1", "title": {"en": "Clinic"}, "hosts": [{"contact": "a"}]}]}
    after = {"offers": [{"id": "1", "title": {"en": "Clinic"}, "hosts": [{"contact": "a"}, {"contact": "b"}]}]}
    assert told(before, after, Names({("contact", "a"): "Alice"})) == [
        ("Clinic: Hosts", "Alice", "Alice, somebody who is no longer here", "changed")
    ]


def test_another_venue_is_one_row_with_both_names():
    before = {"venue": {"id": "1", "name": {"en": "Old Hall"}}}
    after = {"venue": {"id": "2", "name": {"en": "New Hall"}}}
    assert told(before, after) == [("Venue", "Old Hall", "New Hall", "changed")]


def test_a_venue_that_was_missing_is_one_row():
    assert told({"venue": None}, {"venue": {"id": "2", "name": {"en": "New Hall"}}}) == [
        ("Venue", "", "New Hall", "added")
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"is_open": True}, {"is_open": False}, ("Open", "yes", "no", "changed")),
        ({"aliases": ["a"]}, {"aliases": ["a", "b"]}, ("Also called", "a", "a, b", "changed")),
        ({"aliases": ["a"]}, {"aliases": []}, ("Also called", "a", "", "changed")),
        ({"group_max": 12}, {"group_max": 14}, ("group max", "12", "14", "changed")),
    ],
)
def test_plain_values_in_words(before, after, expected):
    assert told(before, after) == [expected]


def test_a_field_without_a_label_of_its_own_choosing_stays_out():
    assert told({"secret": {"a": 1}}, {"secret": {"a": 2}}) == []
