"""Nobody tries without end, and nobody is kept out by somebody else's tries.

A device that has signed in as somebody, or was sent on by their invitation, has tries of its own for
that account (`accounts/devices.py`; OWASP calls it a device cookie). When it has used them up it is one
of the others. These share theirs: by account and network, so that a stranger uses up a stranger's; by
network, against whoever tries many accounts; and by account, against whoever comes from many networks.
They count the same whether there is such an account or not.
"""

from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from accounts import devices


@dataclass(frozen=True)
class Limits:
    """Each as allauth writes rates: "5/5m/key" is five in five minutes, and several stand with commas."""

    device: str  # of a known device, for one account
    place: str  # of unknown devices, for one account from one network
    network: str  # of unknown devices, from one network, for whatever account
    account: str  # of unknown devices, for one account from anywhere


LIMITS = {
    "password": Limits("10/15m/key,50/d/key", "5/5m/key,20/d/key", "10/m/key,60/h/key", "9/5m/key,40/d/key"),
    "second-factor": Limits("10/15m/key,50/d/key", "5/5m/key,20/d/key", "10/m/key,60/h/key", "9/5m/key,30/d/key"),
    # Each is a mail: a delegation in one hotel shares a network, and nobody's mailbox is to be flooded.
    "code": Limits("5/15m/key,40/d/key", "5/15m/key,40/d/key", "30/m/key,200/h/key", "15/15m/key,60/d/key"),
    "new-password": Limits("5/15m/key,20/d/key", "5/15m/key,20/d/key", "20/m/key,100/h/key", "10/15m/key,40/d/key"),
}


def take_a_try(request: HttpRequest, what: str, account: str) -> ratelimit.RateLimitUsage | None:
    """One try for an account, by its address; None when there have been too many.

    A network that has used up its own is refused before anything is written for it, so that nobody fills the
    table of counters. Then the narrowest comes first: what it refuses uses up nothing of what others share.
    """
    account = account.strip().lower()
    device = devices.known_as(request, account)
    if device and (usage := _take(request, f"{what}.device", LIMITS[what].device, f"{device} {account}")):
        return usage
    counters = _of_strangers(request, what, account)
    if _take(request, *counters[1], only_ask=True) is None:
        return None
    taken = []
    for counter in counters:
        usage = _take(request, *counter)
        if usage is None:
            return None
        taken += usage.usage
    return ratelimit.RateLimitUsage(usage=taken)


def take_a_look(request: HttpRequest, what: str) -> bool:
    """For a page that begins a session by being asked for: whether this network has not asked too often."""
    return _take(request, f"{what}.page", "60/m/key", ratelimit.get_ip(request)) is not None


def _take(request: HttpRequest, name: str, rates: str, key: str, *, only_ask: bool = False):
    told = {"app": "accounts", "action": name, "config": {name: rates}, "key": key}
    return ratelimit.consume(request, **told, dry_run=only_ask, limit_get=True)


def give_back(usage: ratelimit.RateLimitUsage) -> None:
    """A try that was right is none."""
    usage.rollback()


def forget(request: HttpRequest, what: str, account: str) -> None:
    """Begin anew for an account whose owner has just shown who they are in another way."""
    account = account.strip().lower()
    place, _network, anywhere = _of_strangers(request, what, account)
    device = (f"{what}.device", LIMITS[what].device, f"{devices.known_as(request, account)} {account}")
    for name, rates, key in (device, place, anywhere):
        ratelimit.clear(request, app="accounts", action=name, config={name: rates}, key=key)


def _of_strangers(request: HttpRequest, what: str, account: str) -> list[tuple[str, str, str]]:
    limits, network = LIMITS[what], ratelimit.get_ip(request)
    return [
        (f"{what}.place", limits.place, f"{network} {account}"),
        (f"{what}.network", limits.network, network),
        (f"{what}.account", limits.account, account),
    ]
