"""Adding a missing venue or host in the middle of a session's form, and coming back to it.

The button that leaves sends the form; what was typed waits in the session and stands in the form
again when the person returns, with the new venue or host chosen.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.unsent import keep, received
from partners.models import Space
from partners.permissions import can_edit_partners
from visits.programme.forms import SessionForm

# By field: the page that adds what is missing there, and the words on the button that leads to it.
ADD_PAGES = {
    "venue": ("partners:venue-add", _("Add a venue")),
    "to_venue": ("partners:venue-add", _("Add the venue they travel to")),
    "hosts": ("partners:contact-add", _("Add a host")),
}
LEAVE, BACK, ADDED = "leave-to-add", "adding", "added"


def add_buttons(user: User, form: SessionForm) -> list[tuple[str, Any]]:
    """The buttons that this form has for this person: field and words. They stand at its end, so that Enter saves."""
    if not can_edit_partners(user):
        return []
    found = [(field, words) for field, (_page, words) in ADD_PAGES.items() if field in form.fields]
    for field, _words in found:
        form.fields[field].help_text = _("Not in the list? You can add it at the end of this page.")
    return found


def leave(request: HttpRequest) -> HttpResponse | None:
    """Where the button leads; None when it was another one, or when there is too much to be kept."""
    field = request.POST.get(LEAVE)
    if field not in ADD_PAGES or not keep(request):
        return None
    page, _words = ADD_PAGES[field]
    back = f"{request.path}?{urlencode({BACK: field})}"
    return redirect(f"{reverse(page)}?{urlencode({'next': back})}")


def is_to_be_saved(request: HttpRequest) -> bool:
    return request.method == "POST" and LEAVE not in request.POST


def sent(request: HttpRequest) -> QueryDict | None:
    """What the form is bound to; coming back from the other page it is not bound, so that no error is shown yet."""
    return None if _is_back(request) else received(request)


def came_back(request: HttpRequest, form: SessionForm) -> None:
    """Put what was typed before leaving into the form, and choose what was added."""
    if not _is_back(request):
        return
    values = {}
    data = received(request)
    if data is not None:
        values = {name: field.widget.value_from_datadict(data, {}, name) for name, field in form.fields.items()}
    name, added = request.GET[BACK], request.GET.get(ADDED)
    if added and name in form.fields:
        chosen = values.get(name, form.initial.get(name))
        values[name] = [*(chosen or []), added] if name == "hosts" else added
        if name == "venue" and "space" in form.fields:
            values["space"] = _only_room(added)
    form.refill(values)


def _only_room(venue_id: str) -> Space | None:
    try:
        return Space.objects.only_one_of(UUID(venue_id))
    except ValueError:  # somebody changed the address
        return None


def _is_back(request: HttpRequest) -> bool:
    return request.method != "POST" and request.GET.get(BACK) in ADD_PAGES
