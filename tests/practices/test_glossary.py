"""The glossary as readers see it."""

import re

import pytest

from practices import actions
from tests import factories


def publish_term(editor, english, czech="", **fields):
    words = {"en": english, **({"cs": czech} if czech else {})}
    term = factories.create_term(words, **fields)
    actions.publish_term(term=term, by=editor)
    return term


def listed(answer):
    return [(letter, [str(term.name) for term in terms]) for letter, terms in answer.context["letters"]]


def test_terms_stand_under_the_letters_of_the_readers_alphabet(editor, reader):
    publish_term(editor, "Care", "chráněná péče")
    publish_term(editor, "Court", "cesta k soudu")
    publish_term(editor, "Access", "členství")
    publish_term(editor, "Élan", "éra")

    assert listed(reader.get("/practices/glossary/")) == [("A", ["Access"]), ("C", ["Care", "Court"]), ("E", ["Élan"])]
    assert listed(reader.get("/cs/practices/glossary/")) == [
        ("C", ["cesta k soudu"]),
        ("Č", ["členství"]),
        ("E", ["éra"]),
        ("Ch", ["chráněná péče"]),
    ]


def test_the_english_term_stands_beside_the_local_one(editor, reader):
    publish_term(editor, "Court", "soud", slug="court")

    page = reader.get("/cs/practices/glossary/").content.decode()

    entry = re.search(r'<div class="term" id="court">.*?</div>', page, re.S).group()
    assert entry.index("soud") < entry.index("Court")
    assert '<span class="term__beside" lang="en">Court</span>' in entry


def test_where_there_is_no_such_thing_the_english_term_comes_first(editor, reader):
    publish_term(editor, "Corporate parent", "veřejný rodič", equivalence={"cs": "none"})

    [(letter, names)] = listed(reader.get("/cs/practices/glossary/"))

    assert (letter, names) == ("C", ["Corporate parent"])
    page = reader.get("/cs/practices/glossary/").content.decode()
    assert '<span class="term__beside" lang="cs">veřejný rodič</span>' in page


@pytest.mark.parametrize(
    ("equivalence", "expected"),
    [
        ("exact", "In your country there is the same thing."),
        ("near", "In your country there is something similar, not the same."),
        ("none", "There is no such thing in your country; the English term is the safe one to use."),
    ],
)
def test_equivalence_is_said_in_words(editor, equivalence, expected):
    from django.utils import translation

    from practices import catalogue_pages

    term = publish_term(editor, "Court", "soud", equivalence={"cs": equivalence})
    with translation.override("cs"):
        entry = catalogue_pages.entry(term.editions.get().body)
    with translation.override("en"):
        assert str(entry.equivalence) == expected


def test_other_languages_stand_beside_with_how_near_they_come(editor, reader):
    words = {"en": "Court", "cs": "soud", "de": "Gericht"}
    term = factories.create_term(words, equivalence={"cs": "near", "de": "none"})
    actions.publish_term(term=term, by=editor)

    page = reader.get("/practices/glossary/").content.decode()

    assert '<span lang="de">Gericht</span> <span class="muted">(no such thing there)</span>' in page
    assert '<span lang="cs">soud</span> <span class="muted">(similar, not the same)</span>' in page


def test_the_area_narrows_the_list_down(editor, reader):
    publish_term(editor, "Court", area="court")
    publish_term(editor, "Council", area="council")

    assert listed(reader.get("/practices/glossary/?area=court")) == [("C", ["Court"])]
    assert listed(reader.get("/practices/glossary/?q=council")) == [("C", ["Council"])]
    assert "No term fits" in reader.get("/practices/glossary/?area=court&q=council").content.decode()


def test_every_term_has_an_anchor(editor, reader):
    publish_term(editor, "Court", slug="court")

    assert 'id="court"' in reader.get("/practices/glossary/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_glossary_takes_two_queries(editor, reader, django_assert_num_queries, count):
    for number in range(count):
        publish_term(editor, f"Term {number}")

    with django_assert_num_queries(2):
        reader.get("/practices/glossary/")
