"""All that grows, in the order in which one thing needs the other."""

from random import Random

from django.db import transaction

from bench.growth import Sizes, large_visit, places, practices, visits
from visits.booking.models import Visit


@transaction.atomic
def fill(sizes: Sizes) -> Visit:
    """Fill the demonstration's database up to these sizes; the large visit."""
    model, random = Visit.objects.get(reference="brno-1"), Random(1)  # noqa: S311 -- the same rows each time, no secret
    places.fill(sizes, random)
    practices.fill(sizes)
    large = large_visit.fill(sizes, random, model)
    visits.fill(sizes, random, model)
    return large
