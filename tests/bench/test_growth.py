"""What `make bench-growth` fills in, at a small size: all of it is there, and the portal can live with it."""

import pytest
from django.urls import reverse

from accounts.models import User
from bench.growth import Sizes
from bench.growth.everything import fill
from core.published import is_news
from partners.models import TravelTime, Venue
from portal.demonstration import loading
from practices import editions
from practices.models import Practice
from tests import factories
from tests.portal.conftest import TUESDAY
from visits.booking.models import Visit
from visits.delegation.models import Person
from visits.programme.models import Session
from visits.release import summary

SMALL = Sizes(
    venues=20,
    practices=24,
    practices_by_actions=2,
    visits=12,
    open_visits=7,
    sessions=140,
    people=70,
    sessions_of_the_large_visit=45,
    people_of_the_large_visit=9,
)


@pytest.fixture
def large(db):
    loading.load(first_day=TUESDAY)
    return fill(SMALL)


def test_a_database_grows_to_its_sizes_and_all_of_it_is_published_and_counted(large, client):
    counts = [kind.objects.count() for kind in (Venue, Practice, Visit, Session, Person)]
    assert counts == [SMALL.venues, SMALL.practices, SMALL.visits, SMALL.sessions, SMALL.people]
    assert Visit.objects.open().count() == SMALL.open_visits
    assert (large.sessions.count(), large.people.count()) == (45, 9)
    assert TravelTime.objects.count() == SMALL.venues * (SMALL.venues - 1) // 2
    assert [each.slug for each in copies_of_practices() if is_news(each, editions.write(each))] == []

    summary.write_those_behind()
    assert summary.untrue() == []
    assert_that_everybody_sees_it(large, client)


def copies_of_practices():
    copies = Practice.objects.filter(slug__startswith="growth-").with_parts().select_related("live")
    assert {copy.live.number for copy in copies} == {2}
    return copies


def assert_that_everybody_sees_it(large, client):
    pages = {
        "coordinator@example.org": ["visit", "programme", "publish"],
        "delegate@example.org": ["itinerary"],
    }
    for email, names in pages.items():
        factories.sign_in(client, User.objects.get(email=email))
        for name in names:
            assert client.get(reverse(f"visits:{name}", args=[large.reference])).status_code == 200
