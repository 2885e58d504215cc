import os
import re
import subprocess
import sys

import pytest

from launcher import commands, packages, virtual_environment
from launcher.place import CHECKOUT
from launcher.trouble import Trouble

LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def locked(name):
    return dict(LOCKED.findall((CHECKOUT / name).read_text()))


def wanted(name):
    """The lines of a requirements.in that name a package."""
    lines = (CHECKOUT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An environment whose Python can be told to fail."""
    for name, path in {"FOLDER": ".venv", "PYTHON": ".venv/bin/python", "RUN": "requirements.txt"}.items():
        monkeypatch.setattr(virtual_environment, name, tmp_path / path)
    monkeypatch.setattr(virtual_environment, "CHECKOUT", tmp_path)
    (tmp_path / "requirements.txt").write_text("sample==1.0 --hash=sha256:0\n")
    return tmp_path


def pretend(monkeypatch, code, output):
    """Programs that end with this code after saying this."""
    done = subprocess.CompletedProcess([], code, stdout=output)
    monkeypatch.setattr(commands, "run", lambda *command, **options: done)


def test_every_dependency_is_pinned_and_says_what_it_is_for():
    for line in [*wanted("requirements.in"), *wanted("requirements-dev.in")]:
        assert re.fullmatch(r"[a-z0-9-]+(\[[a-z,]+\])?(==|~=)[\d.]+ +# .+", line), line


def test_both_locks_agree():
    runtime, development = locked("requirements.txt"), locked("requirements-dev.txt")
    assert runtime == {name: development.get(name) for name in runtime}


def test_every_locked_package_has_its_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.split(r"^(?=[a-z0-9-]+==)", (CHECKOUT / name).read_text(), flags=re.MULTILINE)[1:]
        assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_only_one_driver_of_postgresql_is_locked():
    assert {name for name in locked("requirements-dev.txt") if name.startswith("psycopg")} == {"psycopg2-binary"}


def test_closed_folder_is_told(folder, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(Trouble, match=r"^The folder .* cannot be written: run this as its owner"):
        virtual_environment.enter(folder / "requirements.txt")


def test_missing_venv_package_is_named_after_this_python(folder, monkeypatch):
    monkeypatch.setattr(virtual_environment, "find_spec", lambda name: None)
    monkeypatch.setattr(packages.shutil, "which", lambda name: "/usr/bin/apt-get")
    monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
    with pytest.raises(Trouble) as refusal:
        virtual_environment.enter(folder / "requirements.txt")
    package = f"python3.{sys.version_info.minor}-venv"
    assert str(refusal.value) == (
        f"The package {package} is missing, which makes virtual environments: "
        f"install it with `sudo apt-get install {package}`."
    )


def test_environment_that_cannot_be_made_is_told_with_the_reason(folder, monkeypatch):
    pretend(monkeypatch, 1, "Error: [Errno 28] No space left on device\n")
    with pytest.raises(Trouble, match=r"cannot be made .*No space left on device"):
        virtual_environment.enter(folder / "requirements.txt")


def test_packages_that_cannot_be_installed_are_told_with_the_reason(folder, monkeypatch):
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.setattr(virtual_environment, "_works", lambda: True)
    pretend(monkeypatch, 1, "Looking\nERROR: No matching distribution found for sample==1.0\n")
    with pytest.raises(Trouble, match=r"could not be installed \(ERROR: No matching distribution"):
        virtual_environment.enter(folder / "requirements.txt")
    assert "Looking" in (folder / ".venv" / "pip.log").read_text()


def test_packages_are_installed_again_only_when_the_lock_changes(folder, monkeypatch):
    (folder / ".venv").mkdir()
    calls = []
    monkeypatch.setattr(virtual_environment, "_works", lambda: True)
    monkeypatch.setattr(virtual_environment, "FOLDER", folder / ".venv")
    monkeypatch.setattr(virtual_environment.sys, "prefix", str(folder / ".venv"))
    monkeypatch.setattr(
        commands, "run", lambda *command, **options: calls.append(command) or subprocess.CompletedProcess([], 0, "")
    )
    lock = folder / "requirements.txt"
    virtual_environment.enter(lock)
    virtual_environment.enter(lock)
    assert len(calls) == 1
    lock.write_text("sample==1.1 --hash=sha256:1\n")
    virtual_environment.enter(lock)
    assert len(calls) == 2
    assert "--require-hashes" in calls[1]
