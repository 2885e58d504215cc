"""Imports run one way: an app knows those before it, a room of a visit the rooms before it."""

import ast

import pytest

from tests.guards.source import APPS, ROOMS, code, files_of, imports_in, module_of, strings_in, tree_of

GATHERERS = {"visits.models", "visits.urls", "visits.apps", "visits.names"}  # of all rooms, for Django
# A foreign key that points on to a later room names it as a string, so that no import runs back.
NAMED = {"visits.Release"}


def app_of(module: str) -> str:
    first = module.split(".")[0]
    return first if first in APPS else ""


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "visits" and len(parts) > 1 and parts[1] in ROOMS else ""


def is_later(order: list[str], here: str, there: str) -> bool:
    return bool(here and there) and order.index(there) > order.index(here)


def runs_back(importer: str, imported: str) -> bool:
    if is_later(APPS, app_of(importer), app_of(imported)):
        return True
    if app_of(importer) == app_of(imported) == "visits":
        gathers = any(imported == each or imported.startswith(f"{each}.") for each in GATHERERS)
        return is_later(ROOMS, room_of(importer), room_of(imported)) or (bool(room_of(importer)) and gathers)
    return False


def test_no_import_runs_back():
    found = [
        (str(path), imported)
        for path in code()
        for imported in imports_in(tree_of(path), module_of(path))
        if runs_back(module_of(path), imported)
    ]
    assert found == []


def test_no_later_app_is_named_as_a_string_either():
    """An import by name, or a model by label, would be an import all the same."""
    modules = {module_of(path) for path in code()}
    found = [
        (str(path), words)
        for path in code()
        for words in strings_in(tree_of(path))
        if "." in words and (words in modules or is_label(words)) and words not in NAMED
        if runs_back(module_of(path), words)
    ]
    assert found == []


def is_label(words: str) -> bool:
    """``visits.Release``: an app and a model of it."""
    app, _dot, model = words.partition(".")
    return app in APPS and model.isidentifier() and model[0].isupper()


def test_nobody_imports_the_portal_and_the_apps_import_neither_tests_nor_tools():
    outside = {"tests", "launcher", "bench", "bin", "demo", "config"}
    found = [
        (str(path), imported)
        for path in code()
        for imported in imports_in(tree_of(path), module_of(path))
        if imported.split(".")[0] in outside or (app_of(imported) == "portal" and app_of(module_of(path)) != "portal")
    ]
    assert found == []


def test_the_launcher_runs_before_anything_is_installed():
    """It may not import the portal: it makes the environment in which the portal can be imported."""
    found = [
        (str(path), imported)
        for path in files_of("launcher")
        for imported in imports_in(tree_of(path), module_of(path))
        if app_of(imported)
    ]
    assert found == []


def test_every_room_stands_in_the_order():
    rooms = {path.parts[1] for path in files_of("visits") if len(path.parts) > 2} - {"management", "templatetags"}
    assert rooms == set(ROOMS)


@pytest.mark.parametrize(
    ("importer", "source", "is_refused"),
    [
        ("core.audit", "from accounts.models import User", True),
        ("core.audit", "def f():\n    import visits.booking.models", True),
        ("accounts.models", "from core import audit", False),
        ("practices.views", "import visits", True),
        ("visits.booking.views", "def f():\n    from visits.release import actions", True),
        ("visits.booking.views", "from visits.models import Release", True),
        ("visits.booking.views", "from ..release import actions", True),
        ("visits.release.views", "from visits.booking.models import Visit", False),
        ("portal.views", "from visits.models import Visit", False),
    ],
)
def test_the_guard_sees_an_import_that_runs_back(importer, source, is_refused):
    found = [runs_back(importer, each) for each in imports_in(ast.parse(source), importer)]
    assert found == [is_refused]
