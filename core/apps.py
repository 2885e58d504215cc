from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Every app adds to the timetable, names its people, and says what the links in its mails open.
        autodiscover_modules("jobs", "names", "links")
