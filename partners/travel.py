"""How long it takes from one venue to the next. Minutes and kilometres throughout.

The stored times of the demonstration, and ``estimate`` where nobody has entered one yet, come
from one rule of thumb: the straight line between the two points times 1.35 for the streets; on foot
4.2 km/h; by taxi 17 km/h and 4 minutes of waiting. To plan: the walk plus 5 minutes, or the taxi
plus 15 because six to nine people get in and out, rounded up to five. The rule is ours; no street
map and no traffic are in it, so whoever goes there once should measure it.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from partners.models import TravelTime, Venue

DETOUR = 1.35  # streets against the straight line
WALKING_KMH = 4.2  # a group, with crossings
TAXI_KMH = 17
TAXI_WAIT = 4
LONGEST_WALK = 15  # minutes on foot beyond which a group is driven
WALK_SPARE = 5
TAXI_SPARE = 15
EARTH_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True)
class Route:
    """The travel time between two venues, in either direction. ``plan`` is what a programme should allow."""

    plan: int
    walk: int | None = None
    taxi: int | None = None
    measured: int | None = None
    measured_mode: str = ""  # of TravelTime.Mode

    @property
    def is_measured(self) -> bool:
        return self.measured is not None


HERE = Route(plan=0, walk=0)
TravelTimes = dict[frozenset, Route]


def known_travel_times(*, between: Collection[UUID] | None = None) -> TravelTimes:
    """Every travel time that somebody has entered, by its two ends; one query for any number of questions.

    ``between`` keeps to those with both ends among these venues.
    """
    rows = TravelTime.objects.all()
    if between is not None:
        rows = rows.filter(origin__in=between, destination__in=between)
    return {frozenset((row.origin_id, row.destination_id)): as_route(row) for row in rows}


def as_route(row: TravelTime) -> Route:
    return Route(row.plan_minutes, row.walk_minutes, row.taxi_minutes, row.measured_minutes, row.measured_mode)


def route_between(travel_times: TravelTimes, origin: Venue | UUID, destination: Venue | UUID) -> Route | None:
    """The route between two venues, or their ids; None where nobody has entered it. Within a venue it takes no time."""
    ends = frozenset(getattr(end, "pk", end) for end in (origin, destination))
    return HERE if len(ends) == 1 else travel_times.get(ends)


def estimate(origin: Venue, destination: Venue) -> Route | None:
    """A first guess by the rule of thumb above; None where a point is missing on the map."""
    straight = straight_km(origin, destination)
    if straight is None:
        return None
    walk = math.ceil(straight * DETOUR / WALKING_KMH * 60)
    taxi = math.ceil(straight * DETOUR / TAXI_KMH * 60) + TAXI_WAIT
    plan = walk + WALK_SPARE if walk <= LONGEST_WALK else taxi + TAXI_SPARE
    return Route(plan=max(5, math.ceil(plan / 5) * 5), walk=walk, taxi=taxi)


def straight_km(origin: Venue, destination: Venue) -> float | None:
    """The great circle between two venues (haversine); None where a point is missing."""
    if origin.latitude is None or destination.latitude is None:
        return None
    there, here = _radians(origin), _radians(destination)
    half = math.sin((here[0] - there[0]) / 2) ** 2
    half += math.cos(there[0]) * math.cos(here[0]) * math.sin((here[1] - there[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def _radians(venue: Venue) -> tuple[float, float]:
    return math.radians(venue.latitude), math.radians(venue.longitude)
