"""What the launcher takes from the machine: packages, a browser, the disk. apt-get is played by a script."""

import errno
import os
import socket

import pytest

from launcher import browser, localhost, packages
from launcher.trouble import Trouble, disk_trouble, reason_in

NEEDS_AN_UPDATE_FIRST = """#!/bin/sh
echo "$*" >> calls
case "$*" in
  *update*) touch updated ;;
  *) test -e updated || { echo "E: Unable to locate package"; echo "done" >&2; exit 100; } ;;
esac
"""
ALWAYS_FAILS = "#!/bin/sh\necho 'E: Could not resolve deb.debian.org'\nexit 100\n"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine that has nothing but what `provide` puts there."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "sh").symlink_to("/bin/sh")
    (programs / "touch").symlink_to("/usr/bin/touch")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.chdir(tmp_path)
    return programs


def provide(machine, name, script="#!/bin/sh\n"):
    (machine / name).write_text(script)
    (machine / name).chmod(0o755)
    return str(machine / name)


def become(monkeypatch, user):
    monkeypatch.setattr(os, "geteuid", lambda: user)


def test_root_gets_the_package_after_an_update_of_the_lists(machine, monkeypatch, tmp_path):
    become(monkeypatch, 0)
    provide(machine, "apt-get", NEEDS_AN_UPDATE_FIRST)
    packages.install("chromium", "the browser tests drive")
    install = "-q install -y --no-install-recommends chromium"
    assert (tmp_path / "calls").read_text().splitlines() == [install, "-q update", install]


def test_root_is_told_why_a_package_cannot_be_installed(machine, monkeypatch):
    become(monkeypatch, 0)
    provide(machine, "apt-get", ALWAYS_FAILS)
    with pytest.raises(Trouble, match=r"could not be installed \(E: Could not resolve deb.debian.org\)"):
        packages.install("chromium", "the browser tests drive")


def test_ordinary_user_is_told_which_package_is_missing(machine, monkeypatch):
    become(monkeypatch, 1000)
    provide(machine, "apt-get", ALWAYS_FAILS)
    with pytest.raises(Trouble) as refusal:
        browser.must_be_here()
    assert str(refusal.value) == (
        "The package chromium is missing, which the browser tests drive: "
        "install it with `sudo apt-get install chromium`."
    )


def test_machine_without_apt_is_told_what_is_missing(machine):
    with pytest.raises(Trouble, match=r"^chromium is missing, .* with this system's package manager"):
        browser.must_be_here()


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_browser_is_found_under_each_of_its_names(machine, name):
    path = provide(machine, name)
    browser.must_be_here()
    assert browser.launch_arguments()["executable_path"] == path


def test_library_that_the_driver_misses_is_named(machine, monkeypatch):
    become(monkeypatch, 1000)
    provide(machine, "apt-get", ALWAYS_FAILS)
    missing = "#!/bin/sh\necho 'node: error while loading shared libraries: libatomic.so.1' >&2\nexit 127\n"
    path = provide(machine, "node", missing)
    monkeypatch.setattr(browser, "driver", lambda: path)
    with pytest.raises(Trouble, match=r"^The package libatomic1 is missing"):
        browser.driver_must_run()


def test_driver_runs_here():
    browser.driver_must_run()
    assert browser.driver().exists()


@pytest.fixture
def without_localhost(tmp_path, monkeypatch):
    """A machine that does not know the name; gives the file in which it belongs."""

    def nobody_knows(*question):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nobody_knows)
    monkeypatch.setattr(localhost, "HOSTS", tmp_path / "hosts")
    return tmp_path / "hosts"


def test_root_gets_the_name_localhost_written(without_localhost, monkeypatch):
    become(monkeypatch, 0)
    without_localhost.write_text("192.0.2.1\tprinter\n")
    localhost.must_be_known()
    assert without_localhost.read_text() == "192.0.2.1\tprinter\n127.0.0.1 localhost\n"


def test_ordinary_user_is_told_the_line_for_localhost(without_localhost, monkeypatch):
    become(monkeypatch, 1000)
    with pytest.raises(Trouble, match=r"does not know the name localhost: have the line"):
        localhost.must_be_known()
    assert not without_localhost.exists()


def test_name_that_is_known_is_left_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(localhost, "HOSTS", tmp_path / "hosts")
    localhost.must_be_known()
    assert not (tmp_path / "hosts").exists()


def test_reason_is_the_line_that_names_one():
    assert reason_in("working\nERROR: no room\nremoving files\n") == "ERROR: no room"
    assert reason_in("No space left on device\nPANIC: so I stop\n") == "No space left on device"
    assert reason_in("only this") == "only this"
    assert reason_in("") == "it gave no reason"


def test_full_or_closed_disk_is_told_and_anything_else_is_not():
    assert str(disk_trouble(OSError(errno.ENOSPC, "x"))) == "The disk is full: make some room, then run this again."
    closed = str(disk_trouble(PermissionError(errno.EACCES, "Permission denied", "/closed")))
    assert closed.startswith("/closed is closed to you (Permission denied): run this as the owner of the folder")
    assert disk_trouble(FileNotFoundError(errno.ENOENT, "No such file", "/gone")) is None
