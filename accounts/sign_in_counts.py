"""How sign-ins end, for Prometheus: done, refused, or limited after too many tries; never whose."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from core.metrics import SIGN_INS

LIMITED = {"too_often", "too_many_login_attempts", "rate_limited"}  # codes of errors: ours, and allauth's


def done(sender, **kwargs) -> None:
    SIGN_INS.labels("done").inc()


def counted(view: Callable) -> Callable:
    """For a step of a sign-in: a page in place of the next step means that it went no further."""

    @wraps(view)
    def counting(request: HttpRequest, **kwargs) -> HttpResponse:
        answer = view(request, **kwargs)
        if is_limited(answer):
            SIGN_INS.labels("limited").inc()
        elif answer.status_code in {400, 403} or (request.method == "POST" and answer.status_code == 200):
            SIGN_INS.labels("refused").inc()
        return answer

    return counting


def is_limited(answer: HttpResponse) -> bool:
    if answer.status_code == 429:
        return True
    form = (getattr(answer, "context_data", None) or {}).get("form")
    if form is None or not form.is_bound:
        return False
    return any(error.code in LIMITED for errors in form.errors.as_data().values() for error in errors)
