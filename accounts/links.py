"""What a link in a mail opens."""

from accounts import invitations
from accounts.models import Invitation
from core.outbox.links import opens


@opens("invitation")
def invitation(key: str) -> str | None:
    found = Invitation.objects.select_related("user").filter(pk=key).first()
    return invitations.link(found) if found and found.leads_in else None
