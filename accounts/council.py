"""The council's own sign-in (OpenID Connect): who in the portal is the person it vouches for."""

from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import User


class NotKnown(Exception):
    """The council knows the person, and the portal does not let them in this way."""

    def __init__(self, sentence):
        super().__init__(sentence)
        self.sentence = sentence


def person_behind(sociallogin: SocialLogin) -> User:
    """The member of staff with the address that the council vouches for; raises NotKnown."""
    if sociallogin.state.get("process") != "login":
        raise NotKnown(_("This link does not sign you in. Start again from the sign-in page."))
    address = vouched_address(sociallogin.account.extra_data)
    user = User.objects.invited_to_staff().filter(email=address).first()
    if user is None:
        raise NotKnown(_("The portal has no staff account for your address. Ask an administrator to invite you."))
    invitation = user.invitations.to_staff().open().first()
    return actions.join_staff(invitation=invitation) if invitation else user


def vouched_address(answer: dict) -> str:
    """The address that the council says it has checked; raises NotKnown for any other."""
    claims = answer.get("userinfo") or answer.get("id_token") or {}
    signed = answer.get("id_token") or claims
    if claims.get("sub") != signed.get("sub"):
        raise NotKnown(_("The council's sign-in gave two different answers. Start again from the sign-in page."))
    address = str(claims.get("email") or "").strip().lower()
    if not address or not _is_checked(claims, address):
        raise NotKnown(_("The council's sign-in did not confirm your e-mail address. Ask your IT help desk."))
    return address


def _is_checked(claims: dict, address: str) -> bool:
    claim = claims.get("email_verified")
    if claim is None and address.rpartition("@")[2] in settings.OPENID_CONNECT_EMAIL_DOMAINS:
        return True
    return claim is True or claim == "true"  # OpenID Connect says true; some send the word, and 1 is neither


def sign_in_name() -> str:
    """What the council's sign-in is called; "" when there is none."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return str(apps[0]["name"]) if apps else ""
