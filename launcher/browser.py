"""The browser of the tests: the system's Chromium, since its fonts and libraries come with it."""

import shutil

from launcher import packages

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


def launch_arguments() -> dict:
    """What Playwright needs to start it."""
    return {"executable_path": find(), "headless": True, "args": QUIET}
