"""The catalogue's offers as a coordinator chooses among them."""

from dataclasses import dataclass

from core.languages import in_order
from practices.models import Offer, Practice
from visits.booking.models import Visit


@dataclass(frozen=True)
class PracticeOffers:
    practice: Practice
    offers: list[Offer]
    is_in_programme: bool


def offers_by_practice(visit: Visit) -> list[PracticeOffers]:
    """Every offer that may enter a programme, under its practice; four queries however many there are."""
    shown = set(visit.sessions.values_list("practice_id", flat=True))
    shown |= set(visit.sessions.values_list("further_practices", flat=True))
    offers: dict[Practice, list[Offer]] = {}
    for offer in Offer.objects.for_programme().order_by("practice__slug", "position"):
        offers.setdefault(offer.practice, []).append(offer)
    return [PracticeOffers(practice, offers[practice], practice.pk in shown) for practice in in_order(offers)]
