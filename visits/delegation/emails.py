"""The mails of this room, one function a message."""

from accounts import actions as accounts
from accounts.models import User
from core.outbox.actions import queue
from visits.booking.models import Visit
from visits.delegation.models import Person


def send_invitation(*, person: Person, by: User) -> None:
    """You are invited: to which visit, by whom, how to sign in, until when the invitation holds."""
    accounts.send_invitation(
        invitation=person.invitation,
        by=by,
        template="visits/delegation/mail/invitation",
        context={"person": person, "visit": person.visit},
    )


def send_move(*, visit: Visit) -> int:
    """Everybody who is invited: the visit is called off, or planned again. How many were told, each move once."""
    people = list(visit.people.invited().select_related("invitation__user"))
    number = visit.moves.count()
    context = {
        "visit": visit,
        "first": visit.starts_on,
        "last": visit.ends_on,
        "is_cancelled": visit.is_cancelled,
        "is_postponed": visit.is_postponed,
    }
    for person in people:
        queue(
            template="visits/delegation/mail/move",
            context={**context, "person": person},
            address=person.invitation.user.email,
            language=person.reads_in,
            cause=f"visit-move:{visit.pk}:{number}",
            to_user=person.invitation.user,
        )
    return len(people)
