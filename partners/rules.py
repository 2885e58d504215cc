"""Which values of cities, contacts, venues and so on do not go together."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.rules import Proposed, Trouble
from partners.models import City


def trouble_with_city(proposed: Proposed) -> Trouble:
    yield from _both_or_neither(proposed, "latitude", "longitude", _("Give both degrees, or neither."))
    for prefix in ("local", "second_local"):
        sentence = _("Give both the name and its language.")
        yield from _both_or_neither(proposed, f"{prefix}_name", f"{prefix}_language", sentence)
    ours = City.objects.home().exclude(pk=proposed["id"]).first() if proposed["status"] == City.Status.HOME else None
    if ours:
        yield "status", _("%(city)s is our own city already; there is only one.") % {"city": ours}


def trouble_with_agreement(proposed: Proposed) -> Trouble:
    year, day = proposed["year"], proposed["on"]
    if year and day and day.year != year:
        yield "on", _("This day lies in another year than the one above.")


def trouble_with_contact(proposed: Proposed) -> Trouble:
    first, last = proposed["starts_on"], proposed["ends_on"]
    if first and last and last < first:
        yield "ends_on", _("The last day must not come before the first.")


def trouble_with_venue(proposed: Proposed) -> Trouble:
    yield from _both_or_neither(proposed, "latitude", "longitude", _("Give both degrees, or neither."))


def trouble_with_travel_time(proposed: Proposed) -> Trouble:
    minutes, mode = proposed["measured_minutes"], proposed["measured_mode"]
    if minutes and not mode:
        yield "measured_mode", _("Say how they went.")
    if mode and not minutes:
        yield "measured_minutes", _("Say how many minutes it took.")


def _both_or_neither(proposed: Proposed, one: str, other: str, sentence: Any) -> Trouble:
    missing = [name for name in (one, other) if proposed[name] in (None, "")]
    if len(missing) == 1:
        yield missing[0], sentence
