"""The two visits are made once for all guards; every test finds them as they were."""

import pytest
from django.db import transaction

from tests.guards import two_visits as guards_two_visits
from tests.guards.visitors import Visitors


@pytest.fixture(scope="package")
def built_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield guards_two_visits.build()
        transaction.set_rollback(True)


@pytest.fixture
def two_visits(built_once, db):
    return built_once


@pytest.fixture
def visitors(two_visits, caplog) -> Visitors:
    """Sends requests; refusals are what is expected, so the log need not tell each with its traceback."""
    caplog.set_level("CRITICAL", logger="django.request")
    return Visitors(two_visits)
