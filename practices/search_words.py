"""Words as search compares them: without accents or capitals, and with forgiving endings."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from core.translated import REVIEW, Text, as_text


def words_in(*wordings: str) -> list[str]:
    """The words in plain small letters: "Dětské centrum" gives "detske", "centrum"."""
    characters = unicodedata.normalize("NFD", " ".join(wordings).casefold())
    return re.findall(r"[^\W_]+", "".join(each for each in characters if not unicodedata.combining(each)))


def stem(word: str) -> str:
    """What is left of a word when its ending does not matter: Czech declines, English takes an s."""
    return word if len(word) < 5 else word[: max(4, len(word) - 2)]


def wordings_of(value) -> list[str]:
    """A text in each of its languages."""
    text = as_text(value)
    return [text[code] for code in text.languages()]


def search_words(*documents: Any) -> str:
    """What an edition keeps to be found by: each word of its texts once, with a space before it."""
    wordings = [wording for document in documents for text in texts_in(document) for wording in wordings_of(text)]
    return "".join(f" {word}" for word in dict.fromkeys(words_in(*wordings)))


def texts_in(document: Any) -> Iterator[Text]:
    """Every text in several languages that stands in a published document."""
    if isinstance(document, list):
        for part in document:
            yield from texts_in(part)
    elif isinstance(document, dict) and document and all(key == REVIEW or len(key) == 2 for key in document):
        yield as_text(document)
    elif isinstance(document, dict):
        for part in document.values():
            yield from texts_in(part)
