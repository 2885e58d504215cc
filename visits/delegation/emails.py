"""The mails of this room, one function a message."""

from accounts import actions as accounts
from accounts.models import User
from visits.delegation.models import Person


def send_invitation(*, person: Person, by: User) -> None:
    """You are invited: to which visit, by whom, how to sign in, until when the invitation holds."""
    accounts.send_invitation(
        invitation=person.invitation,
        by=by,
        template="visits/delegation/mail/invitation",
        context={"person": person, "visit": person.visit},
    )
