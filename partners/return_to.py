"""A page that was opened on the way to another leads back there, with what was added."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

NEXT = "next"
ADDED = "added"


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this portal without a host, or "" for anything else."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else ""


def back_with(address: str, added) -> str:
    """The address with ``added=<id>`` in its query, in place of an earlier one."""
    parts = urlsplit(address)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != ADDED]
    return urlunsplit(parts._replace(query=urlencode([*query, (ADDED, str(added))])))
