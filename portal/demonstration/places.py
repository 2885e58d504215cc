"""Cities, organisations, venues with their spaces and house rules, contacts, and the travel times between venues."""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import models

from accounts.models import User
from partners import actions
from partners.models import Agreement, City, CityTopic, Contact, HouseRule, Organisation, Space, TravelTime, Venue
from partners.opening_hours import Stretch
from portal.demonstration.files import Files, exact, imported_text, permanent_id
from portal.demonstration.importing import IMPORT, Given, Import, Kind, Rows, by_id, one_by_one

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def take_in(run: Import, files: Files, *, editor: User | None, coordinator: User | None) -> None:
    """Editors write about the cities, coordinators keep everything else."""
    cities, places = files.cities, files.places
    run.take_in(CITY, [_city(each) for each in cities], by=editor)
    run.take_in(TOPIC, [topic for each in cities for topic in _topics(run, each)], by=editor)
    run.take_in(AGREEMENT, [agreement for each in cities for agreement in _agreements(run, each)], by=editor)
    run.take_in(ORGANISATION, [_organisation(run, each) for each in places["organisations"]], by=coordinator)
    run.take_in(VENUE, [_venue(run, each) for each in places["venues"]], by=coordinator)
    run.take_in(SPACE, [space for each in places["venues"] for space in _spaces(run, each)], by=coordinator)
    run.take_in(HOUSE_RULE, [rule for each in places["venues"] for rule in _house_rules(run, each)], by=coordinator)
    run.take_in(CONTACT, [_contact(run, each) for each in places["contacts"]], by=coordinator)
    run.take_in(TRAVEL_TIME, [_travel_time(run, each) for each in places["travel"]], by=coordinator)


def publish(run: Import, files: Files, *, by: User | None) -> None:
    """Every city that this run has brought; our own has no page among the partner cities."""
    for given in files.cities:
        if run.is_new("city", given["slug"]) and given["status"] != City.Status.HOME:
            actions.publish_city(city=run.find("city", given["slug"]), by=by, via=IMPORT)


# --- what the files say --------------------------------------------------------------------------


def _city(given: dict[str, Any]) -> Given:
    as_it_is = [
        *("slug", "local_name", "local_language", "country", "time_zone", "status", "partner_since"),
        *("languages", "entry_checked_on", "provenance"),
    ]
    texts = ["name", "certainty", "since_words", "entry_summary", "summary"]
    words = ["second_local_name", "second_local_language", "interpreter_language", "entry", "staff_note"]
    values = {
        **{name: given[name] for name in as_it_is},
        **{name: imported_text(given.get(name)) for name in texts},
        **{name: given.get(name) or "" for name in words},
        **{name: exact(given[name], 5) for name in ("latitude", "longitude")},
    }
    return Given(permanent_id("city", given["slug"]), values)


def _topics(run: Import, given: dict[str, Any]) -> list[Given]:
    city = run.find("city", given["slug"])
    return [
        Given(
            permanent_id("topic", given["slug"], topic["en"]),
            {"position": place, "name": imported_text(topic)},
            whole={"city": city},
        )
        for place, topic in enumerate(given["topics"])
    ]


def _agreements(run: Import, given: dict[str, Any]) -> list[Given]:
    city = run.find("city", given["slug"])
    return [
        Given(
            permanent_id("agreement", given["slug"], each["ref"]),
            {"year": each["year"], "on": each["on"], "what": imported_text(each["what"]), "sources": each["sources"]},
            whole={"city": city},
        )
        for each in given["agreements"]
    ]


def _organisation(run: Import, given: dict[str, Any]) -> Given:
    values = {
        "slug": given["slug"],
        "name": imported_text(given["name"]),
        "kind": given["kind"],
        "about": imported_text(given["about"]),
        "provenance": {"about": given["provenance"]},
    }
    return Given(permanent_id("organisation", given["slug"]), values, whole={"city": run.find("city", given["city"])})


def _venue(run: Import, given: dict[str, Any]) -> Given:
    values = {
        **{name: given[name] for name in ("slug", "address", "postcode", "precision", "provenance")},
        **{name: imported_text(given[name]) for name in ("name", "kind", "entrance", "access")},
        **{name: exact(given[name], 5) for name in ("latitude", "longitude")},
    }
    return Given(
        permanent_id("venue", given["slug"]),
        values,
        once={"hours": _hours(given["opening"])},
        whole={"organisation": run.find("organisation", given["organisation"])},
    )


def _hours(opening: dict[str, list[str]]) -> list[Stretch]:
    return [
        (WEEKDAYS.index(day), datetime.time.fromisoformat(opens), datetime.time.fromisoformat(closes))
        for day, (opens, closes) in opening.items()
    ]


