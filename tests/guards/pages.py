"""Reads a page as a browser would: its links, its elements, its forms, and what each form would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

TEXTS = {"text", "search", "textarea"}
SAMPLES = {
    "text": "typed",
    "search": "typed",
    "textarea": "typed",
    "email": "typed@example.org",
    "url": "https://example.org/typed",
    "tel": "0113 496 0123",
    "number": "1",
    "date": "2027-03-09",
    "time": "10:00",
    "password": "three wise owls knit",
}


@dataclass
class Field:
    name: str
    kind: str  # the type of an input, or "textarea", "select", "button"
    value: str = ""
    is_required: bool = False
    is_chosen: bool = True  # of a checkbox or radio button
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    page: str
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def texts(self) -> list[Field]:
        return [each for each in self.fields if each.kind in TEXTS]

    def as_it_stands(self) -> dict[str, list[str]]:
        """What a browser sends when nothing is touched and Enter is pressed."""
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            if each.name and each.is_chosen and each.kind not in {"file", "button"}:
                sent.setdefault(each.name, []).append(each.value)
        first_button = next((each for each in self.fields if each.kind == "button"), None)
        if first_button and first_button.name:
            sent[first_button.name] = [first_button.value]
        return sent

    def filled_in(self) -> dict[str, list[str]]:
        """A person's answers: what is asked for is there, and the first text is a new one."""
        sent = self.as_it_stands()
        for each in self._unanswered(sent):
            sent[each.name] = [next(filter(None, each.options), "") or SAMPLES.get(each.kind, each.value)]
        for each in self.texts()[:1]:
            sent[each.name] = [f"{sent[each.name][0]} again".strip()]
        return sent

    def _unanswered(self, sent: dict[str, list[str]]) -> Iterator[Field]:
        for each in self.fields:
            is_radio = each.kind == "radio" and each.name not in sent
            if is_radio or (each.is_required and each.kind != "checkbox" and not any(sent.get(each.name, []))):
                yield each


@dataclass
class Page:
    address: str
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, page: Page):
        super().__init__(convert_charrefs=True)
        self.page = page
        self.form: Form | None = None
        self.open: Field | None = None  # the select or textarea that the reader is in

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.page.elements.append((tag, given))
        if tag == "a" and given.get("href"):
            self.page.links.append(self.whole(given["href"]))
        elif tag == "form":
            method = given.get("method", "get").upper()
            self.form = Form(self.page.address, self.whole(given.get("action", "")), method)
            self.page.forms.append(self.form)
        elif self.form and tag in {"input", "select", "textarea", "button", "option"}:
            self.control(tag, given)

    def control(self, tag: str, given: dict[str, str]) -> None:
        if tag == "option":
            self.option(given)
            return
        kind = given.get("type", "text") if tag == "input" else tag
        if kind == "submit" or (tag == "button" and given.get("type", "submit") != "submit"):
            return
        each = Field(given.get("name", ""), kind, given.get("value", ""), "required" in given)
        each.is_chosen = kind not in {"checkbox", "radio"} or "checked" in given
        if kind in {"checkbox", "radio"}:
            each.value = given.get("value", "on")
        self.form.fields.append(each)
        self.open = each if tag in {"select", "textarea"} else None

    def option(self, given: dict[str, str]) -> None:
        value = given.get("value", "")
        if not self.open.options or "selected" in given:
            self.open.value = value
        self.open.options.append(value)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag in {"select", "textarea"}:
            self.open = None

    def handle_data(self, data):
        self.page.words.append(data)
        if self.open and self.open.kind == "textarea":
            self.open.value += data.removeprefix("\n") if not self.open.value else data

    def whole(self, address: str) -> str:
        return urldefrag(urljoin(f"http://localhost{self.page.address}", address))[0].removeprefix("http://localhost")


def read(address: str, html: str) -> Page:
    page = Page(address)
    _Reader(page).feed(html)
    return page
