"""The sources that claims cite."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require
from core.audit import AuditEntry
from core.forms import tell_kept
from core.unsent import received
from practices import actions, history
from practices.catalogue_views import FORM_METHODS, form_page
from practices.forms import NewSourceForm, SourceForm
from practices.models import Source
from practices.permissions import can_edit_catalogue


def source_breadcrumbs() -> list[dict[str, str]]:
    return [
        {"label": gettext("Catalogue"), "url": reverse("catalogue:list")},
        {"label": gettext("Sources"), "url": reverse("catalogue:sources")},
    ]


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    require(can_edit_catalogue(request.user))
    sources = Source.objects.for_list()
    return render(request, "practices/editing/sources.html", {"sources": sources, "crumbs": source_breadcrumbs()[:1]})


@require_http_methods(FORM_METHODS)
def source_register(request: HttpRequest) -> HttpResponse:
    require(can_edit_catalogue(request.user))
    form = NewSourceForm(received(request))
    if request.method == "POST" and form.save_by(actions.register_source, by=request.user):
        messages.success(request, gettext("Source %(code)s registered.") % {"code": form.saved.code})
        return redirect("catalogue:sources")
    return form_page(request, form, gettext("New source"), crumbs=source_breadcrumbs())


@require_http_methods(FORM_METHODS)
def source_edit(request: HttpRequest, code: str) -> HttpResponse:
    require(can_edit_catalogue(request.user))
    source = get_object_or_404(Source, code=code)
    form = SourceForm(received(request), instance=source)
    if request.method == "POST" and form.save_by(actions.edit_source, source=source, by=request.user):
        tell_kept(request, form)
        messages.success(request, gettext("Saved. Published entries show it when they are published again."))
        return redirect("catalogue:sources")
    entries = AuditEntry.objects.filter(verb__startswith="source.", facts__code=code).newest_first()
    runs = history.in_runs(history.happenings(entries))
    heading = gettext("Source %(code)s") % {"code": code}
    return form_page(request, form, heading, crumbs=source_breadcrumbs(), runs=runs)
