"""Search over published entries and terms."""

import pytest

from core.translated import text
from practices import actions, search
from practices.search_words import stem, words_in
from tests import factories


@pytest.fixture
def catalogue(editor, published):
    """Three entries and a term; "circle" stands in the text of one and in the name of another."""
    circle = factories.create_practice(text("Circle time", cs="Kruh"), slug="circle-time", how=text("Talking."))
    court = factories.create_practice(text("Family court", cs="Rodinný soud"), slug="family-court")
    term = factories.create_term(text("Children's centre", cs="dětské centrum"), slug="childrens-centre")
    for entry in (circle, court):
        actions.publish_practice(practice=entry, by=editor)
    actions.publish_term(term=term, by=editor)


def slugs(asked):
    found = search.find(asked)
    return [card["slug"] for card in (*found.practices, *found.terms)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("rodinná konference", ["family-conference"]),
        ("RODINNA KONFERENCE", ["family-conference"]),
        ("rodinné konferenci", ["family-conference"]),  # another case of the same words
        ("konference rodinná", ["family-conference"]),
        ("family", ["family-conference", "family-court"]),
        ("family court", ["family-court"]),
        ("court family kruhu", []),  # all words, not some
        ("fgc", ["family-conference"]),
        ("workshop", ["family-conference"]),
        ("Dětské", ["childrens-centre"]),
        ("detske", ["childrens-centre"]),
        ("childrens", ["childrens-centre"]),
        ("zebra", []),
        ("", []),
        (" ?! ", []),
    ],
)
def test_what_is_found(catalogue, asked, found):
    assert sorted(slugs(asked)) == sorted(found)


def test_a_name_comes_before_a_text(catalogue):
    assert slugs("circle") == ["circle-time", "family-conference"]


def test_the_whole_word_comes_before_its_beginning(catalogue, editor):
    longer = factories.create_practice("Circles of friends", slug="circles")
    actions.publish_practice(practice=longer, by=editor)

    assert slugs("circle")[:2] == ["circle-time", "circles"]


def test_what_is_not_published_is_not_found(db):
    factories.create_practice("Secret draft")
    factories.create_term("Secret term")

    assert slugs("secret") == []


def test_the_page_shows_what_was_found(catalogue, reader):
    page = reader.get("/practices/search/?q=rodinna").content.decode()

    assert "2 answers for “rodinna”" in page
    assert 'href="/practices/family-court/"' in page


def test_a_found_term_leads_into_the_glossary(catalogue, reader):
    page = reader.get("/practices/search/?q=centre").content.decode()

    assert 'href="/practices/glossary/#childrens-centre"' in page


def test_nothing_found_suggests_what_is_spelt_nearly_so(catalogue, reader):
    page = reader.get("/practices/search/?q=conferrence+familly").content.decode()

    assert "Nothing found for “conferrence familly”" in page
    assert 'href="/practices/family-conference/"' in page


def test_nothing_near_leads_to_the_lists(catalogue, reader):
    page = reader.get("/practices/search/?q=xyzzy").content.decode()

    assert "Try fewer words" in page
    assert 'href="/practices/"' in page
    assert 'href="/practices/glossary/"' in page


@pytest.mark.parametrize("asked", ["%25", "_", "'", "\\", "%00", "x" * 5000, "word " * 200])
def test_strange_questions_get_an_answer(catalogue, reader, asked):
    assert reader.get("/practices/search/", {"q": asked}).status_code == 200


def test_percent_and_underscore_are_no_wildcards(catalogue):
    assert slugs("fam%rence") == []
    assert slugs("____") == []


@pytest.mark.parametrize("count", [1, 3])
def test_search_takes_four_queries(editor, reader, django_assert_num_queries, count):
    for number in range(count):
        actions.publish_practice(practice=factories.create_practice(f"Entry {number}"), by=editor)
        actions.publish_term(term=factories.create_term(f"Entry {number}"), by=editor)

    with django_assert_num_queries(4):
        reader.get("/practices/search/?q=entry")


@pytest.mark.parametrize(
    ("wording", "words"),
    [
        ("Dětské centrum", ["detske", "centrum"]),
        ("Children's", ["children", "s"]),
        ("600-plus; £755", ["600", "plus", "755"]),
        ("ŘEŠENÍ", ["reseni"]),
    ],
)
def test_words_lose_accents_and_capitals(wording, words):
    assert words_in(wording) == words


@pytest.mark.parametrize(
    ("word", "short"), [("soud", "soud"), ("soudy", "soud"), ("rodinna", "rodin"), ("konference", "konferen")]
)
def test_long_words_lose_their_ending(word, short):
    assert stem(word) == short
