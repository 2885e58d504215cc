from urllib.parse import quote

import pytest

from launcher import database
from launcher.trouble import Trouble
from tests.launcher.sql import ask


def refusal(url):
    with pytest.raises(Trouble) as refused:
        database.must_do(url)
    return str(refused.value)


@pytest.fixture
def socket_in_url(server):
    with server.use():
        yield quote(str(server.sockets), safe="")


def test_good_database_is_accepted(server):
    with server.use() as url:
        database.must_do(url)


@pytest.mark.parametrize("url", ["nonsense", "mysql://a@localhost/b", "postgres://localhost", "postgres://a@b:port/c"])
def test_address_of_something_else_is_refused(url):
    assert refusal(url) == (
        "DATABASE_URL is no address of a PostgreSQL database: "
        "it should look like postgres://name:password@host:5432/database."
    )


def test_server_out_of_reach_is_named_without_the_password():
    assert refusal("postgres://desk:hush@127.0.0.1:1/desk") == (
        'The database in DATABASE_URL cannot be reached (connection to server at "127.0.0.1", port 1 failed: '
        "Connection refused): start it, or correct the address."
    )


def test_wrong_password_is_told(server, socket_in_url):
    ask(server.url, "create role guarded login password 'right'")
    rules = server.data / "pg_hba.conf"
    rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
    ask(server.url, "select pg_reload_conf()")
    assert refusal(f"postgres://guarded:wrong@{socket_in_url}/postgres").startswith(
        "The database refuses the name or the password: see DATABASE_URL"
    )


def test_missing_database_and_missing_user_are_told(socket_in_url):
    assert "no database of that name" in refusal(f"postgres://open_doors@{socket_in_url}/nowhere")
    assert "no user of that name" in refusal(f"postgres://nobody@{socket_in_url}/open_doors")


def test_older_server_is_refused(server, monkeypatch):
    monkeypatch.setattr(database, "OLDEST_VERSION", 99)
    with server.use() as url:
        assert refusal(url).endswith("give one of version 99 or newer in DATABASE_URL.")


def test_database_that_is_not_in_utf8_is_refused(server, socket_in_url):
    ask(server.url, "create database latin encoding 'LATIN1' locale_provider libc locale 'C' template template0")
    assert "does not keep its text in UTF-8" in refusal(f"postgres://open_doors@{socket_in_url}/latin")


def test_question_of_the_caller_is_asked_too(server):
    with server.use() as url, pytest.raises(Trouble, match=r"^Not today\.$"):
        database.must_do(url, {"select false": "Not today."})


def test_user_who_may_not_make_tables_is_refused(server, socket_in_url):
    ask(server.url, "create role reader login")
    assert "may not make tables" in refusal(f"postgres://reader@{socket_in_url}/open_doors")
