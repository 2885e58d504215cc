"""The actions of partners; each is set up with the city, organisation or venue that it holds."""

import datetime
from functools import partial

from core.translated import text
from partners import actions as partners
from partners.models import Agreement, City, CityTopic, HouseRule, TravelTime, Venue
from partners.opening_hours import Stretch
from tests import factories
from tests.guards.action import Action

OfACity = partial(Action, make=factories.create_city)
OfAnOrganisation = partial(Action, make=factories.create_organisation)
OfAVenue = partial(Action, make=factories.create_venue)
OfAPublicCity = partial(Action, make=factories.create_public_city)
WEEK: list[Stretch] = [(0, datetime.time(9), datetime.time(17))]
MINE, THEIRS = text("Mine"), text("Theirs")


def city_to_publish() -> City:
    factories.create_home()
    return factories.create_city(summary=text("About the city."))


def topic(city: City) -> CityTopic:
    return partners.add_topic(city=city, name=text("Topic"), by=None)


def agreement(city: City) -> Agreement:
    return partners.add_agreement(city=city, year=2003, what=text("Agreed"), by=None)


def venue_with_a_room() -> Venue:
    return factories.create_venue(capacity=5)


def house_rule(venue: Venue) -> HouseRule:
    return partners.add_house_rule(venue=venue, text=text("Ask."), reason=text("It is polite."), by=None)


def other_venue(venue: Venue) -> Venue:
    return factories.create_venue("Demo hub", organisation=venue.organisation)


def travel_time(venue: Venue) -> TravelTime:
    return partners.set_travel_time(origin=venue, destination=other_venue(venue), plan_minutes=20, by=None)


ACTIONS = [
    Action(
        partners.add_city,
        lambda _nothing: {"name": text("Brno"), "country": "CZ", "time_zone": "Europe/Prague"},
        make=lambda: None,  # nobody can hold what is not there yet
        is_held=False,
        is_of_a_whole=False,
    ),
    OfACity(partners.edit_city, lambda city: {"city": city, "staff_note": "Mine"}, other={"staff_note": "Theirs"}),
    OfACity(partners.publish_city, lambda city: {"city": city}, make=city_to_publish),
    OfAPublicCity(partners.withdraw_city, lambda city: {"city": city}),
    OfACity(partners.add_topic, lambda city: {"city": city, "name": text("Topic")}),
    OfACity(partners.edit_topic, lambda city: {"topic": topic(city), "name": MINE}, other={"name": THEIRS}),
    OfACity(partners.remove_topic, lambda city: {"topic": topic(city)}),
    OfACity(partners.add_agreement, lambda city: {"city": city, "year": 2003, "what": text("Agreed")}),
    OfACity(partners.edit_agreement, lambda city: {"agreement": agreement(city), "what": MINE}, other={"what": THEIRS}),
    OfACity(partners.remove_agreement, lambda city: {"agreement": agreement(city)}),
    Action(
        partners.add_organisation,
        lambda city: {"city": city, "name": text("New"), "kind": "other"},
        make=factories.create_home,
    ),
    OfAnOrganisation(
        partners.edit_organisation,
        lambda organisation: {"organisation": organisation, "name": MINE},
        other={"name": THEIRS},
    ),
    OfAnOrganisation(
        partners.add_contact,
        lambda organisation: {"organisation": organisation, "name": "Hanna Host", "role": text("Manager")},
    ),
    OfAnOrganisation(
        partners.edit_contact,
        lambda organisation: {"contact": factories.create_contact(organisation=organisation), "name": "Mine"},
        other={"name": "Theirs"},
    ),
    Action(
        partners.add_contact_with_organisation,
        lambda _home: {
            "organisation": None,
            "new_organisation": "New",
            "name": "Hanna Host",
            "role": text("Manager"),
        },
        make=factories.create_home,
        entries=2,  # the organisation is written down too
    ),
    OfAnOrganisation(
        partners.add_venue,
        lambda organisation: {"organisation": organisation, "name": text("New"), "address": "1 New Street"},
    ),
    Action(
        partners.add_venue_with_organisation,
        lambda _home: {
            "organisation": None,
            "new_organisation": "New",
            "name": "New",
            "address": "1 New Street",
            "space": "Main room",
            "capacity": 5,
        },
        make=factories.create_home,
        entries=3,  # the organisation, the venue and its room
    ),
    OfAVenue(partners.edit_venue, lambda venue: {"venue": venue, "name": MINE}, other={"name": THEIRS}),
    OfAVenue(partners.add_space, lambda venue: {"venue": venue, "name": text("New"), "capacity": 5}),
    OfAVenue(
        partners.edit_space,
        lambda venue: {"space": venue.spaces.get(), "name": MINE},
        make=venue_with_a_room,
        other={"name": THEIRS},
    ),
    OfAVenue(partners.remove_space, lambda venue: {"space": venue.spaces.get()}, make=venue_with_a_room),
    OfAVenue(partners.add_house_rule, lambda venue: {"venue": venue, "text": text("Ask."), "reason": text("So.")}),
    OfAVenue(
        partners.edit_house_rule, lambda venue: {"house_rule": house_rule(venue), "text": MINE}, other={"text": THEIRS}
    ),
    OfAVenue(partners.remove_house_rule, lambda venue: {"house_rule": house_rule(venue)}),
    OfAVenue(partners.set_opening_hours, lambda venue: {"venue": venue, "hours": WEEK}),
    OfAVenue(
        partners.set_travel_time,
        lambda venue: {"origin": venue, "destination": other_venue(venue), "plan_minutes": 20},
    ),
    OfAVenue(partners.remove_travel_time, lambda venue: {"travel_time": travel_time(venue)}),
]
