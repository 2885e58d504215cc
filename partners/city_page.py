"""What a city page shows, from its published document alone. Python decides here, templates show."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from core.dates import day_in_words
from core.languages import in_order
from core.translated import as_text
from partners.models import City
from partners.spoken_languages import language_name, language_names

CHECKER = "https://www.gov.uk/check-uk-visa"  # the only place that can answer for one person

LINKS = {
    City.Status.PARTNER: _("Partner city"),
    City.Status.PARTNER_THROUGH: _("Partner city through a former borough"),
    City.Status.FRIENDSHIP: _("Friendship city"),
    City.Status.HISTORIC: _("Historic partner city"),
    City.Status.UNCERTAIN: _("Link to be confirmed"),
}
TONES = {City.Status.PARTNER: "good", City.Status.PARTNER_THROUGH: "good", City.Status.FRIENDSHIP: "note"}
GROUPS = [
    (_("Partner cities"), [City.Status.PARTNER, City.Status.PARTNER_THROUGH]),
    (_("Friendship cities"), [City.Status.FRIENDSHIP]),
    (_("Older links, and links that we still have to confirm"), [City.Status.HISTORIC, City.Status.UNCERTAIN]),
]

ENTRY = {
    City.Entry.ETA: _("No visa for a short visit, but an Electronic Travel Authorisation (ETA)"),
    City.Entry.VISA: _("A visitor visa, however short the visit"),
    City.Entry.COMMON_TRAVEL_AREA: _("Neither a visa nor an ETA for British and Irish citizens"),
}


@dataclass(frozen=True)
class Moment:
    """One point of the line on which the relationship of two cities is drawn."""

    when: str
    what: Any  # a text in several languages, or words in the reader's
    sources: list[dict[str, str]]
    is_today: bool = False


def page_of(document: dict[str, Any]) -> dict[str, Any]:
    """Everything that the template of a city page asks for."""
    entry = document["entry"]
    return {
        "city": document,
        "name": as_text(document["name"]),
        "country": countries.name(document["country"]),
        "link": link_of(document),
        "home_name": as_text(document["home"]["name"]),
        "local_names": [name for name in document["local_names"] if name["name"] != str(as_text(document["name"]))],
        "spoken": language_names(document["languages"]),
        "interpreter": language_name(document["interpreter_language"]) if document["interpreter_language"] else "",
        "moments": line_through_time(document),
        "entry_needs": ENTRY.get(entry["category"], ""),
        "entry_checked_on": day(entry["checked_on"]),
        "checker": CHECKER,
        "map_cities": [dot_of(document)] if has_point(document) else [],
        "map_home": home_dot(document),
    }


def link_of(document: dict[str, Any]) -> dict[str, Any]:
    """The link in words, with the tone of its tag."""
    return {"label": LINKS[document["status"]], "tone": TONES.get(document["status"], "plain")}


def since(document: dict[str, Any]) -> str:
    """Since when, in words; a plain year where nothing more careful is known, and nothing where nothing is."""
    if words := as_text(document["since_words"]):
        return capfirst(words.in_language())
    year = document["partner_since"]
    return gettext("since %(year)s") % {"year": year} if year else ""


def line_through_time(document: dict[str, Any]) -> list[Moment]:
    """From the beginning of the link over what was agreed to how it stands today."""
    moments = [
        Moment(day(each["on"]) or str(each["year"]), as_text(each["what"]), each["sources"])
        for each in sorted(document["agreements"], key=lambda each: (each["year"], each["on"] or ""))
    ]
    if words := as_text(document["since_words"]):
        moments.insert(0, Moment(gettext("The beginning"), words, []))
    elif year := document["partner_since"]:
        moments.insert(0, Moment(str(year), gettext("The link begins."), []))
    if certainty := as_text(document["certainty"]):
        moments.append(Moment(gettext("Today"), certainty, [], is_today=True))
    return moments


def day(iso: str | None) -> str:
    return day_in_words(datetime.date.fromisoformat(iso), year=True) if iso else ""


# --- the list and its map ----------------------------------------------------------------------------


def groups_of(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cities by the kind of link, each group in the reader's alphabet; empty groups are left out."""
    cards = in_order([card_of(document) for document in documents], by=lambda card: card["name"])
    groups = [
        {"heading": heading, "cards": [card for card in cards if card["status"] in statuses]}
        for heading, statuses in GROUPS
    ]
    return [group for group in groups if group["cards"]]


def card_of(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": as_text(document["name"]),
        "url": url_of(document),
        "country": countries.name(document["country"]),
        "status": document["status"],
        "link": link_of(document),
        "since": since(document),
        "topics": [as_text(topic["name"]) for topic in document["topics"]],
    }


def map_of(documents: list[dict[str, Any]]) -> dict[str, Any]:
    dots = [dot_of(document) for document in documents if has_point(document)]
    home = next((home_dot(document) for document in documents), None)
    return {"map_cities": dots if home else [], "map_home": home}


def dot_of(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": str(as_text(document["name"])),
        "url": url_of(document),
        "lat": document["latitude"],
        "lon": document["longitude"],
    }


def home_dot(document: dict[str, Any]) -> dict[str, Any] | None:
    home = document["home"]
    if home["latitude"] is None:
        return None
    return {"name": str(as_text(home["name"])), "url": "", "lat": home["latitude"], "lon": home["longitude"]}


def has_point(document: dict[str, Any]) -> bool:
    return document["latitude"] is not None


def url_of(document: dict[str, Any]) -> str:
    return reverse("cities:city", args=[document["slug"]])
