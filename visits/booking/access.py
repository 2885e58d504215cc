"""Fetches a visit for somebody: one place decides whether it is there for them."""

from django.http import Http404

from accounts.models import User
from visits.booking.models import Visit


def visit_for(user: User, reference: str, *, lock: bool = False) -> Visit:
    """The visit, if this person plans it or is a member of it.

    ``lock`` holds its row until the end of the transaction: every change of a visit and of anything
    that belongs to it happens under this lock. Raises Http404 for a visit that is not theirs.
    """
    visit = Visit.objects.visible_to(user).for_list().filter(reference=reference).first()
    if visit is None:
        raise Http404
    if lock:
        # A second query, since PostgreSQL locks no rows of a query that is told to be distinct.
        visit = Visit.objects.select_for_update(of=("self",)).for_list().get(pk=visit.pk)
    return visit
