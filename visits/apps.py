from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "visits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from visits.delegation import guests, names  # noqa: F401 -- register what other apps ask for
        from visits.release import summary  # noqa: F401 -- follows changes
