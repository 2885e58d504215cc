"""A city whose page is public, with everything that can stand on it."""

import datetime
from decimal import Decimal

from core.translated import text
from partners import actions
from partners.models import City
from tests.factories import create_city, create_home


def publishable_city(called: str = "Brno", **fields) -> City:
    create_home()
    values = {
        "summary": text("Demo summary.", cs="Ukázkový souhrn."),
        "certainty": text("The partnership is in force.", cs="Partnerství trvá."),
        "latitude": Decimal("49.19522"),
        "longitude": Decimal("16.60796"),
        "languages": ["cs"],
        "entry": "eta",
        "entry_summary": text("An ETA is needed.", cs="Nutné je povolení ETA."),
        "entry_checked_on": datetime.date(2026, 11, 22),
    }
    return create_city(called, **{**values, **fields})


def published_city(called: str = "Brno", **fields) -> City:
    city = publishable_city(called, **fields)
    actions.add_topic(city=city, name=text("Demo topic", cs="Ukázkové téma"), by=None)
    actions.add_agreement(city=city, year=2003, what=text("Demo memorandum.", cs="Ukázkové memorandum."), by=None)
    actions.publish_city(city=city, by=None)
    city.refresh_from_db()
    return city
