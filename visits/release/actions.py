"""Publishing a programme: what guests see changes in this moment and no other."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit, published
from core.access import Refusal
from visits.booking.models import Visit
from visits.release.document import FORMAT, write
from visits.release.models import Release


@transaction.atomic
def publish_release(*, visit: Visit, by: User | None, note: str = "", via: str = audit.AuditEntry.Via.PAGE) -> Release:
    """Freeze the programme as the next release, a proposal while in planning and firm once confirmed.

    Raises NothingNew when guests see just this already (a second click finds it so), and Refusal
    for an empty programme or a state in which nothing is published.
    """
    visit = Visit.objects.select_for_update(of=("self",)).select_related("city").get(pk=visit.pk)
    if visit.status not in Visit.RELEASES_IN:
        raise Refusal(
            _("A programme is published while the visit is planned or confirmed; this one is %(state)s.")
            % {"state": visit.get_status_display()}
        )
    if not visit.sessions.exists():
        raise Refusal(_("There is nothing to publish yet. Put the first session into the programme."))
    document = write(visit)
    release = published.publish(
        visit,
        write=lambda _visit: document,
        by=by,
        note=note,
        format=FORMAT,
        kind=document["kind"],
        contacts=sorted(published.references(document, "contact")),
        users=sorted(published.references(document, "user")),
        people=sorted(published.references(document, "person")),
    )
    audit.record("release.published", release, by=by, via=via, whole=visit, name=visit.title, number=release.number)
    return release
