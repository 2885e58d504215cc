"""Visits on the page of a city."""

from django import template
from django.utils import timezone

from visits.release.public_visits import public_visits

register = template.Library()


@register.inclusion_tag("visits/release/of_city.html")
def visits_of_city(slug: str) -> dict:
    """The visits from this city that the public may know of: those to come, and those that have been."""
    today = timezone.localdate()
    visits = public_visits(city__slug=slug)
    return {
        "coming": [visit for visit in reversed(visits) if visit.last >= today],
        "been": [visit for visit in visits if visit.last < today],
    }
