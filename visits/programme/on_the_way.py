"""Adding a missing venue or host in the middle of a session's form, and coming back to it.

The button that leaves sends the form; what was typed waits in the session and stands in the form
again when the person returns, with the new venue or host chosen.
"""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from core.unsent import keep, received
from visits.programme.forms import SessionForm

WAYS = {"venue": "partners:venue-add", "to_venue": "partners:venue-add", "hosts": "partners:contact-add"}
LEAVE, BACK, ADDED = "leave-to-add", "adding", "added"


def on_the_way(request: HttpRequest) -> bool:
    """Whether the form was sent by the button that leads to a venue's or a host's form."""
    return request.method == "POST" and request.POST.get(LEAVE) in WAYS


def leave_for(request: HttpRequest) -> HttpResponse:
    field = request.POST[LEAVE]
    keep(request)
    back = f"{request.path}?{urlencode({BACK: field})}"
    return redirect(f"{reverse(WAYS[field])}?{urlencode({'next': back})}")


def sent(request: HttpRequest) -> QueryDict | None:
    """What the form is bound to; coming back from the way it is not bound, so that nothing is told as wrong yet."""
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
    form.refill(values)


def _is_back(request: HttpRequest) -> bool:
    return request.method != "POST" and request.GET.get(BACK) in WAYS
