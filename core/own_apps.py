"""The apps of the portal itself, beside those of libraries."""

from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings


@cache
def own_apps() -> list[str]:
    """Their names, which are their folders at the top of the project, in the order of the imports."""
    return [config.name for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
