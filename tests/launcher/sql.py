"""Questions to a server, past Django."""

from contextlib import closing

import dj_database_url
import psycopg2


def ask(url, question):
    """The first row of the answer; a change is kept at once."""
    named = dj_database_url.parse(url)
    with closing(psycopg2.connect(dbname=named["NAME"], user=named["USER"], host=named["HOST"])) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(question)
        return cursor.fetchone() if cursor.description else None
