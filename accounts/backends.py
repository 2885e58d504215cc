from allauth.account.auth_backends import AuthenticationBackend


class PortalBackend(AuthenticationBackend):
    """Signs in by e-mail and password; permissions are the rooms' own predicates."""

    def get_user(self, user_id):
        user = super().get_user(user_id)
        return user if user and user.is_active else None
