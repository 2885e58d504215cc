"""Search over what is published: all words, in any language, the best answers first."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from django.urls import reverse

from core.languages import in_order
from core.translated import as_text
from practices.models import Practice, Term
from practices.search_words import stem, wordings_of, words_in


@dataclass(frozen=True)
class Found:
    practices: list[dict]
    terms: list[dict]

    @property
    def count(self) -> int:
        return len(self.practices) + len(self.terms)


def find(asked: str) -> Found:
    """The published practices and terms that have all the words."""
    if not words_in(asked):
        return Found([], [])
    return Found(find_practices(asked), find_terms(asked))


def find_practices(asked: str) -> list[dict]:
    cards = in_order(Practice.objects.with_words(asked).cards(), by=lambda card: as_text(card["title"]))
    return best_first(cards, asked, names=lambda card: [card["title"], *card["aliases"]])


def find_terms(asked: str) -> list[dict]:
    cards = in_order(Term.objects.with_words(asked).cards(), by=lambda card: as_text(card["term"]))
    return best_first(cards, asked, names=lambda card: [card["term"], card["abbreviation"]])


def best_first(cards: list[dict], asked: str, *, names) -> list[dict]:
    wanted = words_in(asked)
    return sorted(cards, key=lambda card: -rank(wanted, names(card), card["search_words"]))


def rank(wanted: list[str], names: list, body: str) -> int:
    """How well an entry answers: by its names before its text, by the very words before their stems."""
    in_names = words_in(*(wording for name in names for wording in wordings_of(name)))
    score = sum(4 for word in wanted if word in in_names)
    score += sum(2 for word in wanted if any(name.startswith(stem(word)) for name in in_names))
    return score + sum(1 for word in wanted if f" {word}" in body)


@dataclass(frozen=True)
class Suggestion:
    name: str
    url: str


def near(asked: str) -> list[Suggestion]:
    """Up to four published names that are spelt nearly as what was asked."""
    by_word: dict[str, Suggestion] = {}
    for name, url in names():
        for word in words_in(*wordings_of(name)):
            by_word.setdefault(word, Suggestion(str(as_text(name)), url))
    found = [like for word in words_in(asked) for like in get_close_matches(word, by_word, n=2, cutoff=0.75)]
    return list(dict.fromkeys(by_word[word] for word in found))[:4]


def names() -> Iterator[tuple[dict, str]]:
    for each in Practice.objects.taken_from_live("slug", "title"):
        yield each["title"], reverse("practices:practice", args=[each["slug"]])
    for each in Term.objects.taken_from_live("slug", "term"):
        yield each["term"], f"{reverse('practices:glossary')}#{each['slug']}"
