"""Reads the form of a page and fills it in, as a browser would."""

from html.parser import HTMLParser

from django.http import HttpResponse


class FormReader(HTMLParser):
    """The fields of one form in ``fields``: name -> list of values.

    ``action`` is where the form is sent to; by default it is the page's own, which is sent to the page itself.
    """

    def __init__(self, action: str | None = None):
        super().__init__()
        self.action = action
        self.fields: dict[str, list[str]] = {}
        self.inside = False
        self.select = self.option = self.textarea = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.inside = given.get("method") == "post" and given.get("action") == self.action
        if not self.inside:
            return
        if tag == "input" and given.get("type") not in {"submit", "button", "file"}:
            self._input(given)
        elif tag == "select":
            self.select = given["name"]
            self.fields[self.select] = []
        elif tag == "option" and self.select:
            self._option(given)
        elif tag == "textarea":
            self.textarea = given["name"]
            self.fields[self.textarea] = [""]

    def _input(self, given):
        boxes = {"checkbox", "radio"}
        if given.get("type") not in boxes or "checked" in given:
            self.fields.setdefault(given["name"], []).append(
                given.get("value", "on" if given.get("type") in boxes else "") or ""
            )

    def _option(self, given):
        chosen = self.fields[self.select]
        if "selected" in given:
            chosen[:] = [given.get("value", "")]
        elif not chosen:
            chosen.append(given.get("value", ""))

    def handle_data(self, data):
        if self.textarea:
            self.fields[self.textarea][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.textarea:
            # A line break right after <textarea> is not part of its text.
            self.fields[self.textarea][0] = self.fields[self.textarea][0].removeprefix("\n").removeprefix("\r\n")
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


def form_of(response: HttpResponse, action: str | None = None) -> dict[str, list[str]]:
    """What a browser would send if the person pressed the button at once."""
    reader = FormReader(action)
    reader.feed(response.content.decode())
    assert reader.fields, "there is no form on this page"
    return reader.fields


def typed(response: HttpResponse, **changes) -> dict[str, list[str]]:
    """What a browser would send when the person changes just these boxes of the page."""
    values = {name: value if isinstance(value, list) else [value] for name, value in changes.items()}
    return {**form_of(response), **values}
