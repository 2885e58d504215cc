"""Organisations, venues with rooms and hours, who works there, and the travel times between all of them."""

import datetime
from decimal import Decimal
from itertools import combinations
from random import Random

from bench.growth import Sizes
from bench.growth.rows import save
from core.translated import text
from partners.models import City, Contact, HouseRule, OpeningHours, Organisation, Space, TravelTime, Venue
from partners.travel import estimate

VENUES_OF_ONE = 6  # organisation
HOSTS_AT_ONE = 3  # venue
OPENS, CLOSES = datetime.time(8, 30), datetime.time(17, 30)


def fill(sizes: Sizes, random: Random) -> None:
    venues = _venues(sizes.venues - Venue.objects.count(), random)
    save(Space(venue=venue, name=text(f"Room {room}"), capacity=25 * room) for venue in venues for room in (1, 2))
    save(
        OpeningHours(venue=venue, weekday=weekday, opens=OPENS, closes=CLOSES)
        for venue in venues
        for weekday in range(5)
    )
    save(
        HouseRule(venue=venue, text=text("Please sign in at the desk."), reason=text("It counts who is in the house."))
        for venue in venues
    )
    _hosts(venues)
    _travel_times()


def _venues(count: int, random: Random) -> list[Venue]:
    home = City.objects.home().get()
    organisations = save(
        Organisation(slug=f"growth-organisation-{number}", city=home, name=text(f"Organisation {number}"))
        for number in range(1 + count // VENUES_OF_ONE)
    )
    return save(
        Venue(
            slug=f"growth-venue-{number}",
            organisation=organisations[number // VENUES_OF_ONE],
            name=text(f"House {number}", cs=f"Dům {number}"),
            address=f"{number + 1} Demo Street, Leeds",
            latitude=Decimal("53.8") + Decimal(random.randint(-4000, 4000)) / 100_000,
            longitude=Decimal("-1.55") + Decimal(random.randint(-6000, 6000)) / 100_000,
            entrance=text("The door is beside the car park; ring the lower bell.", cs="Dveře jsou vedle parkoviště."),
            access=text("No steps; the lift goes to every floor.", cs="Bez schodů; výtah jede do všech pater."),
        )
        for number in range(count)
    )


def _hosts(venues: list[Venue]) -> None:
    save(
        Contact(
            organisation_id=venue.organisation_id,
            usual_venue=venue,
            name=f"Host {place * HOSTS_AT_ONE + number}",
            role=text("team manager", cs="vedoucí týmu"),
            gives_sessions=True,
        )
        for place, venue in enumerate(venues)
        for number in range(HOSTS_AT_ONE)
    )


def _travel_times() -> None:
    """Between any two venues that have none yet."""
    known = set(TravelTime.objects.values_list("origin_id", "destination_id"))
    placed = Venue.objects.exclude(latitude=None).order_by("pk")  # a travel time begins at the smaller id
    save(
        TravelTime(origin=origin, destination=destination, plan_minutes=estimate(origin, destination).plan)
        for origin, destination in combinations(placed, 2)
        if (origin.pk, destination.pk) not in known
    )
