"""The database that the person names in DATABASE_URL: whether it will do, and the sentence if it will not."""

import re
from contextlib import closing

import dj_database_url
import psycopg2

from launcher.pg_programs import OLDEST_VERSION
from launcher.trouble import Trouble

SECONDS_TO_CONNECT = "10"
LOOKS = "postgres://name:password@host:5432/database"
REFUSALS = {
    r"password authentication failed|no password supplied": "The database refuses the name or the password",
    r"no pg_hba.conf entry|Ident authentication|Peer authentication": "The database keeps this user out",
    r'database ".*" does not exist': "The server has no database of that name, so make it with createdb",
    r'role ".*" does not exist': "The server has no user of that name, so make it with createuser",
}


def must_do(url: str, questions: dict[str, str] | None = None) -> None:
    """Returns if the portal can live in this database; each question is one that it must answer with yes."""
    with closing(_connect(url)) as connection, connection.cursor() as cursor:
        if connection.server_version < OLDEST_VERSION * 10000:
            raise Trouble(
                f"The database is PostgreSQL {connection.server_version // 10000}: "
                f"give one of version {OLDEST_VERSION} or newer in DATABASE_URL."
            )
        for question, sentence in {**QUESTIONS, **(questions or {})}.items():
            cursor.execute(question)
            if cursor.fetchone() != (True,):
                raise Trouble(sentence)


QUESTIONS = {
    "select current_setting('server_encoding') = 'UTF8'": (
        "The database does not keep its text in UTF-8: make one with `createdb --encoding=UTF8 --template=template0` "
        "and name it in DATABASE_URL."
    ),
    "select current_schema() is not null and has_schema_privilege(current_schema(), 'create')": (
        "The user in DATABASE_URL may not make tables: make it the owner of the database with "
        "`alter database ... owner to ...`."
    ),
    "select not pg_is_in_recovery()": (
        "The database in DATABASE_URL is a copy that cannot be written: name the primary server instead."
    ),
}


def _connect(url: str):
    try:
        return psycopg2.connect(**_parameters(url))
    except psycopg2.OperationalError as error:
        raise _explain(str(error)) from None


def _parameters(url: str) -> dict:
    try:
        named = dj_database_url.parse(url)
    except ValueError:
        named = {}
    if "postgresql" not in named.get("ENGINE", "") or not named.get("NAME"):
        raise Trouble(f"DATABASE_URL is no address of a PostgreSQL database: it should look like {LOOKS}.") from None
    words = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {word: named[key] for word, key in words.items() if named.get(key)}
    return {"connect_timeout": SECONDS_TO_CONNECT, **named.get("OPTIONS", {}), **given}


def _explain(message: str) -> Trouble:
    for pattern, sentence in REFUSALS.items():
        if re.search(pattern, message):
            return Trouble(f"{sentence}: see DATABASE_URL, which should look like {LOOKS}.")
    return Trouble(
        f"The database in DATABASE_URL cannot be reached ({message.splitlines()[0]}): start it, or correct the address."
    )
