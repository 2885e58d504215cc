"""Publishing a programme: what guests see changes in this moment and no other."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import published
from core.access import Refusal
from core.audit import AuditEntry
from core.changing import changing
from visits.booking.models import Visit
from visits.programme.programme import Programme
from visits.release.document import FORMAT, write
from visits.release.models import Release

PAGE = AuditEntry.Via.PAGE


class LookAgain(Refusal):
    """What would be published is not what the person saw when they pressed the button."""

    def __init__(self):
        super().__init__(
            _("Somebody changed the programme after you opened this page. Look at it again, then publish.")
        )


def publish_release(*, visit: Visit, by: User | None, note: str = "", seen: str = "", via: str = PAGE) -> Release:
    """Freeze the programme as the next release, a proposal while in planning and firm once confirmed.

    ``seen`` is the digest of the document that the person looked at before. Raises LookAgain when the
    programme has changed since, NothingNew when guests see just this already (a second click finds it
    so), and Refusal for an empty programme or a state in which nothing is published.
    """
    with changing(visit, by=by, via=via) as change:
        visit = change.whole
        if visit.status not in Visit.RELEASES_IN:
            raise Refusal(
                _("A programme is published while the visit is planned or confirmed; this one is %(state)s.")
                % {"state": visit.get_status_display()},
                leads_to=visit.get_absolute_url(),
            )
        if not visit.sessions.exists():
            raise Refusal(_("There is nothing to publish yet. Put the first session into the programme."))
        document = write(Programme.of(visit))
        if seen and seen != published.digest(published.as_stored(document)):
            raise LookAgain
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
        change.record("release.published", release, name=lambda _release: visit.title, number=release.number)
        return release
