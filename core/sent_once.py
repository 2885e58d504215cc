"""A form that is sent twice acts once; the second sending is led to what came of the first.

Browsers send a form again by themselves when a connection closes, and people press twice, or go back
and press again. Each page with a form carries a key that only the person who was shown it can use.
"""

import datetime
import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import Refusal
from core.answers import refused

FIELD = "form_key"
REMEMBERED = datetime.timedelta(days=2)
AT_ONCE = datetime.timedelta(seconds=10)  # a second sending within this is a double press, and needs no word


class SentForm(models.Model):
    """A form that was sent and acted, with the address to which it led."""

    key = models.CharField(max_length=32)
    path = models.CharField(max_length=500)  # a page has one key for all its forms
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)
    led_to = models.TextField(blank=True)

    class Meta:
        ordering = ["-sent_at"]
        constraints = [models.UniqueConstraint(fields=["key", "path"], name="core_sentform_acts_once")]

    def __str__(self) -> str:
        return f"a form sent to {self.path}"


def key_for(request: HttpRequest) -> str:
    """The key for the forms of one page, signed for whoever is shown it; "" for nobody."""
    if not request.user.is_authenticated:
        return ""
    if not hasattr(request, "form_key"):
        request.form_key = _signer(request.user).sign(secrets.token_hex(16))
    return request.form_key


def _signer(user) -> signing.Signer:
    return signing.Signer(salt=f"core.sent_once:{user.pk}")


def _key_in(request: HttpRequest) -> str:
    """The key with which this person sent the form; "" without one, or with another person's."""
    try:
        return _signer(request.user).unsign(request.POST.get(FIELD, ""))
    except signing.BadSignature:
        return ""


def sent_as_often_as_pressed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marks a view whose work is too long for one transaction, and harmless to do twice."""
    view.acts_once = False
    return view


class SentOnceMiddleware:
    """Of two sendings at once the second waits for the first, and is led to what came of it.

    A view that was sent a form with a key runs in one transaction with the note that it has acted. A page that is
    shown again with its errors has not acted, and neither has what raises; both can be sent again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if request.method != "POST" or not request.user.is_authenticated or not getattr(view, "acts_once", True):
            return None
        key = _key_in(request)
        return answer_once(request, key, lambda: view(request, *args, **kwargs)) if key else None


def answer_once(request: HttpRequest, key: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        with transaction.atomic():
            sent, is_first = SentForm.objects.get_or_create(
                key=key, path=request.path[:500], defaults={"sent_by": request.user}
            )
            return _remembered(sent, act()) if is_first else _lead_to_the_first(request, sent)
    except Refusal as refusal:  # nothing of it has happened
        return refused(request, refusal)


def _remembered(sent: SentForm, answer: HttpResponse) -> HttpResponse:
    if answer.status_code == 302:
        sent.led_to = answer.url
        sent.save(update_fields=["led_to"])
    else:
        sent.delete()
    return answer


def _lead_to_the_first(request: HttpRequest, sent: SentForm) -> HttpResponse:
    if timezone.now() - sent.sent_at > AT_ONCE:
        message = _(
            "You have sent this form before, and this is what came of it. To do it once more, open the form anew."
        )
        messages.warning(request, message)
    return redirect(sent.led_to)


def clear() -> int:
    """Forget forms that nobody will send again; how many there were."""
    return SentForm.objects.filter(sent_at__lt=timezone.now() - REMEMBERED).delete()[0]
