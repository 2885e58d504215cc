"""The pages around everything else: the first page, the start pages, the statements, the error pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils.translation import activate, get_language_from_path
from django.views.decorators.http import require_safe

from core import unavailable
from core.access import open_to_all, public_page
from core.languages import language_of
from partners.models import City
from portal.cities import cities_on_the_map
from portal.to_do import to_do
from practices.models import Practice
from visits.booking.models import Visit
from visits.booking.permissions import can_plan
from visits.release.public_visits import next_visit


@public_page
@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """What this is, for whom, and three ways in."""
    cities, home = cities_on_the_map()
    context = {
        "cities": cities,
        "home": home,
        "next_visit": next_visit(),
        "practice_count": Practice.objects.published().count(),
    }
    return render(request, "portal/first_page.html", context)


@public_page
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html")


@public_page
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@public_page
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    context = {"guests_stay_days": settings.GUESTS_STAY_DAYS}
    return render(request, "portal/privacy.html", context)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What waits for this person; a guest of one visit goes right to its programme."""
    if not request.user.is_council_staff:
        visits = list(Visit.objects.visible_to(request.user).for_list()[:2])
        if len(visits) == 1:
            return redirect("visits:visit", visits[0].reference)
        return render(request, "portal/start_guest.html", {"visits": Visit.objects.visible_to(request.user).for_list()})
    return render(request, "portal/start.html", {"sections": to_do(request.user), "can_plan": can_plan(request.user)})


@open_to_all
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read the public pages and nothing else."""
    closed = ["account", "people", "visits", "catalogue", "places", "outbox", "audit", "timetable", "start"]
    lines = ["User-agent: *", *(f"Disallow: /{part}/" for part in closed), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain")


@open_to_all
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, in every language."""
    paths = [reverse(name) for name in ("public:first-page", "practices:list", "cities:cities", "practices:glossary")]
    paths += [practice.get_absolute_url() for practice in Practice.objects.published().defer("live__body")]
    paths += [city.get_absolute_url() for city in City.objects.published().defer("live__body")]
    pages = [
        [(code, settings.SITE_URL + translate_url(path, code)) for code, _name in settings.LANGUAGES] for path in paths
    ]
    return render(request, "portal/sitemap.xml", {"pages": pages}, content_type="application/xml")


def bad_request(request: HttpRequest, exception=None) -> HttpResponse:
    if unavailable.began_with_the_database(exception):
        return unavailable.service_unavailable(request, exception)
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception=None) -> HttpResponse:
    return render(request, "403.html", {"why": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception=None) -> HttpResponse:
    if request.resolver_match is None and not get_language_from_path(request.path_info):
        activate(language_of(request))  # an address that leads nowhere has no language of its own
    return render(request, "404.html", status=404)
