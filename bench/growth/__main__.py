"""Fills the database of DATABASE_URL, which must be the demonstration's and not matter to anybody.

Prints as JSON what is there afterwards, with the reference of the large visit.
"""

import json

import django

django.setup()

from django.db import connection  # noqa: E402 -- the models must be ready first

from bench.growth import YEARS  # noqa: E402
from bench.growth.everything import fill  # noqa: E402
from partners.models import TravelTime, Venue  # noqa: E402
from practices.models import Practice, PracticeEdition  # noqa: E402
from visits.booking.models import Visit  # noqa: E402
from visits.delegation.models import Person  # noqa: E402
from visits.programme.models import Session  # noqa: E402
from visits.release.models import Release  # noqa: E402

COUNTED = [Visit, Session, Person, Release, Practice, PracticeEdition, Venue, TravelTime]


def main() -> None:
    if Visit.objects.count() > 100:
        raise SystemExit("This database has visits of its own already, so nothing was filled in.")
    large = fill(YEARS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as the database would do by itself in time
    counts = {kind.__name__: kind._base_manager.count() for kind in COUNTED}
    print(json.dumps({"large": large.reference, "open": Visit.objects.open().count(), "counts": counts}))


main()
