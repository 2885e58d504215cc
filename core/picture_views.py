"""Serves pictures to those who may see them, and lets staff add them and say what they show."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import open_to_all, require
from core.forms import tell_kept
from core.permissions import can_edit_pictures, can_see_pictures
from core.picture_forms import AddPictureForm, EditPictureForm
from core.picture_sizes import USUAL_WIDTH
from core.pictures import Picture, add_picture, edit_picture
from core.sent_once import sent_as_often_as_pressed
from core.unsent import received

PAGE = 24
SAFE = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@open_to_all
@require_safe
def picture(request: HttpRequest, pk, width: int | None = None) -> HttpResponse:
    """The file in one of its widths; without one, in the usual width."""
    shown = get_object_or_404(Picture.objects.visible_to(request.user), pk=pk)
    width = width or max([each for each in shown.widths if each <= USUAL_WIDTH], default=shown.widths[0])
    if width not in shown.widths:
        raise Http404
    etag = f'"{shown.name}-{width}"'
    response = get_conditional_response(request, etag=etag) or file_of(shown, width)
    for name, value in {**SAFE, "ETag": etag}.items():
        response.headers[name] = value
    # Readers may keep what is public for a while, and ask again then: it may have been taken back.
    response.headers["Cache-Control"] = "public, max-age=600" if shown.is_public else "private, no-store"
    return response


def file_of(shown: Picture, width: int) -> HttpResponse:
    try:
        with default_storage.open(shown.path(width)) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    name = {"Content-Disposition": f'inline; filename="picture-{width}.webp"'}
    return HttpResponse(content, content_type="image/webp", headers=name)


@require_safe
def pictures(request: HttpRequest) -> HttpResponse:
    require(can_see_pictures(request.user))
    page = Paginator(Picture.objects.newest_first(), PAGE).get_page(request.GET.get("page"))
    can_edit = can_edit_pictures(request.user)
    add = {"label": _("Add a picture"), "url": reverse("core:picture-add"), "icon": "plus", "main": True}
    context = {"page": page, "can_edit": can_edit, "links": [add] if can_edit else []}
    return render(request, "core/pictures.html", context)


@sent_as_often_as_pressed  # drawing takes longer than a transaction may stand open
@require_http_methods(["GET", "HEAD", "POST"])
def picture_add(request: HttpRequest) -> HttpResponse:
    require(can_edit_pictures(request.user))
    form = AddPictureForm(received(request), request.FILES or None)
    if request.method == "POST" and form.save_by(add_picture, by=request.user):
        messages.success(request, _("Picture added."))
        return redirect("core:pictures")
    return render(request, "core/picture_add.html", {"form": form, "crumbs": breadcrumbs()})


@require_http_methods(["GET", "HEAD", "POST"])
def picture_edit(request: HttpRequest, pk) -> HttpResponse:
    require(can_edit_pictures(request.user))
    shown = get_object_or_404(Picture, pk=pk)
    form = EditPictureForm(received(request), instance=shown)
    if request.method == "POST" and form.save_by(edit_picture, picture=shown, by=request.user):
        tell_kept(request, form)
        messages.success(request, _("Picture saved."))
        return redirect("core:pictures")
    context = {"form": form, "picture": shown, "crumbs": breadcrumbs()}
    return render(request, "core/picture_edit.html", context, status=form.status_code)


def breadcrumbs() -> list[dict]:
    return [{"label": _("Pictures"), "url": reverse("core:pictures")}]
