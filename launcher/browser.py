"""The browser of the tests: the system's Chromium, since its fonts and libraries come with it."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from launcher import commands, packages

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",  # root has no other way; the tests open nothing but our own pages
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]


def find() -> str | None:
    """Its path, or None on a machine without one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def must_be_here() -> None:
    if find() is None:
        packages.install("chromium", "the browser tests drive")


def driver_must_run() -> None:
    """Playwright brings a program of its own, and that wants a library which few machines lack."""
    if "libatomic" in commands.run(driver(), "--version").stdout:
        packages.install("libatomic1", "the driver of the browser needs")


def driver() -> Path:
    spec = find_spec("playwright")
    return Path(spec.origin).parent / "driver" / "node"


def launch_arguments() -> dict:
    """What Playwright needs to start it."""
    return {"executable_path": find(), "headless": True, "args": QUIET}
