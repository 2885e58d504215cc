"""The partner cities as the first page draws them, from what is published."""

from core.languages import in_order
from core.translated import as_text
from partners.models import City


def cities_on_the_map() -> tuple[list[dict], dict | None]:
    """Every published city abroad that has a place on earth, in the reader's order, and our own; one query."""
    cities = [city for city in City.objects.published() if city.live.body["latitude"] is not None]
    homes = [city.live.body["home"] for city in cities if city.live.body["home"]["latitude"] is not None]
    dots = [_dot(city.live.body, city.get_absolute_url()) for city in cities]
    return in_order(dots, by=lambda dot: dot["name"]), _dot(homes[0]) if homes else None


def _dot(place: dict, url: str = "") -> dict:
    return {"name": str(as_text(place["name"])), "url": url, "lat": place["latitude"], "lon": place["longitude"]}
