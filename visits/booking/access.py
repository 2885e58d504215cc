"""Fetches a visit for somebody: one place decides whether it is there for them."""

from django.http import Http404

from accounts.models import User
from visits.booking.models import Visit


def visit_for(user: User, reference: str, *, lock: bool = False) -> Visit:
    """The visit, if this person plans it or is a member of it.

    ``lock`` holds its row until the end of the transaction: every change of a visit and of anything
    that belongs to it happens under this lock. Raises Http404 for a visit that is not theirs.
    """
    found = Visit.objects.visible_to(user).filter(reference=reference).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    visits = Visit.objects.select_for_update(of=("self",)) if lock else Visit.objects.all()
    return visits.select_related("city", "lead_coordinator").get(pk=found)
