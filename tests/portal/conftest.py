"""The demonstration as rows: loaded once for all tests of a module that ask for it."""

import datetime

import pytest
from django.core.management import call_command

from portal.demonstration import loading
from portal.demonstration.files import permanent_id

TUESDAY = datetime.date(2027, 3, 9)


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker):
    """Committed, so that every test of the module begins from it; all tables are emptied afterwards."""
    with django_db_blocker.unblock():
        loading.load(first_day=TUESDAY)
    yield
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def demonstration(loaded_once, db):
    """A database that holds the demonstration, with the visit from Brno on 9 and 10 March 2027."""


@pytest.fixture
def brought(demonstration):
    """``brought(Session, "session", "brno", "d1-rp")``: the row of that name."""
    return lambda model, kind, *names: model.objects.get(pk=permanent_id(kind, *names))