def _spaces(run: Import, given: dict[str, Any]) -> list[Given]:
    venue = run.find("venue", given["slug"])
    return [
        Given(
            permanent_id("space", given["slug"], each["ref"]),
            {"name": imported_text(each["name"]), "capacity": each["capacity"], "note": imported_text(each["note"])},
            whole={"venue": venue},
        )
        for each in given["spaces"]
    ]


def _house_rules(run: Import, given: dict[str, Any]) -> list[Given]:
    venue = run.find("venue", given["slug"])
    return [
        Given(
            permanent_id("house-rule", given["slug"], each["ref"]),
            {"position": place, "text": imported_text(each["text"]), "reason": imported_text(each["reason"])},
            whole={"venue": venue},
        )
        for place, each in enumerate(given["house_rules"])
    ]


def _contact(run: Import, given: dict[str, Any]) -> Given:
    values = {
        **{name: given[name] for name in ("slug", "name", "email", "phone", "languages", "gives_sessions")},
        "role": imported_text(given["role"]),
        "usual_venue": run.find("venue", given["usual_venue"] or ""),
    }
    return Given(
        permanent_id("contact", given["slug"]),
        values,
        whole={"organisation": run.find("organisation", given["organisation"])},
    )


def _travel_time(run: Import, given: dict[str, Any]) -> Given:
    as_it_is = [
        *("walk_minutes", "taxi_minutes", "plan_minutes", "measured_minutes", "measured_mode", "measured_on"),
        "provenance",
    ]
    values = {
        **{name: given[name] for name in as_it_is},
        **{name: exact(given[name], 2) for name in ("straight_km", "road_km")},
    }
    ends = {"origin": run.find("venue", given["from"]), "destination": run.find("venue", given["to"])}
    return Given(permanent_id("way", given["from"], given["to"]), values, whole=ends)


# --- how they come in ----------------------------------------------------------------------------


def _changing(edit: Callable[..., models.Model], name: str) -> Callable[..., models.Model]:
    """``edit(<name>=row, ...)`` as an import calls it."""

    def change(row: models.Model, by: User | None, **values: Any) -> models.Model:
        return edit(**{name: row}, by=by, via=IMPORT, **values)

    return change


def _add_venue(*, hours: list[Stretch], by: User | None, via: str, **values: Any) -> Venue:
    venue = actions.add_venue(by=by, via=via, **values)
    return actions.set_opening_hours(venue=venue, hours=hours, by=by, via=via)


def _look_up_travel_times(givens: list[Given]) -> Rows:
    """A travel time is known by its two ends."""
    travel_times = {
        frozenset((travel_time.origin_id, travel_time.destination_id)): travel_time
        for travel_time in TravelTime.objects.all()
    }
    ends = {given.key: frozenset(end and end.pk for end in given.whole.values()) for given in givens}
    return {key: travel_times[pair] for key, pair in ends.items() if pair in travel_times}


def _set_travel_times(givens: list[Given], by: User | None) -> Rows:
    return {given.key: actions.set_travel_time(by=by, via=IMPORT, **given.whole, **given.values) for given in givens}


def _renew_travel_time(travel_time: TravelTime, by: User | None, **values: Any) -> TravelTime:
    return actions.set_travel_time(
        origin=travel_time.origin, destination=travel_time.destination, by=by, via=IMPORT, **values
    )


CITY = Kind("city", by_id(City), one_by_one(actions.add_city), _changing(actions.edit_city, "city"))
TOPIC = Kind("topic", by_id(CityTopic), one_by_one(actions.add_topic), _changing(actions.edit_topic, "topic"))
AGREEMENT = Kind(
    "agreement", by_id(Agreement), one_by_one(actions.add_agreement), _changing(actions.edit_agreement, "agreement")
)
ORGANISATION = Kind(
    "organisation",
    by_id(Organisation),
    one_by_one(actions.add_organisation),
    _changing(actions.edit_organisation, "organisation"),
)
VENUE = Kind("venue", by_id(Venue), one_by_one(_add_venue), _changing(actions.edit_venue, "venue"))
SPACE = Kind("space", by_id(Space), one_by_one(actions.add_space), _changing(actions.edit_space, "space"))
HOUSE_RULE = Kind(
    "house rule", by_id(HouseRule), one_by_one(actions.add_house_rule), _changing(actions.edit_house_rule, "house_rule")
)
CONTACT = Kind("contact", by_id(Contact), one_by_one(actions.add_contact), _changing(actions.edit_contact, "contact"))
TRAVEL_TIME = Kind("way", _look_up_travel_times, _set_travel_times, _renew_travel_time)
