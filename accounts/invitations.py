"""The link by which an invitation is opened: its key, signed."""

import uuid
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Invitation
from core.languages import LANGUAGE_CHOICE

signer = signing.Signer(salt="accounts.invitation", sep=".")


def link(invitation: Invitation) -> str:
    """The absolute address of the welcome page, in the language of the person invited."""
    path = reverse("people:invitation", args=[signer.sign(invitation.pk.hex)])
    query = urlencode({LANGUAGE_CHOICE: invitation.user.language})
    return f"{settings.SITE_URL}{path}?{query}"


def key_in(token: str) -> uuid.UUID | None:
    """The key of the invitation that a link names; None for anything that we have not signed."""
    try:
        return uuid.UUID(hex=signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
