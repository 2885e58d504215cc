import pytest

from bench.visits import add_visits
from tests import factories
from visits.booking.models import Visit
from visits.release.models import VisitSummary


@pytest.fixture
def empty_portal(db):
    factories.create_user("Colin", email="coordinator@example.org", roles=["coordinator"])
    factories.create_city(slug="brno")


def test_as_many_visits_come_as_are_missing(empty_portal):
    factories.create_visit()
    add_visits(until=3)
    assert Visit.objects.open().count() == 3
    assert Visit.objects.filter(live__isnull=False).count() == VisitSummary.objects.filter(sessions=12).count() == 2


def test_none_come_where_enough_are_open(empty_portal):
    factories.create_visit()
    add_visits(until=1)
    assert Visit.objects.count() == 1
