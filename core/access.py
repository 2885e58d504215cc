"""Who may open what: every page asks for sign-in unless it is marked here as public."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied


def public_page(view: Callable) -> Callable:
    """A page for everybody, whose language stands in its address."""
    view = login_not_required(view)
    view.language_in_address = True
    return view


def open_to_all(view: Callable) -> Callable:
    """A route that needs no sign-in and has no language of its own (a file, a health check)."""
    return login_not_required(view)


def require(allowed: bool, why: str = "") -> None:
    """Refuse with 403 unless allowed; ``why`` is shown to the person."""
    if not allowed:
        raise PermissionDenied(why)


class Refusal(Exception):
    """Something asked of the portal that its rules, or somebody faster, do not allow now.

    The message is a sentence for the person, saying what to do. ``leads_to`` is the page where they can do it;
    without one they stay where the button stood. ``field`` is the value that it is about, if it is about one.
    """

    def __init__(self, sentence, *, leads_to: str = "", field: str = ""):
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
        self.leads_to = leads_to
