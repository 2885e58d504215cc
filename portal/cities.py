"""The partner cities as the first page draws them, from what is published."""

from core.languages import in_order
from core.translated import as_text
from partners.models import City


def cities_on_the_map() -> tuple[list[dict], dict | None]:
    """Every published city abroad that has a place on earth, in the reader's order, and our own; one query."""
    cities = [_as_dot(city) for city in City.objects.published() if city.live.body["latitude"] is not None]
    home = next((city for city in cities if city["is_home"]), None)
    return in_order((city for city in cities if not city["is_home"]), by=lambda city: city["name"]), home


def _as_dot(city: City) -> dict:
    document = city.live.body
    return {
        "name": str(as_text(document["name"])),
        "url": city.get_absolute_url(),
        "lat": float(document["latitude"]),
        "lon": float(document["longitude"]),
        "is_home": document["status"] == City.Status.HOME,
    }
