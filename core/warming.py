"""What a process that serves reads before its first request.

The first reader does not wait for it then. And a process keeps to the code with which it began: a template
or a module that is first read hours later, when an upgrade has put new files there, would not fit the rest.
"""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import engines
from django.urls import get_resolver
from django.utils import translation

from core.conditional import build


def warm_up() -> None:
    """Asks nothing of the database, which may be away just then."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            get_resolver().reverse_dict  # noqa: B018 - reads every view and all that they import
            translation.gettext("")
    load_templates()
    staticfiles_storage.exists("")  # reads the list of hashed names
    build()


def load_templates() -> None:
    for engine in engines.all():
        for folder in map(Path, engine.dirs):
            for path in folder.rglob("*"):
                if path.suffix in {".html", ".txt", ".xml"}:
                    engine.get_template(str(path.relative_to(folder)))
