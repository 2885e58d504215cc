"""How long it takes from one venue to the next. Minutes and kilometres throughout.

The stored times of the demonstration, and ``estimate`` for a way that nobody has entered yet, come
from one rule of thumb: the straight line between the two points times 1.35 for the streets; on foot
4.2 km/h; by taxi 17 km/h and 4 minutes of waiting. To plan: the walk plus 5 minutes, or the taxi
plus 15 because six to nine people get in and out, rounded up to five. The rule is ours; no street
map and no traffic are in it, so whoever goes the way once should measure it.
"""

import math
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
class Way:
    """Between two venues, either way round. ``plan`` is what a programme should allow."""

    plan: int
    walk: int | None = None
    taxi: int | None = None
    measured: int | None = None
    measured_mode: str = ""  # of TravelTime.Mode

    @property
    def is_measured(self) -> bool:
        return self.measured is not None


HERE = Way(plan=0, walk=0)
Ways = dict[frozenset, Way]


def known_ways() -> Ways:
    """Every way that somebody has entered, by its two ends; one query for any number of questions."""
    return {frozenset((row.origin_id, row.destination_id)): as_way(row) for row in TravelTime.objects.all()}


def as_way(row: TravelTime) -> Way:
    return Way(row.plan_minutes, row.walk_minutes, row.taxi_minutes, row.measured_minutes, row.measured_mode)


def minutes_between(ways: Ways, origin: Venue | UUID, destination: Venue | UUID) -> Way | None:
    """The way between two venues, or their ids; None where nobody has entered it. Within a venue it takes no time."""
    ends = frozenset(getattr(end, "pk", end) for end in (origin, destination))
    return HERE if len(ends) == 1 else ways.get(ends)


def estimate(origin: Venue, destination: Venue) -> Way | None:
    """A first guess by the rule of thumb above; None where a point is missing on the map."""
    straight = straight_km(origin, destination)
    if straight is None:
        return None
    walk = math.ceil(straight * DETOUR / WALKING_KMH * 60)
    taxi = math.ceil(straight * DETOUR / TAXI_KMH * 60) + TAXI_WAIT
    plan = walk + WALK_SPARE if walk <= LONGEST_WALK else taxi + TAXI_SPARE
    return Way(plan=max(5, math.ceil(plan / 5) * 5), walk=walk, taxi=taxi)


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
