"""The glossary as editors work on it."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require
from core.audit import AuditEntry
from core.forms import tell_kept
from core.languages import in_order
from core.published import NothingNew, digest
from core.unsent import received
from practices import actions, catalogue_pages, difference, editions, history, publication_status
from practices.catalogue_views import FORM_METHODS, form_page
from practices.forms import NoteForm, PublishForm, TermForm
from practices.models import Term
from practices.permissions import can_edit_catalogue
from practices.publishing_views import drawn_in_language_asked


def term_of(request: HttpRequest, slug: str, *, hold: bool = False) -> Term:
    """The term, for an editor; ``hold`` keeps it as it is until the end of the transaction."""
    require(can_edit_catalogue(request.user))
    rows = Term.objects.select_for_update(of=("self",)) if hold else Term.objects.all()
    return get_object_or_404(rows.select_related("live"), slug=slug)


def breadcrumbs(term: Term | None = None) -> list[dict[str, str]]:
    crumbs = [
        {"label": gettext("Catalogue"), "url": reverse("catalogue:list")},
        {"label": gettext("Glossary"), "url": reverse("catalogue:terms")},
    ]
    if term:
        crumbs.append({"label": str(term), "url": reverse("catalogue:term", args=[term.slug])})
    return crumbs


def as_readers_see(request: HttpRequest, document: dict) -> dict[str, Any]:
    return drawn_in_language_asked(
        request, "practices/term_page.html", lambda: {"term": catalogue_pages.entry(document), "inside": True}
    )


@require_safe
def term_list(request: HttpRequest) -> HttpResponse:
    require(can_edit_catalogue(request.user))
    rows = in_order(Term.objects.for_list(), by=lambda term: term.term)
    entries = [publication_status.of_term(row) for row in rows]
    crumbs = breadcrumbs()[:1]
    return render(request, "practices/editing/terms.html", {"entries": entries, "crumbs": crumbs})


@require_http_methods(FORM_METHODS)
def term_create(request: HttpRequest) -> HttpResponse:
    require(can_edit_catalogue(request.user))
    form = TermForm(received(request))
    if request.method == "POST" and form.save_by(actions.create_term, by=request.user):
        messages.success(request, gettext("Term created. Readers see it when you publish."))
        return redirect("catalogue:term", form.saved.slug)
    return form_page(request, form, gettext("New term"), crumbs=breadcrumbs())


@require_http_methods(FORM_METHODS)
def term_edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = term_of(request, slug)
    crumbs = breadcrumbs(row)
    form = TermForm(received(request), instance=row)
    if request.method == "POST" and form.save_by(actions.edit_term, row=row, by=request.user):
        tell_kept(request, form)
        messages.success(request, gettext("Saved. Readers see it when you publish."))
        return redirect("catalogue:term", slug)
    return form_page(request, form, gettext("Edit term"), crumbs=crumbs)


@require_safe
def term(request: HttpRequest, slug: str) -> HttpResponse:
    row = term_of(request, slug)
    context = {"term": row, "publication_status": publication_status.of_term(row), "crumbs": breadcrumbs()}
    return render(request, "practices/editing/term.html", context)


@transaction.atomic
def term_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """What readers will see, and what of it would be new to them; then publish it."""
    row = term_of(request, slug, hold=request.method == "POST")
    document = editions.write_term(row)
    form = PublishForm(received(request), initial={"seen": digest(document)})
    if request.method == "POST" and form.is_valid():
        try:
            edition = actions.publish_term(term=row, by=request.user, **form.cleaned_data)
        except NothingNew as nothing:
            messages.info(request, nothing.sentence)
            return redirect("catalogue:term", slug)
        except actions.LookAgain as changed:
            form.look_again(changed.sentence, digest(document))
        else:
            messages.success(request, gettext("Published as number %(number)s.") % {"number": edition.number})
            return redirect("catalogue:term", slug)
    return render(
        request, "practices/editing/term_publish.html",
        {
            "term": row,
            "changes": difference.of_terms(row.live.body, document) if row.live else [],
            "is_news": publication_status.of_term(row).has_changes,
            "reader": as_readers_see(request, document),
            "form": form,
            "crumbs": breadcrumbs(row),
        },
        status=form.status_code,
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
def term_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    row = term_of(request, slug)
    form = NoteForm(received(request))
    if request.method == "POST" and form.is_valid():
        actions.withdraw_term(term=row, by=request.user, **form.values)
        messages.success(request, gettext("Withdrawn. Readers no longer find it."))
        return redirect("catalogue:term", slug)
    context = {"name": row.term, "form": form, "back": breadcrumbs(row)[-1]["url"], "crumbs": breadcrumbs(row)}
    return render(request, "practices/editing/withdraw.html", context)


@require_safe
def term_history(request: HttpRequest, slug: str) -> HttpResponse:
    row = term_of(request, slug)
    return render(
        request, "practices/editing/term_history.html",
        {
            "term": row,
            "runs": history.in_runs(history.happenings(AuditEntry.objects.about(row))),
            "numbers": history.numbers_of(row),
            "crumbs": breadcrumbs(row),
        },
    )  # fmt: skip
