"""Every text of the portal is translated into every language that it speaks.

After a change of texts: ``manage.py refresh_translations``, then translate what is open in ``locale/``.
"""

import re

import polib
import pytest
from django.conf import settings

from core.management.commands.refresh_translations import PLURALS, forms_of, message_of
from core.translatable import Message, catalogue_path, everything

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%(s|d)")
MOST_TOLD = 20  # of what is wrong; the rest waits until these are mended


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def catalogue(language) -> polib.POFile:
    return polib.pofile(str(catalogue_path(language)))


@pytest.fixture(scope="module")
def texts() -> dict[Message, set[str]]:
    return everything()


def wordings(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(words: str) -> set[str]:
    return {match.group(1) or match.group(2) for match in PLACEHOLDER.finditer(words.replace("%%", ""))}


def test_texts_are_found_in_every_room_and_kind_of_file(texts):
    files = set().union(*texts.values())
    rooms = {file.split("/")[0] for file in files}
    assert rooms >= {"accounts", "core", "partners", "portal", "practices", "visits", "templates"}
    assert {file.rpartition(".")[2] for file in files} == {"py", "html", "txt"}


def test_every_text_is_in_the_translators_file(texts, catalogue):
    missing = [
        f"{text.text!r} ({', '.join(sorted(texts[text]))})" for text in texts.keys() - set(map(message_of, catalogue))
    ]
    assert sorted(missing)[:MOST_TOLD] == []


def test_nothing_is_translated_that_no_page_says(texts, catalogue):
    gone = [entry.msgid for entry in catalogue if message_of(entry) not in texts or entry.obsolete]
    assert gone[:MOST_TOLD] == []


def test_every_text_is_translated_and_looked_at(catalogue):
    unfinished = [entry.msgid for entry in catalogue if not all(wordings(entry)) or "fuzzy" in entry.flags]
    assert unfinished[:MOST_TOLD] == []


def test_every_count_has_each_plural_of_its_language(catalogue, language):
    assert catalogue.metadata["Plural-Forms"] == PLURALS[language]
    forms = set(range(forms_of(language)))
    assert [entry.msgid for entry in catalogue if entry.msgid_plural and set(entry.msgstr_plural) != forms] == []


def test_what_is_put_into_a_text_is_put_into_its_translation(catalogue):
    """A plural form may leave its number out ("one visit"); nothing else may go, and nothing may be new."""
    wrong = [
        (entry.msgid, words) for entry in catalogue for words in filter(None, wordings(entry)) if not fits(words, entry)
    ]
    assert wrong[:MOST_TOLD] == []


def fits(words: str, entry: polib.POEntry) -> bool:
    wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural or "")
    # What the English singular leaves out, and the number.
    may_go = placeholders(entry.msgid_plural) - placeholders(entry.msgid) | {"count"} if entry.msgid_plural else set()
    return wanted - may_go <= placeholders(words) <= wanted


def test_a_translation_begins_and_ends_with_the_same_space(catalogue):
    def edges(words: str) -> tuple[str, str]:
        return re.match(r"\s*", words).group(), re.search(r"\s*$", words).group()

    wrong = [
        (entry.msgid, words)
        for entry in catalogue
        for words in wordings(entry)
        if words and edges(words) != edges(entry.msgid)
    ]
    assert wrong[:MOST_TOLD] == []
