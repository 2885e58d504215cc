"""The partner cities as the first page draws them, from what is published."""

from core.languages import in_order
from partners.city_page import map_of
from partners.models import City


def cities_on_the_map() -> tuple[list[dict], dict | None]:
    """Every published city abroad that has a place on earth, in the reader's order, and our own; one query."""
    drawn = map_of([city.live.body for city in City.objects.published()])
    return in_order(drawn["map_cities"], by=lambda dot: dot["name"]), drawn["map_home"]
