"""A process that serves has read its code and templates before anybody asks; the database is not needed for it."""

from django.conf import settings
from django.template import engines

from core import warming


def test_every_template_has_been_read_when_the_first_request_comes():
    """pytest-django refuses the database to a test that does not ask for it."""
    [loader] = engines["django"].engine.template_loaders
    loader.reset()
    warming.warm_up()
    folder = settings.BASE_DIR / "templates"
    there = {str(path.relative_to(folder)) for path in folder.rglob("*.*")}
    assert len(there) > 200
    assert there - set(loader.get_template_cache) == set()
