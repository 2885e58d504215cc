"""The steps of a sign-in after the first proof."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.stages import AuthenticateStage


class SecondFactorStage(AuthenticateStage):
    """Asks for the second factor, except after the council's own sign-in, which has asked for one."""

    def _should_handle(self, request) -> bool:
        records = get_authentication_records(request, self.login.user)
        if records and records[-1]["method"] == "socialaccount":
            return False
        return super()._should_handle(request)
