"""Packages of the operating system that Python's own cannot replace."""

import os
import shutil
import subprocess

from launcher import commands
from launcher.trouble import Trouble, reason_in


def install(package: str, purpose: str) -> None:
    """Root gets a Debian package installed; anybody else gets the sentence that says which one is missing."""
    if shutil.which("apt-get") is None:
        raise Trouble(f"{package} is missing, which {purpose}: install it with this system's package manager.")
    if os.geteuid() != 0:
        raise Trouble(
            f"The package {package} is missing, which {purpose}: install it with `sudo apt-get install {package}`."
        )
    print(f"Installing the package {package}, which {purpose} ...", flush=True)
    install = ("install", "-y", "--no-install-recommends", package)
    if _apt_get(*install).returncode == 0:
        return
    _apt_get("update")  # a bare machine has no lists yet, an old one outdated ones
    done = _apt_get(*install)
    if done.returncode != 0:
        raise Trouble(
            f"The package {package}, which {purpose}, could not be installed ({reason_in(done.stdout)}): "
            f"mend that, or install it by hand, then run this again."
        )


def _apt_get(*arguments: str) -> subprocess.CompletedProcess[str]:
    return commands.run(
        "apt-get", "-q", *arguments, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    )
