"""The document names commands as they are, and the variables that it speaks of are there."""

import re
import shlex

import pytest
from django.conf import settings
from django.core.management import load_command_class

OURS = {"back_up", "restore_backup", "clear_after_restore"}
DOCUMENTS = [settings.BASE_DIR / "docs" / name for name in ("operations.md", "how-to/point-in-time-recovery.md")]


def commands() -> list[list[str]]:
    lines = re.findall(
        r"^ *(?:python manage\.py|open-doors-manage) (.*)$",
        "\n".join(path.read_text() for path in DOCUMENTS),
        re.MULTILINE,
    )
    return [words for words in map(shlex.split, lines) if words[0] in OURS]


def test_the_documents_name_every_command():
    assert {words[0] for words in commands()} == OURS


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_a_command_takes_what_the_document_gives_it(words):
    name, *arguments = words
    load_command_class("core", name).create_parser("manage.py", name).parse_args(arguments)


def test_the_variables_of_the_document_are_there():
    section = DOCUMENTS[0].read_text().partition("## Back up")[2].partition("\n## Watch")[0]
    named = set(re.findall(r"`([A-Z][A-Z_]+[A-Z])`", section)) - {"PATH"}
    assert "BACKUP_DIR" in named
    example = (settings.BASE_DIR / ".env.example").read_text()
    assert [name for name in named if not re.search(rf"^(# )?{name}=", example, re.MULTILINE)] == []
