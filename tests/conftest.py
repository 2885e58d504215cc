"""What every test can ask for: the three people of each access story, and a browser's client."""

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from launcher import browser
from tests import factories


def pytest_configure():
    """Static files as they lie in the checkout, and passwords that are quick to check."""
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit empty every table afterwards; anywhere else the frozen ones refuse that."""
    _execute(django_db_blocker, f"ALTER DATABASE \"{connection.settings_dict['NAME']}\" SET open_doors.emptying = 'on'")
    yield
    # A thread that served a browser may hold its session a moment longer, and then no database can be dropped.
    _execute(django_db_blocker, END_OTHERS)


END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def _execute(blocker, sql: str) -> None:
    with blocker.unblock():
        connection.close()  # what a test before has left may have been ended by the server
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()


@pytest.fixture(autouse=True)
def in_english():
    """A page asked for in Czech leaves its language to the thread, and so to the next test."""
    with translation.override("en"):
        yield


@pytest.fixture
def alice(db):
    """Coordinates the visits."""
    return factories.create_user("Alice", roles=["coordinator"])


@pytest.fixture
def visit(alice):
    """The visit that Alice coordinates and on which Bob is a delegate."""
    return factories.create_visit(lead_coordinator=alice)


@pytest.fixture
def bob(visit):
    """A delegate on Alice's visit."""
    return factories.create_member(visit, "Bob").invitation.user


@pytest.fixture
def charlie(db):
    """Somebody of another visit, who must see nothing of this one."""
    return factories.create_member(factories.create_visit(), "Charlie").invitation.user


@pytest.fixture
def editor(db):
    return factories.create_user("Edith", roles=["editor"])


@pytest.fixture
def administrator(db):
    return factories.create_user("Ada", roles=["administrator"])


@pytest.fixture
def as_person(client):
    """``as_person(alice)``: a test client in which she is signed in, second factor and all."""

    def sign_in(user):
        return factories.sign_in(client, user)

    return sign_in


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """How pytest-playwright starts the one browser of a run."""
    return browser.launch_arguments()
