"""How long it takes from one venue to the next."""

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from core.access import Refusal
from partners import actions, travel
from partners.models import TravelTime, Venue
from tests.factories import create_venue

pytestmark = pytest.mark.django_db
DEMONSTRATION = yaml.safe_load((settings.BASE_DIR / "demo" / "organisations.yaml").read_text())


@pytest.fixture
def hall(db):
    return create_venue("Demo hall")


@pytest.fixture
def hub(hall):
    return create_venue("Demo hub", organisation=hall.organisation)


def test_a_way_is_as_long_there_as_back(hall, hub, alice):
    actions.set_travel_time(origin=hall, destination=hub, plan_minutes=35, walk_minutes=48, taxi_minutes=16, by=alice)
    travel_times = travel.known_travel_times()
    assert travel.route_between(travel_times, hall, hub) == travel.Route(plan=35, walk=48, taxi=16)
    assert travel.route_between(travel_times, hub, hall) == travel.route_between(travel_times, hall, hub)


def test_ids_do_as_well_as_venues(hall, hub, alice):
    actions.set_travel_time(origin=hub, destination=hall, plan_minutes=10, by=alice)
    assert travel.route_between(travel.known_travel_times(), hall.pk, hub.pk).plan == 10


def test_setting_a_travel_time_again_from_the_other_end_changes_the_same_one(hall, hub, alice):
    actions.set_travel_time(origin=hall, destination=hub, plan_minutes=35, by=alice)
    actions.set_travel_time(origin=hub, destination=hall, plan_minutes=40, by=alice)
    assert [travel_time.plan_minutes for travel_time in TravelTime.objects.all()] == [40]


def test_within_a_venue_it_takes_no_time(hall):
    assert travel.route_between({}, hall, hall).plan == 0


def test_an_unknown_way_is_none(hall, hub):
    assert travel.route_between(travel.known_travel_times(), hall, hub) is None


def test_a_measured_way_says_so(hall, hub, alice):
    actions.set_travel_time(
        origin=hall, destination=hub, plan_minutes=10, measured_minutes=5, measured_mode="walk", by=alice
    )
    travel_time = travel.route_between(travel.known_travel_times(), hall, hub)
    assert (travel_time.is_measured, travel_time.measured, travel_time.measured_mode) == (True, 5, "walk")


def test_a_way_leads_to_another_venue(hall, alice):
    with pytest.raises(Refusal):
        actions.set_travel_time(origin=hall, destination=hall, plan_minutes=5, by=alice)


def test_all_ways_take_one_query(hall, hub, alice, django_assert_num_queries):
    third = create_venue("Demo court", organisation=hall.organisation)
    for origin, destination in ((hall, hub), (hub, third), (third, hall)):
        actions.set_travel_time(origin=origin, destination=destination, plan_minutes=20, by=alice)
    with django_assert_num_queries(1):
        travel_times = travel.known_travel_times()
        assert [travel.route_between(travel_times, hall, other).plan for other in (hub, third)] == [20, 20]


def point(slug: str) -> Venue:
    row = next(each for each in DEMONSTRATION["venues"] if each["slug"] == slug)
    return Venue(latitude=row["latitude"], longitude=row["longitude"])


@pytest.mark.parametrize(
    "travel_time", DEMONSTRATION["travel"], ids=lambda travel_time: f"{travel_time['from']} to {travel_time['to']}"
)
def test_the_estimate_is_what_the_demonstration_was_computed_with(travel_time):
    guess = travel.estimate(point(travel_time["from"]), point(travel_time["to"]))
    assert (guess.walk, guess.taxi, guess.plan) == (
        travel_time["walk_minutes"],
        travel_time["taxi_minutes"],
        travel_time["plan_minutes"],
    )


def test_there_is_no_estimate_without_a_point_on_the_map():
    assert travel.estimate(Venue(latitude=53.8, longitude=-1.5), Venue()) is None


degrees = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


@given(degrees, degrees)
def test_the_straight_line_is_symmetric_and_never_longer_than_half_the_earth(one, other):
    here, there = Venue(latitude=one[0], longitude=one[1]), Venue(latitude=other[0], longitude=other[1])
    assert travel.straight_km(here, there) == pytest.approx(travel.straight_km(there, here), abs=1e-6)
    assert 0 <= travel.straight_km(here, there) <= 20016
