"""What the documents name is there: commands, files, pages that a link leads to."""

import re

import pytest
from django.core.management import get_commands

from tests.guards.source import ROOT

HELD = [*sorted(ROOT.glob("*.md")), ROOT / "demo/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OF_A_SERVER = ("install.sh", "open-doors-manage", "compose.yaml", "Dockerfile")
WITH_COMMANDS = [*HELD, ROOT / "Makefile", ROOT / "Procfile", *(ROOT / "deploy" / name for name in OF_A_SERVER)]
RUN_IN_TRIALS = [ROOT / "docs/operations.md", ROOT / "docs/how-to/containers.md"]
MOST_WORDS = 4000  # of what is read in an emergency
TRIALS = [*sorted((ROOT / "bin").glob("*.sh")), *sorted((ROOT / "tests/nightly").glob("*.py"))]


def name_of(path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", WITH_COMMANDS, ids=name_of)
def test_every_command_that_a_document_names_is_there(path):
    named = re.findall(r'(?:manage\.py |open-doors-manage |make manage ARGS=")([a-z_]+)', path.read_text())

    assert set(named) - get_commands().keys() == set()


@pytest.mark.parametrize("path", HELD, ids=name_of)
def test_every_link_of_a_document_leads_to_a_file(path):
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", path.read_text()) if "://" not in link]

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", HELD, ids=name_of)
def test_every_file_that_a_document_names_is_there(path):
    """In backticks, from the root, from the templates or from beside the document."""
    named = re.findall(
        r"`([\w.-]+/[\w./-]+(?:\.(?:py|html|css|js|md|yaml|yml|toml|sh|svg|png|conf)|file))`", path.read_text()
    )
    roots = [ROOT, ROOT / "templates", path.parent]

    assert [name for name in named if not any((root / name).exists() for root in roots)] == []


def test_every_command_for_a_server_is_run_by_a_trial():
    """What somebody types in an emergency must work as it stands there."""
    documents = "\n".join(path.read_text() for path in RUN_IN_TRIALS)
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", documents, re.MULTILINE | re.DOTALL)
    commands = {line.strip() for block in blocks for line in block.splitlines()}
    tried = "\n".join(path.read_text() for path in TRIALS)

    assert len(commands) > 10
    assert {
        command for command in commands if not re.search(rf"(?<![\w-]){re.escape(command)}(?![\w-])", tried)
    } == set()


def test_what_is_read_in_an_emergency_is_short():
    assert len((ROOT / "docs/operations.md").read_text().split()) < MOST_WORDS
