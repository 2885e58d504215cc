"""The public pages of cities. They read published documents and nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from core.access import public_page
from core.conditional import made_of
from partners.city_page import groups_of, map_of, page_of
from partners.models import City
from partners.permissions import can_edit_cities


def live_cities(request: HttpRequest) -> dict[str, str]:
    return City.objects.live_editions()


@public_page
@require_safe
@made_of(live_cities)
def cities(request: HttpRequest) -> HttpResponse:
    documents = [city.live.body for city in City.objects.published()]
    return render(request, "cities/cities.html", {"groups": groups_of(documents), **map_of(documents)})


# Its clocks move, and later rooms add visits and stories: only the page itself can vouch for itself.
@public_page
@require_safe
@conditional_page
@cache_control(no_cache=True)
def city(request: HttpRequest, slug: str) -> HttpResponse:
    document = get_object_or_404(City.objects.published(), slug=slug).live.body
    can_edit = request.user.is_authenticated and can_edit_cities(request.user)
    return render(request, "cities/city.html", {**page_of(document), "can_edit": can_edit})
