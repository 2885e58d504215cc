"""The house rules that a program can hold: routes, actions, states, settings, packages."""

import ast
import io
import json
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from tests.guards.routes import every_route
from tests.guards.source import ROOT, code, files_of, tree_of

# --- addresses -----------------------------------------------------------------------------------

PUBLIC_PAGES = {
    *("public:first-page", "public:help", "public:accessibility", "public:privacy"),
    *("practices:list", "practices:search", "practices:glossary", "practices:practice"),
    *("cities:cities", "cities:city"),
}
PUBLIC_WITHOUT_A_LANGUAGE = {
    *("healthz", "readyz"),  # for machines that watch
    *("portal:robots", "portal:sitemap"),  # for search engines
    "core:picture",  # asks itself who may see it
    "people:invitation",  # the signed link is the key
    "people:session",  # says which session asks, and nothing to a stranger
    *("demonstration:sign-in", "demonstration:mailbox", "demonstration:mail"),  # in the demonstration alone
    # signing in
    *("account_login", "account_logout", "account_inactive"),
    *("account_request_login_code", "account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn"),
    *("openid_connect_login", "openid_connect_callback", "socialaccount_login_cancelled"),
    *("account_reset_password", "account_confirm_password_reset_code"),
    *("account_complete_password_reset", "account_password_reset_completed"),
}


def test_just_the_listed_routes_are_public():
    assert {route.name for route in every_route() if route.is_public} == PUBLIC_PAGES | PUBLIC_WITHOUT_A_LANGUAGE


def test_public_pages_and_no_others_have_their_language_in_the_address():
    assert {route.name for route in every_route() if route.has_language} == PUBLIC_PAGES
    speaking = {route.name for route in every_route() if getattr(route.view, "language_in_address", False)}
    assert speaking == PUBLIC_PAGES


def test_every_page_has_its_own_address():
    paths = [(route.path, route.has_language) for route in every_route()]
    assert len(paths) == len(set(paths))


def test_no_admin_is_mounted():
    assert not apps.is_installed("django.contrib.admin")
    assert [route.path for route in every_route() if "admin" in route.path] == []


def test_the_demonstration_has_addresses_only_where_it_runs():
    text = (ROOT / "config/urls.py").read_text()
    assert re.search(r'if settings\.DEMONSTRATION:\n    urlpatterns \+= \[path\("demonstration/"', text)
    assert text.count("demonstration") == 2


# --- states --------------------------------------------------------------------------------------

# Who sets a status: one function for each thing that has one.
SETS_STATUS = {
    ("visits/booking/actions.py", "move_visit"),
    ("core/outbox/actions.py", "send_again"),
    ("core/outbox/sending.py", "claim"),
    ("core/outbox/sending.py", "settle"),
}


def status_setters() -> set[tuple[str, str]]:
    """Every function with ``x.status = ...`` or ``.update(status=...)``."""
    return {
        (str(path), function.name)
        for path in code()
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef) and any(map(sets_status, ast.walk(function)))
    }


def sets_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = [part for target in targets for part in ast.walk(target)]
        return any(isinstance(each, ast.Attribute) and each.attr == "status" for each in parts)
    is_update = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and "update" in node.func.attr
    return is_update and any(each.arg == "status" for each in node.keywords)


def test_a_status_is_set_in_one_place():
    assert {each for each in status_setters() if each[0].startswith("visits/")} == {
        ("visits/booking/actions.py", "move_visit")
    }
    assert status_setters() == SETS_STATUS


def views() -> list:
    return [path for path in code() if any(name in path.name for name in ("views.py", "overview.py"))]


def test_views_ask_query_sets_by_name_and_never_for_a_status():
    asking = re.compile(r"\.(filter|exclude)\([^)]*\bstatus(__\w+)?=")
    assert [str(path) for path in views() if asking.search((ROOT / path).read_text())] == []


def test_no_file_is_named_for_nothing():
    nothing = {"utils.py", "helpers.py", "misc.py", "common.py"}
    assert [
        str(path) for path in files_of("core", "tests", "config", "launcher") + code() if path.name in nothing
    ] == []


