"""/readyz: each part is really broken, is told by its name, and is well again without a new process."""

import io
import shutil

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"


@pytest.fixture
def says(client, db):
    """What /readyz answers now: its status, its words, when to ask again."""

    def asked() -> tuple[int, str, str | None]:
        answer = client.get("/readyz")
        return answer.status_code, answer.text, answer.headers.get("Retry-After")

    return asked


READY = (200, "ready\n", None)


def not_ready(part: str) -> tuple[int, str, str]:
    return (503, f"not ready: {part}\n", "5")


def test_without_the_cache_table(says):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE core_cache")
    assert says() == not_ready("cache table")
    call_command("createcachetable", stdout=io.StringIO())
    assert says() == READY


def test_with_a_migration_taken_back(says):
    call_command("migrate", "portal", "zero", verbosity=0)
    assert says() == not_ready("migrations")
    call_command("migrate", "portal", verbosity=0)
    assert says() == READY


@pytest.mark.parametrize("app", ["core", "visits", "account", "sessions"])
def test_with_the_row_of_a_migration_gone(says, app):
    row = MigrationRecorder.Migration.objects.filter(app=app).latest("id")
    row.delete()
    assert says() == not_ready("migrations")
    row.save()
    assert says() == READY


def test_a_database_without_any_migration(says):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
        assert says() == not_ready("migrations")
        cursor.execute("ALTER TABLE elsewhere RENAME TO django_migrations")
    assert says() == READY


def test_a_database_ahead_of_this_code_is_ready(says):
    """Between the migrations of a new release and its start the old one goes on serving."""
    MigrationRecorder.Migration.objects.create(app="core", name="9999_of_tomorrow")
    assert says() == READY


@pytest.fixture
def collected(settings, tmp_path):
    """The static files as a server has them, of a small folder."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("p { color: teal }")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert staticfiles_storage.url("page.css") != "/static/page.css"
    return settings.STATIC_ROOT


def test_without_the_names_of_the_collected_files(says, collected, tmp_path):
    manifest = collected / "staticfiles.json"
    assert says() == READY
    shutil.move(manifest, tmp_path)
    assert says() == not_ready("static files")
    shutil.move(tmp_path / "staticfiles.json", manifest)
    assert says() == READY


def test_a_process_that_began_before_the_files_were_collected_stays_away(says, settings, tmp_path):
    """It has read that there are none, and would answer each page with a fault."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": MANIFEST}}
    assert says() == not_ready("static files")
    (settings.STATIC_ROOT / "staticfiles.json").write_text('{"version": "1.1", "paths": {"a.css": "a.1.css"}}')
    assert says() == not_ready("static files")


def test_where_uploads_cannot_be_kept(says, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    assert says() == READY
    settings.MEDIA_ROOT.rmdir()  # nothing was left behind in it
    settings.MEDIA_ROOT.write_text("a file in place of the folder")
    assert says() == not_ready("storage")
    settings.MEDIA_ROOT.unlink()
    assert says() == READY


def test_every_part_that_is_missing_is_named_and_nothing_else(says, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "a-secret-path"
    settings.MEDIA_ROOT.write_text("")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE core_cache")
    assert says() == not_ready("cache table, storage")


def test_it_is_cheap_enough_to_be_asked_every_second(client, db, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(2):
        client.get("/readyz")
