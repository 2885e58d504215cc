"""What the environment got wrong is told in one sentence with the cure, and the exit code says so too."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from config import env

HERE = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "DATA_DIR"}}
GOOD = {
    "SECRET_KEY": "made by nobody for these tests alone, and long enough",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
}
TOO_WEAK = (
    "is too weak: it wants 50 characters made by chance. "
    'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
)


def run(command: str, **environment) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", command], cwd=settings.BASE_DIR, env={**HERE, **environment},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize("command", ["migrate", "run_worker"])
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"SECRET_KEY": None}, "Set SECRET_KEY in the environment; .env.example says what it is for."),
        (
            {"SECRET_KEY": "x"},
            f"SECRET_KEY {TOO_WEAK}",
        ),
        (
            {"SECRET_KEY_FALLBACKS": "s" * 60},
            f"SECRET_KEY_FALLBACKS {TOO_WEAK}",
        ),
        ({"DATABASE_URL": None}, "Set DATABASE_URL in the environment; .env.example says what it is for."),
        (
            {"DATABASE_URL": "sqlite:///x"},
            "DATABASE_URL must name a PostgreSQL: postgres://user:password@host:5432/database.",
        ),
        ({"PORT": "many"}, "PORT is 'many'; write a whole number."),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is 'xml'; write line or json."),
        (
            {"METRICS_BIND": "all:of it"},
            "METRICS_BIND must be a port, or a host and a port: 9464 or 10.0.0.5:9464.",
        ),
        ({"DEMONSTRATION": "maybe"}, "DEMONSTRATION is 'maybe'; write 1 for yes or 0 for no."),
    ],
)
def test_a_wrong_environment_is_told_in_one_sentence(command, wrong, sentence):
    environment = {name: value for name, value in {**GOOD, **wrong}.items() if value is not None}
    assert run(command, **environment) == (1, sentence)


def test_a_password_in_an_address_that_cannot_be_read_is_not_repeated():
    code, said = run("migrate", **{**GOOD, "DATABASE_URL": "postgres://me:pass]word@host:port/x"})
    assert code == 1
    assert said.startswith("DATABASE_URL cannot be read;")
    assert "pass]word" not in said


def test_a_database_that_does_not_answer_is_told_in_one_sentence():
    code, said = run("migrate", **GOOD)
    assert code == 1
    assert said.startswith("The database does not answer (")
    assert said.endswith("Is it running, and does DATABASE_URL name it?")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("word", "address"),
    [
        ("", None),
        ("9464", ("127.0.0.1", 9464)),
        (":9464", ("127.0.0.1", 9464)),
        ("10.0.0.5:9464", ("10.0.0.5", 9464)),
    ],
)
def test_a_port_alone_is_one_of_this_machine_only(monkeypatch, word, address):
    monkeypatch.setenv("METRICS_BIND", word)
    assert env.address("METRICS_BIND") == address
