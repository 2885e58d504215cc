"""A release as one reader sees it: their days, their group, their language, today first."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.dates import date_in_words, weekday
from core.languages import in_order
from core.names_by_reference import Names
from core.templatetags.portal_text import in_language
from core.translated import Text, as_text
from partners.maps import osm_url
from partners.models import Venue
from visits.programme.clock import LEEDS
from visits.programme.models import Session

INTERPRETING_WORDS = {
    "informal": gettext_lazy("interpreted as needed"),
    "consecutive": gettext_lazy("interpreted, a few sentences at a time"),
    "whispered": gettext_lazy("interpreted in a whisper"),
}
UNLED = {Session.Kind.BREAK, Session.Kind.TRAVEL, Session.Kind.FREE}  # nobody to look out for


@dataclass(frozen=True)
class Place:
    """A venue as the release froze it."""

    id: str
    name: Text
    address: str
    entrance: Text
    access: Text
    house_rules: list[dict]
    map_url: str


@dataclass(frozen=True)
class Entry:
    """One session in the list of a day; texts are ready for the page, marked where not in its language."""

    id: str
    kind: str
    kind_label: Any
    starts: str
    ends: str
    home: str  # the time on the guests' own clocks, where it differs
    title: str
    about: str
    place: str
    entrance: str
    map_url: str
    who: str
    interpreting: Any
    practices: list[tuple[str, str]]
    content_note: str
    guest_note: str
    group: str
    words: str  # of travel: how, from where to where
    icon: str

    @property
    def url(self) -> str:
        """Where a leg leads: to the map."""
        return self.map_url


@dataclass(frozen=True)
class Day:
    date: datetime.date
    weekday: str
    label: str
    entries: list[Entry] = field(default_factory=list)
    is_today: bool = False
    places: list[Place] = field(default_factory=list)


class Reader:
    """Reads one document for one person.

    ``names`` names the people to whom the document refers. ``group`` is the person's group: they see
    what is for everybody and for it. ``days`` are those on which they are there; empty means all.
    """

    def __init__(self, document: dict, names: Names, *, group=None, days=(), today: datetime.date):
        self.document = document
        self.names = names
        self.group = str(group) if group else None
        self.present = set(days)
        self.today = today
        self.home = ZoneInfo(document["visit"]["city"]["time_zone"])
        self.places = {venue["id"]: _place(venue) for venue in document["venues"]}
        self.groups = {each["id"]: as_text(each["name"]) for each in document["groups"]}

    def days(self) -> list[Day]:
        """The reader's days in order of time."""
        by_day: dict[datetime.date, list[dict]] = {}
        for session in self.document["sessions"]:
            if self.group is None or session["group"] in {None, self.group}:
                by_day.setdefault(_moment(session["starts_at"]).date(), []).append(session)
        return [self._day(date, by_day[date]) for date in sorted(by_day) if not self.present or date in self.present]

    def _day(self, date: datetime.date, sessions: list[dict]) -> Day:
        reached = [each for session in sessions for each in (session["venue"], session["to_venue"]) if each]
        return Day(
            date=date,
            weekday=weekday(date),
            label=date_in_words(date),
            entries=self._entries(sessions),
            is_today=date == self.today,
            places=[self.places[each] for each in dict.fromkeys(reached)],
        )

    def _entries(self, sessions: list[dict]) -> list[Entry]:
        """The door and the map stand where a place is reached, not again at each entry in it."""
        entries, here = [], None
        for session in sessions:
            entries.append(self._entry(session, arrives=session["venue"] != here))
            if session["kind"] != Session.Kind.TRAVEL:
                here = session["venue"] or here
        return entries

    def _entry(self, session: dict, *, arrives: bool) -> Entry:
        starts, ends = _moment(session["starts_at"]), _moment(session["ends_at"])
        place, to_place = self.places.get(session["venue"]), self.places.get(session["to_venue"])
        going_to = to_place or place
        practices = [
            (in_language(each["title"]), reverse("practices:practice", args=[each["slug"]]))
            for each in session["practices"]
        ]
        return Entry(
            id=f"session-{session['id']}",
            kind=session["look"],
            kind_label=Session.Kind(session["kind"]).label,
            starts=f"{starts:%H:%M}",
            ends=f"{ends:%H:%M}",
            home=self._at_home(starts),
            title=in_language(session["title"]),
            about=in_language(session["about"]),
            place=_where(place, session["space"]),
            entrance=in_language(place.entrance) if place and arrives else "",
            map_url=going_to.map_url if going_to and (arrives or to_place) else "",
            who="" if session["kind"] in UNLED else _joined(self._who(lead) for lead in session["leads"]),
            interpreting=INTERPRETING_WORDS.get(session["interpreting"], ""),
            practices=practices,
            content_note=in_language(session["content_note"]),
            guest_note=in_language(session["guest_note"]),
            group=in_language(self.groups[session["group"]]) if session["group"] else "",
            words=self._travel_words(session, starts, ends, to_place),
            icon=_travel_icon(session),
        )

    def _at_home(self, starts: datetime.datetime) -> str:
        at_home = starts.astimezone(self.home)
        if at_home.utcoffset() == starts.utcoffset():
            return ""
        city = as_text(self.document["visit"]["city"]["name"])
        return _("%(city)s %(time)s") % {"city": city, "time": f"{at_home:%H:%M}"}

    def _travel_words(self, session: dict, starts, ends, to_place: Place | None) -> str:
        if session["kind"] != Session.Kind.TRAVEL:
            return ""
        minutes = int((ends - starts).total_seconds() // 60)
        parts = [f"{starts:%H:%M}", in_language(as_text(session["mode"]) or session["title"])]
        if to_place:
            parts.append(format_html(_("to %(place)s") % {"place": "{}"}, in_language(to_place.name)))
        parts.append(ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes})
        return _joined(parts)

    def _who(self, lead: dict) -> str:
        """The name, and for a host the role in which guests meet them."""
        name = self.names.of(lead)
        return format_html("{} ({})", name, in_language(lead["role"])) if lead.get("role") else name


