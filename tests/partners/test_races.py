"""Two people at the same moment, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connections

from core.access import Refusal
from core.changing import Gone
from core.translated import text
from partners import actions
from partners.models import City, Organisation, TravelTime, Venue
from tests.factories import create_city, create_organisation, create_venue

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10
LILLE = {"name": text("Lille"), "country": "FR", "time_zone": "Europe/Paris"}


def at_once(*things: Callable) -> list:
    """What each returned, or raised."""
    ready = Barrier(len(things), timeout=10)

    def run(thing: Callable):
        ready.wait()
        try:
            return thing()
        except Exception as error:  # whatever it was, the test is to see it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(things)) as people:
        return list(people.map(run, things))


def kinds(outcomes: list) -> list[str]:
    return sorted(type(each).__name__ for each in outcomes)


def test_of_two_cities_of_one_name_one_is_refused():
    for _round in range(ROUNDS):
        assert kinds(at_once(*[partial(actions.add_city, by=None, **LILLE)] * 2)) == ["City", "Refusal"]
        City.objects.all().delete()


def test_of_two_venues_of_one_name_and_address_one_is_refused():
    organisation = create_organisation()
    for number in range(ROUNDS):
        hall = {"organisation": organisation, "name": text(f"Hall {number}"), "address": "x", "by": None}
        assert kinds(at_once(*[partial(actions.add_venue, **hall)] * 2)) == ["Refusal", "Venue"]


def test_organisations_of_one_name_in_two_cities_get_addresses_of_their_own():
    cities = create_city("Brno"), create_city("Lille")
    for number in range(ROUNDS):
        add = partial(actions.add_organisation, name=text(f"Council {number}"), by=None)
        assert kinds(at_once(*[partial(add, city=city) for city in cities])) == ["Organisation", "Organisation"]
    assert Organisation.objects.count() == 2 * ROUNDS


def test_two_edits_of_different_fields_are_both_kept():
    venue = create_venue("Demo hall", postcode="LS1 1AA", precision="")
    for number in range(ROUNDS):
        venue.refresh_from_db()
        base = {"postcode": venue.postcode, "precision": venue.precision}
        mine = {**base, "postcode": f"LS{number} 2BB"}
        theirs = {**base, "precision": f"{number} metres"}
        edit = partial(actions.edit_venue, venue=venue, by=None, base=base)
        at_once(partial(edit, **mine), partial(edit, **theirs))
        venue.refresh_from_db()
        assert (venue.postcode, venue.precision) == (mine["postcode"], theirs["precision"])
    assert venue.revision == 2 * ROUNDS


def test_two_who_set_the_way_from_either_end_do_not_wait_for_each_other_for_ever():
    hall = create_venue("Demo hall")
    hub = create_venue("Demo hub", organisation=hall.organisation)
    there = partial(actions.set_travel_time, origin=hall, destination=hub, by=None)
    back = partial(actions.set_travel_time, origin=hub, destination=hall, by=None)
    for number in range(ROUNDS):
        outcomes = at_once(partial(there, plan_minutes=10 + number), partial(back, plan_minutes=50 + number))
        assert kinds(outcomes) == ["TravelTime", "TravelTime"]
    assert TravelTime.objects.count() == 1
    assert list(Venue.objects.values_list("revision", flat=True)) == [2 * ROUNDS] * 2


def test_what_was_removed_meanwhile_is_not_edited_back():
    hall = create_venue("Demo hall")
    hub = create_venue("Demo hub", organisation=hall.organisation)
    travel_time = actions.set_travel_time(origin=hall, destination=hub, plan_minutes=10, by=None)
    actions.remove_travel_time(travel_time=travel_time, by=None)
    with pytest.raises(Gone):
        actions.set_travel_time(origin=hall, destination=hub, by=None, base={"plan_minutes": 10}, plan_minutes=12)
    with pytest.raises(Gone):
        actions.remove_travel_time(travel_time=travel_time, by=None)
    assert not TravelTime.objects.exists()


def test_our_own_city_is_one_also_for_whoever_has_no_form():
    create_city("Leeds", status=City.Status.HOME)
    with pytest.raises(Refusal) as refused:
        actions.edit_city(city=create_city("Brno"), by=None, status=City.Status.HOME)
    assert refused.value.field == "status"
