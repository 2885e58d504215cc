"""Links to a map, and where a city stands on ours."""

from urllib.parse import urlencode

from partners.models import Venue

OPEN_STREET_MAP = "https://www.openstreetmap.org/"


def osm_url(venue: Venue) -> str:
    """The venue on OpenStreetMap: its point where we have one, else a search for its address."""
    if venue.latitude is None:
        return f"{OPEN_STREET_MAP}search?{urlencode({'query': f'{venue.address}, {venue.postcode}'.strip(', ')})}"
    point = f"{float(venue.latitude):.5f}", f"{float(venue.longitude):.5f}"
    return f"{OPEN_STREET_MAP}?mlat={point[0]}&mlon={point[1]}#map=18/{point[0]}/{point[1]}"
