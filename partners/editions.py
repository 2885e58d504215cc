"""What a city page says, written from the rows: the document that is frozen when it is published."""

import json
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from core import sources
from partners.models import Agreement, City

FORMAT = 1


def write(city: City) -> dict[str, Any]:
    """The whole of a city page, in every language, readable without the rows.

    ``home`` is our own city, whose clock and dot stand on the page. No person is in it, and the note
    for staff stays with the rows.
    """
    city = City.objects.with_parts().get(pk=city.pk)
    agreements = list(city.agreements.all())
    codes = {code for codes in city.provenance.values() for code in codes}
    known = sources.described(codes | {code for each in agreements for code in each.sources})
    return {
        "id": city.pk,
        "slug": city.slug,
        "name": city.name,
        "local_names": local_names(city),
        "country": city.country.code,
        **place(city),
        "home": home(),
        "status": city.status,
        "certainty": city.certainty,
        "partner_since": city.partner_since,
        "since_words": city.since_words,
        "languages": city.languages,
        "interpreter_language": city.interpreter_language,
        "entry": {"category": city.entry, "summary": city.entry_summary, "checked_on": city.entry_checked_on},
        "summary": city.summary,
        "picture": picture(city),
        "topics": [{"id": topic.pk, "name": topic.name} for topic in city.topics.all()],
        "agreements": [agreement_part(agreement, known) for agreement in agreements],
        "sources": [known[code] for code in sorted(codes) if code in known],
    }


def as_published(city: City) -> dict[str, Any]:
    """The document as it would stand in an edition, for a look before publishing."""
    return json.loads(json.dumps(write(city), cls=DjangoJSONEncoder))


def picture(city: City) -> dict[str, Any] | None:
    """The picture, if everybody may see it."""
    row = city.picture
    if row is None or not row.is_public:
        return None
    return {"id": row.pk, "alt": row.alt, "credit": row.credit, "width": row.width, "height": row.height}


def place(city: City) -> dict[str, Any]:
    """Where it lies and which clock it has. Degrees as numbers; None where the point is not known."""
    return {
        "latitude": None if city.latitude is None else float(city.latitude),
        "longitude": None if city.longitude is None else float(city.longitude),
        "time_zone": city.time_zone,
    }


def home() -> dict[str, Any] | None:
    ours = City.objects.home().first()
    return {"name": ours.name, **place(ours)} if ours else None


def local_names(city: City) -> list[dict[str, str]]:
    pairs = [
        (city.local_language, city.local_name),
        (city.second_local_language, city.second_local_name),
    ]
    return [{"language": language, "name": name} for language, name in pairs if name]


def agreement_part(agreement: Agreement, known: dict[str, sources.Described]) -> dict[str, Any]:
    return {
        "id": agreement.pk,
        "year": agreement.year,
        "on": agreement.on,
        "what": agreement.what,
        "sources": [known.get(code, {"code": code}) for code in agreement.sources],
    }


def is_a_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return False


def missing(city: City) -> list[str]:
    """What keeps the page from being published, each as a sentence that says what to do."""
    unsure = {City.Status.UNCERTAIN, City.Status.HISTORIC}
    reasons = [
        (city.status == City.Status.HOME, _("Our own city has no page among the partner cities.")),
        (not City.objects.home().exists(), _("Record our own city first: its clock stands on every page.")),
        (not is_a_zone(city.time_zone), _("Choose a time zone that there is, for example Europe/Prague.")),
        (not city.summary, _("Write a few lines about the city and our work together.")),
        (city.status in unsure and not city.certainty, _("Say how certain the link is, since it is not a firm one.")),
        (city.entry and not city.entry_checked_on, _("Say on which day the entry note was checked.")),
    ]
    return [sentence for is_missing, sentence in reasons if is_missing]
