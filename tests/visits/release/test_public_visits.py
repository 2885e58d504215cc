"""The public is told of a visit what its release says, and of drafts nothing."""

import datetime

import pytest
import time_machine

from core.translated import text
from partners.actions import publish_city, withdraw_city
from tests import factories
from tests.factories import DAY_ONE, create_session
from visits.booking.actions import move_visit
from visits.release import actions
from visits.release.public_visits import next_visit, public_visits

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(alice):
    visit = factories.create_visit("Social workers", city=factories.create_public_city("Brno"), status="confirmed")
    create_session(visit, "Talk")
    actions.publish_release(visit=visit, by=alice)
    return visit


def test_a_firm_visit_is_told_with_its_days(firm):
    [told] = public_visits()

    assert (str(told.title), str(told.city_name), told.days) == ("Social workers", "Brno", "9–10 March 2027")


def test_a_change_of_the_draft_is_not_told(firm):
    firm.refresh_from_db()
    firm.title = text("A secret")
    firm.ends_on = DAY_ONE + datetime.timedelta(days=5)
    firm.save()

    [told] = public_visits()
    assert (str(told.title), told.last) == ("Social workers", DAY_ONE + datetime.timedelta(days=1))


def test_the_city_is_called_as_on_its_page_and_not_as_in_its_draft(firm, alice):
    firm.city.name = text("A secret")
    firm.city.save()

    assert str(public_visits()[0].city_name) == "Brno"

    publish_city(city=firm.city, by=alice)
    assert str(public_visits()[0].city_name) == "A secret"


def test_of_a_city_without_a_page_nothing_is_told(firm, alice):
    withdraw_city(city=firm.city, by=alice)

    assert public_visits() == []


def test_a_proposal_is_not_told(visit, alice):
    create_session(visit, "Talk")
    actions.publish_release(visit=visit, by=alice)

    assert public_visits() == []


def test_a_cancelled_visit_is_told_no_longer(firm, alice):
    move_visit(visit=firm, to="cancelled", by=alice)

    assert public_visits() == []


def test_the_next_visit_is_the_first_that_has_not_ended(firm, alice):
    with time_machine.travel(factories.moment("12:00", DAY_ONE + datetime.timedelta(days=1))):
        assert next_visit().first == DAY_ONE
    with time_machine.travel(factories.moment("12:00", DAY_ONE + datetime.timedelta(days=2))):
        assert next_visit() is None
