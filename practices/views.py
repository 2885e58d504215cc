"""The public pages of the catalogue. They read published editions only, never the rows."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.access import public_page
from core.conditional import made_of
from core.dates import days_in_words
from practices import catalogue_pages
from practices import search as searching
from practices.editions import related_ids
from practices.forms import GlossaryFilter, PracticeFilter, SearchForm
from practices.models import Practice, Term
from practices.permissions import can_edit_catalogue


def live_practices(request: HttpRequest, *args, **kwargs) -> dict[str, str]:
    """Every published practice with its live edition, since pages name others too; asked for once a request."""
    if not hasattr(request, "live_practices"):
        request.live_practices = Practice.objects.live_editions()
    return request.live_practices


def live_terms(request: HttpRequest) -> dict[str, str]:
    return Term.objects.live_editions()


def live_entries(request: HttpRequest) -> tuple[dict, dict]:
    return live_practices(request), live_terms(request)


@public_page
@require_safe
@made_of(live_practices)
def practice_list(request: HttpRequest) -> HttpResponse:
    form = PracticeFilter(request.GET)
    cards = form.chosen()
    context = {"filter": form, "shelves": catalogue_pages.shelves(cards), "count": len(cards)}
    return render(request, "practices/list.html", context)


@public_page
@require_safe
@made_of(live_practices)
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    entry = get_object_or_404(Practice.objects.known(), slug=slug)
    if entry.live is None:
        return render(request, "practices/withdrawn.html", status=HTTPStatus.GONE)
    document = entry.live.body
    page = catalogue_pages.practice(document, Practice.objects.links_to(related_ids(document)))
    day = timezone.localdate(entry.live.published_at)
    return render(
        request, "practices/practice.html",
        {
            "practice": page,
            "edition": entry.live,
            "published_on": days_in_words(day, day),
            "can_edit": can_edit_catalogue(request.user),
        },
    )  # fmt: skip


@public_page
@require_safe
@made_of(live_entries)
def search(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    asked = form.asked()
    found = searching.find(asked)
    return render(
        request, "practices/search.html",
        {
            "form": form,
            "asked": asked,
            "found": found,
            "practices": [catalogue_pages.card(each) for each in found.practices],
            "terms": [catalogue_pages.entry(each) for each in found.terms],
            "near": searching.near(asked) if asked and not found.count else [],
        },
    )  # fmt: skip


@public_page
@require_safe
@made_of(live_terms)
def glossary(request: HttpRequest) -> HttpResponse:
    form = GlossaryFilter(request.GET)
    entries = [catalogue_pages.entry(document) for document in form.chosen()]
    awaits_review = any(entry.awaits_review for entry in entries)
    return render(
        request,
        "practices/glossary.html",
        {
            "filter": form,
            "letters": catalogue_pages.by_letter(entries),
            "count": len(entries),
            "awaits_review": awaits_review,
        },
    )
