"""The document that a release freezes: the whole programme as guests see it, in every language.

Format 1. Times are ISO 8601 in UTC; days are dates in Leeds. Texts are objects with a key for each
language. People stand in it by reference. Notes for staff and fallbacks are not in it.
Practices, offers and the city are called as on their public pages; an offer on none has no title.

    {"format": 1, "kind": "firm", "time_zone": "Europe/London",
     "visit": {"id", "reference", "title", "city": {"name", "time_zone"}, "starts_on", "ends_on"},
     "coordinator": {"user": id}, "aims": [{"id", "short"}], "groups": [{"id", "name"}],
     "venues": [{"id", "name", "address", ...}],
     "sessions": [{"id", "kind", "look", "title", "about", "starts_at", "ends_at", "venue", ...}]}
"""

import datetime
from collections.abc import Collection
from uuid import UUID

from partners.models import Contact, Venue
from practices.models import Offer, Practice
from visits.booking.models import Visit
from visits.programme.day_drawing import look_of
from visits.programme.models import Session
from visits.programme.programme import Programme

FORMAT = 1


def write(programme: Programme) -> dict:
    """The document of a programme as its rows stood when it was read. One query, for the public names of practices."""
    return write_all([programme])[0]


def write_all(programmes: Collection[Programme]) -> list[dict]:
    """The documents of several, at one query too."""
    titles, offers = Practice.objects.public_names({key for each in programmes for key in _practice_ids(each)})
    return [_document(each, titles, offers) for each in programmes]


def _document(programme: Programme, titles: dict[UUID, dict], offers: dict[str, dict]) -> dict:
    visit = programme.visit
    return {
        "format": FORMAT,
        "kind": Visit.RELEASES_IN.get(visit.status, "firm"),
        "time_zone": "Europe/London",
        "visit": _visit(programme),
        "coordinator": {"user": str(visit.lead_coordinator_id)} if visit.lead_coordinator_id else None,
        "aims": [{"id": str(aim.pk), "short": aim.short} for aim in programme.aims],
        "groups": [{"id": str(group.pk), "name": group.name} for group in programme.groups],
        "venues": [_venue(venue) for venue in programme.venues],
        "sessions": [_session(session, titles, offers) for session in programme.sessions],
    }


def _practice_ids(programme: Programme) -> set[UUID]:
    shown = {practice.pk for session in programme.sessions for practice in session.practices_shown}
    return shown | {session.offer.practice_id for session in programme.sessions if session.offer}


def _visit(programme: Programme) -> dict:
    visit = programme.visit
    return {
        "id": str(visit.pk),
        "reference": visit.reference,
        "title": visit.title,
        "city": {"name": programme.city_name, "time_zone": programme.time_zone},
        "starts_on": visit.starts_on,
        "ends_on": visit.ends_on,
    }


def _venue(venue: Venue) -> dict:
    return {
        "id": str(venue.pk),
        "name": venue.name,
        "kind": venue.kind,
        "address": venue.address,
        "postcode": venue.postcode,
        "latitude": float(venue.latitude) if venue.latitude is not None else None,
        "longitude": float(venue.longitude) if venue.longitude is not None else None,
        "entrance": venue.entrance,
        "access": venue.access,
        "house_rules": [{"id": str(rule.pk), "text": rule.text, "reason": rule.reason} for rule in venue.rule_list],
    }


def _session(session: Session, titles: dict[UUID, dict], offers: dict[str, dict]) -> dict:
    return {
        "id": str(session.pk),
        "kind": session.kind,
        "look": look_of(session),
        "title": session.title,
        "about": session.about,
        "starts_at": _utc(session.starts_at),
        "ends_at": _utc(session.ends_at),
        "venue": str(session.venue_id) if session.venue_id else None,
        "space": {"id": str(session.space_id), "name": session.space.name, "note": session.space.note}
        if session.space_id
        else None,
        "to_venue": str(session.to_venue_id) if session.to_venue_id else None,
        "mode": session.mode,
        "group": str(session.group_id) if session.group_id else None,
        "led_by": session.led_by,
        "leads": _leads(session),
        "practices": _practices(session, titles),
        "offer": _offer(session.offer, offers) if session.offer_id else None,
        "aims": [str(aim.pk) for aim in session.aim_list],
        "interpreting": session.interpreting,
        "content_note": session.content_note,
        "guest_note": session.guest_note,
    }


def _offer(offer: Offer, titles: dict[str, dict]) -> dict:
    """With the title that its public page gives it, if it stands on one; the session has a title of its own."""
    title = titles.get(str(offer.pk))
    return {"id": str(offer.pk), **({"title": title} if title else {}), "observation": offer.observation}


def _leads(session: Session) -> list[dict]:
    """Who leads, by reference, with the role in which guests meet them."""
    leads = [_host(host) for host in sorted(session.host_list, key=lambda host: str(host.pk))]
    if session.led_by == Session.LedBy.STAFF and session.lead_staff_id:
        leads.insert(0, {"user": str(session.lead_staff_id)})
    if session.led_by == Session.LedBy.GUESTS and session.lead_person_id:
        leads.insert(0, {"person": str(session.lead_person_id)})
    return leads


def _host(host: Contact) -> dict:
    return {"contact": str(host.pk), "role": host.role}


def _practices(session: Session, titles: dict[UUID, dict]) -> list[dict]:
    """Those that guests can read about, as their public pages are called; a draft is no business of guests."""
    public = [each for each in session.practices_shown if each.pk in titles]
    return [{"id": str(each.pk), "slug": each.slug, "title": titles[each.pk]} for each in public]


def _utc(instant: datetime.datetime) -> str:
    return instant.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
