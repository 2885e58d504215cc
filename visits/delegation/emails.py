"""The mails of this room, one function a message."""

from accounts.invitations import link
from accounts.models import User
from core.outbox.actions import queue
from visits.delegation.models import Person


def send_invitation(*, person: Person, by: User) -> None:
    """You are invited: to which visit, by whom, how to sign in, until when the invitation holds."""
    invitation = person.invitation
    queue(
        template="visits/delegation/mail/invitation",
        context={"person": person, "visit": person.visit, "by": by, "link": link(invitation), "invitation": invitation},
        address=person.email,
        language=person.language,
        cause=f"invitation:{invitation.pk}:{invitation.sent_count}",
        to_user=invitation.user,
    )
