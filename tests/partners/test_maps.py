from decimal import Decimal

from partners.maps import osm_url
from partners.models import Venue


def test_a_venue_with_a_point_stands_on_the_map():
    venue = Venue(latitude=Decimal("53.80120"), longitude=Decimal("-1.54663"))
    assert osm_url(venue) == ("https://www.openstreetmap.org/?mlat=53.80120&mlon=-1.54663#map=18/53.80120/-1.54663")


def test_a_venue_without_a_point_is_searched_for_by_its_address():
    venue = Venue(address="1 Demo Street, Leeds", postcode="LS1 1AA")
    assert osm_url(venue) == "https://www.openstreetmap.org/search?query=1+Demo+Street%2C+Leeds%2C+LS1+1AA"
