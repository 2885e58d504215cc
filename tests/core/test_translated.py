"""One text in several languages: what its reader gets, and what a column stores."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.template import Context, Template
from django.utils import translation

from core.translated import Text, TranslatedField, as_text, text
from tests import factories

LUNCH = text("Lunch", cs="Oběd")
ONLY_CZECH = Text({"cs": "Oběd"})


@pytest.mark.parametrize(
    ("words", "language", "shown"),
    [
        (LUNCH, "en", "Lunch"),
        (LUNCH, "cs", "Oběd"),
        (LUNCH, "de", "Lunch"),
        (LUNCH, "en-gb", "Lunch"),
        (ONLY_CZECH, "en", "Oběd"),
        (Text(), "cs", ""),
        (Text({"en": "", "cs": "Oběd"}), "en", "Oběd"),
    ],
)
def test_a_reader_gets_their_language_or_english_or_any(words, language, shown):
    assert words.in_language(language) == shown
    with translation.override(language):
        assert str(words) == shown


def test_a_text_without_words_counts_as_none():
    assert not Text()
    assert not Text({"en": "", "needs_review": ["cs"]})
    assert LUNCH


def test_which_languages_a_text_has_and_lacks():
    marked = Text({"en": "Lunch", "cs": "", "needs_review": ["cs"]})
    assert (marked.languages(), marked.missing_languages()) == (["en"], ["cs"])


def test_a_mark_waits_for_its_own_reader_only():
    marked = Text({"en": "Lunch", "cs": "Oběd", "needs_review": ["cs"]})
    assert (marked.awaits_review("cs"), marked.awaits_review("en"), marked.awaits_review("de")) == (True, False, False)


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, {}), ("", {}), ("Lunch", {"en": "Lunch"}), ({"cs": "Oběd"}, {"cs": "Oběd"}), (LUNCH, LUNCH)],
)
def test_whatever_was_stored_is_read_as_a_text(value, words):
    assert as_text(value) == words
    assert isinstance(as_text(value), Text)


def test_equal_texts_have_equal_hashes():
    assert hash(text("Lunch", cs="Oběd")) == hash(LUNCH)
    assert len({LUNCH, text("Lunch", cs="Oběd"), ONLY_CZECH}) == 2


@pytest.mark.django_db
def test_a_column_keeps_every_language_and_mark():
    words = Text({"en": "Plan", "cs": "Plán", "needs_review": ["cs"]})
    practice = factories.create_practice()
    practice.title = words
    practice.save()
    practice.refresh_from_db()
    assert (practice.title, type(practice.title)) == (words, Text)


@pytest.mark.django_db
def test_a_column_can_be_searched_by_language():
    practice = factories.create_practice()
    practice.title = LUNCH
    practice.save()
    found = type(practice).objects.filter(title__cs="Oběd")
    assert list(found) == [practice]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_typeof(title)::text FROM practices_practice LIMIT 1")
        assert cursor.fetchone() == ("jsonb",)


def test_a_column_that_is_needed_refuses_a_text_without_words():
    with pytest.raises(ValidationError, match="at least one language"):
        TranslatedField().clean(Text({"en": ""}), None)
    assert TranslatedField(blank=True).clean(Text(), None) == {}


def test_a_long_column_says_so_in_its_migration():
    assert TranslatedField(long=True).deconstruct()[3]["long"] is True
    assert "long" not in TranslatedField().deconstruct()[3]


# --- on a page -----------------------------------------------------------------------------------


def on_page(tag: str, value, language: str) -> str:
    with translation.override(language):
        return Template("{% load portal_text %}" + tag).render(Context({"value": value}))


@pytest.mark.parametrize(
    ("value", "language", "page"),
    [
        (LUNCH, "cs", "Oběd"),
        (ONLY_CZECH, "en", '<span lang="cs">Oběd</span>'),
        ({"en": "Lunch"}, "cs", '<span lang="en">Lunch</span>'),
        (text("<b>Lunch</b> & more"), "en", "&lt;b&gt;Lunch&lt;/b&gt; &amp; more"),
        (text("<b>Lunch</b>"), "cs", '<span lang="en">&lt;b&gt;Lunch&lt;/b&gt;</span>'),
    ],
)
def test_a_text_says_its_language_where_it_is_not_the_pages(value, language, page):
    assert on_page("{% in_language value %}", value, language) == page


def test_a_long_text_comes_in_paragraphs_that_cannot_run():
    value = text("One\nline <script>\n\ntwo")
    assert (
        on_page("{% paragraphs_in_language value %}", value, "en") == "<p>One<br>line &lt;script&gt;</p>\n\n<p>two</p>"
    )
    assert on_page("{% paragraphs_in_language value %}", value, "cs").startswith('<div lang="en"><p>One')
