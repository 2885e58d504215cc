"""Templates: each is used and there, none holds a script or a style of its own."""

import re
from pathlib import Path

import allauth
import crispy_forms
import pytest
from django.template.loader import get_template

from core.templatetags import form_fields
from tests.guards.source import ROOT, code, files_of, strings_in, tree_of

TEMPLATES = ROOT / "templates"
NAMES = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file()}
POINTS_TO = re.compile(r"{%-?\s*(?:include|extends)\s+\"([^\"]+)\"")
BY_NAME = {"400.html", "403.html", "404.html", "500.html", "429.html"}  # for Django's errors, and allauth's limits
PACK = "opendoors/"  # the form pack


def pointed_to() -> dict[str, set[str]]:
    """Each template by the templates that include or extend it."""
    found: dict[str, set[str]] = {}
    for name in NAMES:
        for other in POINTS_TO.findall((TEMPLATES / name).read_text()):
            found.setdefault(other, set()).add(name)
    return found


def named_in_code() -> set[str]:
    """Whatever a view or a tag may draw: strings that are names of templates, those of mails without their ending."""
    strings = {words for path in code() for words in strings_in(tree_of(path))}
    return {name for name in NAMES if name in strings or name.removesuffix(".txt") in strings}


def of_the_packages() -> set[str]:
    """allauth's pages, which ours stand in for under the same names; and what crispy looks for in a pack."""
    theirs = Path(allauth.__file__).parent / "templates"
    crispy = Path(crispy_forms.__file__).parent
    asked = re.findall(r"%s/([\w/]+\.html)", "\n".join(path.read_text() for path in crispy.rglob("*.py")))
    asked += [f"fields/{name}.html" for _widget, name in (*form_fields.TEMPLATES, (None, "input"))]
    return {path.relative_to(theirs).as_posix() for path in theirs.rglob("*.*")} | {f"{PACK}{name}" for name in asked}


def test_every_template_is_used():
    used = named_in_code() | set(pointed_to()) | BY_NAME | of_the_packages()
    assert sorted(NAMES - used) == []


def test_every_template_that_is_pointed_to_is_there():
    assert {other: names for other, names in pointed_to().items() if other not in NAMES} == {}


def test_every_template_that_code_names_is_there():
    drawn = re.compile(r"^[\w-]+(/[\w-]+)+\.html$")
    named = {words for path in code() for words in strings_in(tree_of(path)) if drawn.match(words)}
    assert sorted(named - NAMES) == []


def test_every_template_can_be_read():
    """Its tags, filters and the libraries that it loads are there."""
    for name in sorted(NAMES):
        get_template(name)


# --- templates show, Python decides --------------------------------------------------------------

COMPARED = re.compile(r"\{% (?:el)?if [^%]*\b(?:status|severity|tone|state|roles?)\b *(?:==|!=|in\b|not in\b)")


def test_no_template_compares_a_state_a_severity_or_a_role():
    templates = files_of("templates", suffix=".html")
    assert len(templates) > 100
    compared = {str(path): COMPARED.findall((ROOT / path).read_text()) for path in templates}
    assert {path: found for path, found in compared.items() if found} == {}


# --- the strict policy ---------------------------------------------------------------------------

WRITTEN = [*files_of("templates", suffix=""), *files_of("static/img", suffix=".svg")]
OWN_MARKUP = [path for path in WRITTEN if (ROOT / path).suffix in {".html", ".svg", ".xml"}]
FORBIDDEN = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "a handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an address that is a script": re.compile(r"javascript:", re.IGNORECASE),
    "a script of its own": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(?!\s*</script)", re.IGNORECASE),
    "a file of a stranger": re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"(?:https?:)?//", re.IGNORECASE),
}
DATA = re.compile(r"<script[^>]*type=\"application/json\"")  # told to a script, never run


def faults_in(markup: str) -> list[str]:
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(DATA.sub("", markup))]


def test_no_template_holds_a_script_or_a_style():
    assert len(OWN_MARKUP) > 100
    assert {str(path): faults for path in OWN_MARKUP if (faults := faults_in((ROOT / path).read_text()))} == {}


def test_no_code_writes_one_either():
    found = {}
    for path in code():
        faults = {fault for words in strings_in(tree_of(path)) if "<" in words for fault in faults_in(words)}
        if faults:
            found[str(path)] = faults
    assert found == {}


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ('<p style="color: red">', "a style attribute"),
        ("<style>p {}</style>", "a style element"),
        ('<button class="a" onclick="go()">', "a handler"),
        ('<a href="javascript:go()">', "an address that is a script"),
        ("<script>go()</script>", "a script of its own"),
        ('<script src="https://cdn.example/x.js"></script>', "a file of a stranger"),
    ],
)
def test_the_guard_sees_what_the_policy_would_stop(markup, what):
    assert what in faults_in(markup)


def test_markup_that_is_allowed_passes():
    assert faults_in('<script type="module" src="{% static "js/portal.js" %}"></script><p data-once>on = 1</p>') == []


# --- what a template may not do ------------------------------------------------------------------


def test_templates_compare_neither_roles_nor_statuses():
    """They are told by the view what somebody can do, and by the model how a thing stands."""
    comparing = re.compile(r"{%\s*(?:el)?if[^%]*\b(?:role|roles|status)\b\s*(?:==|!=|in)[^%]*%}|has_role")
    found = [name for name in sorted(NAMES) if comparing.search((TEMPLATES / name).read_text())]
    assert found == []


def test_nothing_is_marked_as_safe_in_a_template():
    """What is safe to show is decided in code, where each case has its reason."""
    found = [name for name in sorted(NAMES) if re.search(r"\|safe\b|autoescape off", (TEMPLATES / name).read_text())]
    assert [name for name in found if not name.endswith(".txt")] == []


def test_every_form_that_sends_carries_its_marks():
    """The token against forged requests, in the form or in the part that it includes."""
    form = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
    marked = re.compile(r"csrf_token|form_marks")
    found = []
    for name in sorted(NAMES):
        for written in form.findall((TEMPLATES / name).read_text()):
            parts = [written, *((TEMPLATES / part).read_text() for part in POINTS_TO.findall(written))]
            if not any(marked.search(part) for part in parts):
                found.append(name)
    assert found == []
