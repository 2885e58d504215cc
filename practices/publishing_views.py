"""From rows to numbers: preview, publish, withdraw, compare, and the history of an entry."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_http_methods, require_safe

from core.audit import AuditEntry
from core.published import NothingNew, digest
from core.unsent import received
from practices import actions, catalogue_pages, difference, editions, history
from practices.catalogue_views import FORM_METHODS, breadcrumbs, entry_of
from practices.forms import NoteForm, PublishForm
from practices.models import Practice, PracticeEdition

HAPPENINGS_ON_A_PAGE = 30


@transaction.atomic
def practice_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """What readers will see, in each language, and what of it would be new to them; then publish it."""
    row = entry_of(request, slug)
    if request.method == "POST":
        Practice.objects.select_for_update().get(pk=row.pk)  # what is looked at is what is published
    row = Practice.objects.with_parts().select_related("live").get(pk=row.pk)
    document = editions.write(row)
    form = PublishForm(received(request), initial={"seen": digest(document)})
    if request.method == "POST" and form.is_valid():
        try:
            edition = actions.publish_practice(practice=row, by=request.user, **form.cleaned_data)
        except NothingNew as nothing:
            messages.info(request, nothing.sentence)
            return redirect("catalogue:practice", slug)
        except actions.LookAgain as changed:
            form.look_again(changed.sentence, digest(document))
        except actions.EnglishMissing as missing:
            form.add_error(None, missing.sentence)
        else:
            messages.success(request, gettext("Published as number %(number)s.") % {"number": edition.number})
            return redirect("catalogue:practice", slug)
    return render(
        request, "practices/editing/publish.html",
        {
            "practice": row,
            "changes": difference.of_practices(row.live.body, document) if row.live else [],
            "is_news": editions.live_digest(row) != digest(document),
            "reader": as_readers_see(request, document),
            "form": form,
            "crumbs": breadcrumbs(row),
        },
        status=form.status_code,
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
def practice_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    row = entry_of(request, slug)
    form = NoteForm(received(request))
    if request.method == "POST" and form.is_valid():
        actions.withdraw_practice(practice=row, by=request.user, **form.values)
        messages.success(request, gettext("Withdrawn. Readers no longer find it."))
        return redirect("catalogue:practice", slug)
    context = {"name": row.title, "form": form, "back": breadcrumbs(row)[-1]["url"], "crumbs": breadcrumbs(row)}
    return render(request, "practices/editing/withdraw.html", context)


@require_safe
def practice_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Field by field, before and after, who, when, why; and the list of its numbers."""
    row = entry_of(request, slug)
    page = Paginator(AuditEntry.objects.about(row), HAPPENINGS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "practices/editing/history.html",
        {
            "practice": row,
            "runs": history.in_runs(history.happenings(page)),
            "page": page,
            "numbers": history.numbers_of(row),
            "crumbs": breadcrumbs(row),
        },
    )  # fmt: skip


@require_safe
def practice_edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One number, as readers saw it."""
    row = entry_of(request, slug)
    edition = get_object_or_404(row.editions, number=number)
    shown_number = next(each for each in history.numbers_of(row) if each.edition == edition)
    return render(
        request, "practices/editing/edition.html",
        {
            "practice": row,
            "number": shown_number,
            "reader": as_readers_see(request, edition.body),
            "crumbs": breadcrumbs(row),
        },
    )  # fmt: skip


@require_safe
def practice_compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Any two numbers beside each other."""
    row = entry_of(request, slug)
    numbers = history.numbers_of(row)
    older, newer = (edition_asked(row, request.GET.get(name)) for name in ("from", "to"))
    changes = difference.of_practices(older.body, newer.body) if older and newer else []
    context = {"practice": row, "numbers": numbers, "older": older, "newer": newer, "changes": changes}
    return render(request, "practices/editing/compare.html", {**context, "crumbs": breadcrumbs(row)})


def edition_asked(row: Practice, number: str | None) -> PracticeEdition | None:
    if not number:
        return None
    if not number.isdecimal() or len(number) > 6:
        raise Http404
    return get_object_or_404(row.editions, number=int(number))


def as_readers_see(request: HttpRequest, document: dict) -> dict[str, Any]:
    links = Practice.objects.links_to(editions.related_ids(document))
    return drawn_in_language_asked(
        request, "practices/entry.html", lambda: {"practice": catalogue_pages.practice(document, links), "inside": True}
    )


def drawn_in_language_asked(request: HttpRequest, template: str, context: Callable[[], dict]) -> dict[str, Any]:
    """A part of a page in the language asked for by ``?in=``, and the languages to choose from."""
    codes = [code for code, _name in settings.LANGUAGES]
    language = request.GET.get("in") if request.GET.get("in") in codes else get_language()
    with override(language):
        drawn = render_to_string(template, context(), request)
    choices = [{"code": code, "name": settings.LANGUAGE_NAMES[code], "current": code == language} for code in codes]
    return {"language": language, "page": SafeString(drawn), "languages": choices}
