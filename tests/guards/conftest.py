"""The ground is laid once for all guards; every test stands on it and leaves it as it was."""

import pytest
from django.db import transaction

from tests.guards import ground as guards_ground
from tests.guards.visitors import Visitors


@pytest.fixture(scope="package")
def laid_ground(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield guards_ground.build()
        transaction.set_rollback(True)


@pytest.fixture
def ground(laid_ground, db):
    return laid_ground


@pytest.fixture
def visitors(ground, caplog) -> Visitors:
    """Sends requests; refusals are what is expected, so the log need not tell each with its traceback."""
    caplog.set_level("CRITICAL", logger="django.request")
    return Visitors(ground)
