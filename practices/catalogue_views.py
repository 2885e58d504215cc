"""The catalogue as editors work on it: the list, an entry with its fields and its parts."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.forms import ChangeForm, tell_kept
from core.languages import in_order
from core.unsent import received
from practices import actions, publication_status
from practices.forms import PART_FORMS, PictureForm, PracticeForm
from practices.models import Practice
from practices.parts import PARTS, Part, PartRow
from practices.permissions import can_edit_catalogue

FORM_METHODS = ["GET", "HEAD", "POST"]


def entry_of(request: HttpRequest, slug: str) -> Practice:
    """The entry, for an editor."""
    require(can_edit_catalogue(request.user))
    return get_object_or_404(Practice, slug=slug)


def breadcrumbs(practice: Practice | None = None) -> list[dict[str, str]]:
    """The crumbs above a page of an entry."""
    crumbs = [{"label": gettext("Catalogue"), "url": reverse("catalogue:list")}]
    if practice:
        crumbs.append({"label": str(practice), "url": reverse("catalogue:practice", args=[practice.slug])})
    return crumbs


def form_page(request: HttpRequest, form: ChangeForm, heading: str, **more: Any) -> HttpResponse:
    """The page of one form: heading, form, button."""
    context = {"form": form, "heading": heading, "button": gettext("Save"), **more}
    return render(request, "practices/editing/form.html", context, status=form.status_code)


# --- entries -------------------------------------------------------------------------------------


@require_safe
def practice_list(request: HttpRequest) -> HttpResponse:
    require(can_edit_catalogue(request.user))
    rows = in_order(Practice.objects.for_list(), by=lambda practice: practice.title)
    return render(
        request, "practices/editing/list.html", {"entries": [publication_status.of_practice(row) for row in rows]}
    )


@require_http_methods(FORM_METHODS)
def practice_create(request: HttpRequest) -> HttpResponse:
    require(can_edit_catalogue(request.user))
    form = PracticeForm(received(request))
    if request.method == "POST" and form.save_by(actions.create_practice, by=request.user):
        messages.success(request, gettext("Entry created. Now add its parts."))
        return redirect("catalogue:practice", form.saved.slug)
    return form_page(request, form, gettext("New entry"), crumbs=breadcrumbs())


@require_safe
def practice(request: HttpRequest, slug: str) -> HttpResponse:
    require(can_edit_catalogue(request.user))
    row = get_object_or_404(Practice.objects.for_list(), slug=slug)
    lists = [{"part": part, "rows": [PartRow.of(each) for each in part.rows(row)]} for part in PARTS.values()]
    return render(
        request,
        "practices/editing/practice.html",
        {
            "practice": row,
            "publication_status": publication_status.of_practice(row),
            "lists": lists,
            "crumbs": breadcrumbs(),
        },
    )


@require_http_methods(FORM_METHODS)
def practice_edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = entry_of(request, slug)
    crumbs = breadcrumbs(row)
    form = PracticeForm(received(request), instance=row)
    if request.method == "POST" and form.save_by(actions.edit_practice, practice=row, by=request.user):
        tell_kept(request, form)
        messages.success(request, gettext("Saved. Readers see it when you publish."))
        return redirect("catalogue:practice", slug)
    return form_page(request, form, gettext("Main text"), crumbs=crumbs)


@require_http_methods(FORM_METHODS)
def practice_picture(request: HttpRequest, slug: str) -> HttpResponse:
    row = entry_of(request, slug)
    crumbs = breadcrumbs(row)
    form = PictureForm(received(request), instance=row)
    if request.method == "POST" and form.save_by(actions.edit_practice, practice=row, by=request.user):
        messages.success(request, gettext("Saved. Readers see it when you publish."))
        return redirect("catalogue:practice", slug)
    context = {"form": form, "pictures": form.fields["picture"].queryset, "crumbs": crumbs}
    return render(request, "practices/editing/picture.html", context, status=form.status_code)


# --- parts of an entry ---------------------------------------------------------------------------


def part_kind(key: str) -> Part:
    if key not in PARTS:
        raise Http404
    return PARTS[key]


def row_of(practice: Practice, part: Part, pk: Any) -> models.Model:
    return get_object_or_404(part.model, practice=practice, pk=pk, **part.fixed)


def part_address(practice: Practice, part: Part) -> str:
    return f"{reverse('catalogue:practice', args=[practice.slug])}#{part.key}"


@require_http_methods(FORM_METHODS)
def part_add(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    practice, kind = entry_of(request, slug), part_kind(part)
    form = PART_FORMS[part](received(request), instance=kind.model(practice=practice, **kind.fixed))
    if request.method == "POST" and form.save_by(actions.add_part, practice=practice, part=part, by=request.user):
        messages.success(request, gettext("Added. Readers see it when you publish."))
        return redirect(part_address(practice, kind))
    heading = gettext("Add: %(part)s") % {"part": kind.name}
    return form_page(request, form, heading, crumbs=breadcrumbs(practice))


@require_http_methods(FORM_METHODS)
def part_edit(request: HttpRequest, slug: str, part: str, pk: Any) -> HttpResponse:
    practice, kind = entry_of(request, slug), part_kind(part)
    row = row_of(practice, kind, pk)
    form = PART_FORMS[part](received(request), instance=row)
    if request.method == "POST" and form.save_by(actions.edit_part, row=row, by=request.user):
        tell_kept(request, form)
        messages.success(request, gettext("Saved. Readers see it when you publish."))
        return redirect(part_address(practice, kind))
    return form_page(request, form, capfirst(kind.name), crumbs=breadcrumbs(practice))


@require_POST
def part_move(request: HttpRequest, slug: str, part: str, pk: Any) -> HttpResponse:
    practice, kind = entry_of(request, slug), part_kind(part)
    actions.move_part(row=row_of(practice, kind, pk), up="up" in request.POST, by=request.user)
    return redirect(part_address(practice, kind))


@require_http_methods(FORM_METHODS)
def part_remove(request: HttpRequest, slug: str, part: str, pk: Any) -> HttpResponse:
    practice, kind = entry_of(request, slug), part_kind(part)
    row = row_of(practice, kind, pk)
    if request.method == "POST":
        actions.remove_part(row=row, by=request.user)
        messages.success(request, gettext("Removed. Readers see it until you publish."))
        return redirect(part_address(practice, kind))
    return render(
        request, "practices/editing/part_remove.html",
        {"part": kind, "row": row, "back": part_address(practice, kind), "crumbs": breadcrumbs(practice)},
    )  # fmt: skip