# --- the database --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())


# --- settings and packages -----------------------------------------------------------------------

READERS = {"text", "secret", "secrets", "truth", "number", "names", "database", "address", "one_of"}
OF_OTHERS = {"PYTEST_XDIST_WORKER"}  # set by pytest, and nobody's to set


def variables_read() -> set[str]:
    """The names that config/ and launcher/ ask the environment for."""
    found = set()
    for path in files_of("config", "launcher"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                of_environment = ast.unparse(node.func.value) in {"os.environ", "env"}
                asks = node.func.attr in READERS | {"get"}
                name = node.args[0]
                if of_environment and asks and isinstance(name, ast.Constant):
                    found.add(name.value)
    return found - OF_OTHERS


def test_the_example_names_just_the_variables_that_are_read():
    named = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert sorted(named) == sorted(variables_read())


def test_nothing_but_the_settings_reads_the_environment():
    """In the apps a setting has a name, a default and a line in .env.example."""
    found = [str(path) for path in code() if re.search(r"os\.environ|os\.getenv", (ROOT / path).read_text())]
    assert found == []


LOCKS = ["requirements.txt", "requirements-dev.txt"]


def locked(name: str) -> list[str]:
    """Each package of a lock with all that belongs to it, as one line."""
    text = re.sub(r"\\\n\s*", "", (ROOT / name).read_text())
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_hashed(name):
    assert len(locked(name)) > 20
    assert [line for line in locked(name) if not re.match(r"[\w.\[\],-]+==\S+.*--hash=sha256:[0-9a-f]{64}", line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_there_is_one_driver_for_the_database(name):
    drivers = [line.split("==")[0] for line in locked(name) if line.startswith("psycopg")]
    assert drivers == ["psycopg2-binary"]


def test_the_bill_of_materials_names_every_package_of_the_lock():
    """It is written by make sbom, which make lock calls."""
    bill = json.loads((ROOT / "docs/sbom.json").read_text())
    assert bill["bomFormat"] == "CycloneDX"
    listed = {(each["name"], each["version"]) for each in bill["components"]}
    assert listed == {(line.split("==")[0].split("[")[0], line.split("==")[1].split()[0]) for line in locked(LOCKS[0])}


def test_every_known_secret_has_a_file_and_a_reason():
    lines = (ROOT / "bin/known_secrets.txt").read_text().splitlines()[1:]
    named = [re.fullmatch(r"[0-9a-f]{16} ([^:]+): (\S+ .+)", line) for line in lines]
    assert lines
    assert [line for line, match in zip(lines, named, strict=True) if not match] == []
    files = {file for match in named for file in match[1].split(", ")}
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_package_has_a_reason(name):
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-"))]
    assert lines
    assert [line for line in lines if not re.search(r"\S\s+# \S+ \S+", line)] == []


def test_what_is_asked_for_is_what_is_locked():
    for name in ("requirements", "requirements-dev"):
        asked = {
            re.split(r"[=~<>\[]", line)[0]
            for line in (ROOT / f"{name}.in").read_text().splitlines()
            if line and not line.startswith(("#", "-"))
        }
        assert asked <= {line.split("==")[0] for line in locked(f"{name}.txt")}, name


def test_what_was_vendored_is_checked():
    """tests/look holds the checksums of the front-end files; without it this guard would hold nothing."""
    text = (ROOT / "tests/look/test_vendor.py").read_text()
    assert "sha256" in text
    assert (ROOT / "static/vendor").is_dir()


def test_ruff_looks_for_security_faults():
    text = (ROOT / "pyproject.toml").read_text()
    assert re.search(r'^\s+"S",', text, re.MULTILINE)
    excused = [line for path in code() for line in (ROOT / path).read_text().splitlines() if "noqa: S" in line]
    assert excused
    assert [line for line in excused if not re.search(r"noqa: S\d{3} - \S+ \S+", line)] == []


def test_nothing_is_in_debugging():
    assert settings.DEBUG is False
    assert "DEBUG = False" in (ROOT / "config/settings.py").read_text()
