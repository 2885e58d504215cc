from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core import metrics

        # Every app adds to the timetable, names its people, and says what the links in its mails open.
        autodiscover_modules("jobs", "names", "links", "audit_words")
        connection_created.connect(metrics.watch_connection)
