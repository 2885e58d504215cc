"""Of several requests of one session, one at a time: a code is tried three times, and not once in each thread."""

from collections.abc import Callable
from functools import wraps

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse


def one_at_a_time(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates a view that counts in the session: each sending waits, and reads what the one before has written."""

    @wraps(view)
    def waiting(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        key = request.session.session_key
        if request.method != "POST" or key is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            list(Session.objects.select_for_update().filter(pk=key))
            request.session = type(request.session)(key)
            answer = view(request, *args, **kwargs)
            if request.session.session_key == key:
                _save(request)
        return answer

    return waiting


def _save(request: HttpRequest) -> None:
    """Under the lock; the middleware would save once more when it is released, over what the next has written."""
    if request.session.modified:
        request.session.save()
        request.session.modified = False
