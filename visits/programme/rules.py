"""What cannot be of a session, whoever writes it down; what merely does not fit is a problem, and a person decides."""

from django.utils.translation import gettext_lazy as _

from core.rules import Proposed, Trouble
from practices.models import Offer


def trouble_with_session(proposed: Proposed) -> Trouble:
    offer, venue, space = (proposed[name] for name in ("offer", "venue", "space"))
    if space and (venue is None or space.venue_id != venue.pk):
        yield "space", _("This room is in another place. Choose a room of the place above.")
    if offer and offer.observation == Offer.Observation.NEVER:  # private family time belongs to the family (RS2-07)
        sentence = _("%(offer)s is never open to visitors, so it cannot be in a programme. Its page says why.")
        yield "offer", sentence % {"offer": offer.title}
