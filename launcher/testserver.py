"""A pytest plugin: each run of the tests has a PostgreSQL of its own, thrown away at the end.

pyproject.toml names it, because conftest.py comes too late: pytest-django reads the settings first.
A DATABASE_URL in the environment is used instead; its user must be allowed to create databases.

When the tests are shared among processes, these share the server too. Each has a database of its own in it,
which pytest-django makes, and a folder of its own for files.
"""

import atexit
import io
import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.management import call_command

from launcher import database
from launcher.throwaway import throwaway_folder, throwaway_server
from launcher.trouble import Trouble

SETTINGS = {
    "SECRET_KEY": "made by nobody for these tests alone, and long enough",
    "DEMONSTRATION": "1",
    "PORT": "8000",
    "SITE_URL": "http://localhost:8000",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # playwright runs an event loop in the thread of the tests
}
FOR_TESTS = {
    "select rolcreatedb or rolsuper from pg_roles where rolname = current_user": (
        "The user in DATABASE_URL may not make databases, as the tests must: allow it with `alter role ... createdb`, "
        "or unset DATABASE_URL."
    )
}


WORKER = os.environ.get("PYTEST_XDIST_WORKER")  # set in a process that runs a share of the tests


def prepare_environment() -> None:
    """Starts the server and names it to the settings; at the end of this process it is gone."""
    if WORKER:  # the rest of its environment is that of the process that started it
        files = Path(os.environ["DATA_DIR"]) / WORKER
        files.mkdir(exist_ok=True)
        os.environ["DATA_DIR"] = str(files)
        return
    until_the_end = ExitStack()
    if url := os.environ.get("DATABASE_URL"):
        database.must_do(url, FOR_TESTS)
        folder = until_the_end.enter_context(throwaway_folder())
    else:
        folder, os.environ["DATABASE_URL"] = until_the_end.enter_context(throwaway_server())
    files = folder / "files"
    files.mkdir()
    os.environ.update(SETTINGS, DATA_DIR=str(files))
    atexit.register(_close, until_the_end, os.getpid())


def pytest_configure(config: pytest.Config) -> None:
    """Compiles the translations, which lie in the repository as their sources only."""
    if not WORKER:
        call_command("compile_translations", stdout=io.StringIO())


def _close(stack: ExitStack, owner: int) -> None:
    if os.getpid() == owner:  # a test may fork, and the child's end is not the end of the run
        stack.close()


try:
    prepare_environment()
except Trouble as trouble:
    raise pytest.UsageError(str(trouble)) from None
