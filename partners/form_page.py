"""One form on a page of its own: what editors of cities and coordinators have in common."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.forms import tell_kept

FORM_METHODS = ["GET", "HEAD", "POST"]


def form_page(
    request: HttpRequest, form, *, title: str, label: str, crumbs: list[dict], **context: Any
) -> HttpResponse:
    """``crumbs`` lead from the list to the page above, where cancelling goes to (or to ``back``).

    Further context: ``lead`` (a sentence above the form), ``remove`` (url and label of a button that
    removes the thing), ``next`` (where the page leads afterwards).
    """
    context = {"back": crumbs[-1]["url"], "form": form, "title": title, "label": label, "crumbs": crumbs} | context
    return render(request, "partners/form.html", context, status=getattr(form, "status_code", 200))


def saved(request: HttpRequest, form, message: str, to: Any, *args) -> HttpResponse:
    tell_kept(request, form)
    messages.success(request, message)
    return redirect(to, *args)
