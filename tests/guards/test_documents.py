"""What the documents name is there: commands, files, pages that a link leads to."""

import re

import pytest
from django.core.management import get_commands

from tests.guards.source import ROOT

HELD = [*sorted(ROOT.glob("*.md")), ROOT / "demo/README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_COMMANDS = [*HELD, ROOT / "Makefile", ROOT / "Procfile"]


def name_of(path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", WITH_COMMANDS, ids=name_of)
def test_every_command_that_a_document_names_is_there(path):
    named = re.findall(r'(?:manage\.py |make manage ARGS=")([a-z_]+)', path.read_text())

    assert set(named) - get_commands().keys() == set()


@pytest.mark.parametrize("path", HELD, ids=name_of)
def test_every_link_of_a_document_leads_to_a_file(path):
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", path.read_text()) if "://" not in link]

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", HELD, ids=name_of)
def test_every_file_that_a_document_names_is_there(path):
    """In backticks, from the root, from the templates or from beside the document."""
    named = re.findall(r"`([\w.-]+/[\w./-]+\.(?:py|html|css|js|md|yaml|yml|toml|sh|svg|png))`", path.read_text())
    roots = [ROOT, ROOT / "templates", path.parent]

    assert [name for name in named if not any((root / name).exists() for root in roots)] == []
