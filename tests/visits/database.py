"""Tells whether a request has changed anything at all."""

from django.apps import apps
from django.db import connection


def table_digests() -> dict[str, str]:
    """A digest of every table; sessions stand apart, since looking at a page may touch them."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - {"django_session"}
    digests = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t")  # noqa: S608
            [digests[table]] = cursor.fetchone()
    return digests


def changed(before: dict[str, str]) -> set[str]:
    return {table for table, digest in table_digests().items() if before[table] != digest}
