from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from accounts import second_factor, sign_in_counts

        authenticator_added.connect(second_factor.added)
        authenticator_removed.connect(second_factor.removed)
        user_logged_in.connect(sign_in_counts.done)