def today_first(days: list[Day], today: datetime.date) -> list[Day]:
    """Today, then what is to come, then what has been."""
    return sorted(days, key=lambda day: (day.date < today, day.date))


def places_of(days: list[Day]) -> list[Place]:
    """Every place of these days once, in the order in which it is reached."""
    return list({place.id: place for day in days for place in day.places}.values())


def practices_shown(days: list[Day]) -> list[tuple[str, str]]:
    """Every practice of these days once, in the reader's order: (title, address)."""
    shown = {url: title for day in days for entry in day.entries for title, url in entry.practices}
    return in_order(((title, url) for url, title in shown.items()), by=lambda each: each[0])


def _joined(parts: Iterable[str]) -> str:
    """Words beside each other, each marked with its own language where it is not the page's."""
    return format_html_join(", ", "{}", ((part,) for part in parts))


def _moment(written: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(written).astimezone(LEEDS)


def _place(venue: dict) -> Place:
    point = Venue(
        latitude=venue["latitude"],
        longitude=venue["longitude"],
        address=venue["address"],
        postcode=venue["postcode"],
    )
    return Place(
        id=venue["id"],
        name=as_text(venue["name"]),
        address=", ".join(filter(None, [venue["address"], venue["postcode"]])),
        entrance=as_text(venue["entrance"]),
        access=as_text(venue["access"]),
        house_rules=venue["house_rules"],
        map_url=osm_url(point),
    )


def _where(place: Place | None, space: dict | None) -> str:
    if place is None:
        return ""
    return (
        format_html("{}, {}", in_language(place.name), in_language(space["name"])) if space else in_language(place.name)
    )


def _travel_icon(session: dict) -> str:
    """By the English wording of how they travel, which every release has."""
    mode = as_text(session["mode"]).in_language("en").lower()
    if "walk" in mode or "foot" in mode:
        return "footprints"
    if "minibus" in mode or "bus" in mode:
        return "bus"
    return "car-taxi-front" if "taxi" in mode else "route"
