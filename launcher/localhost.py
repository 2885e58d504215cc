"""The name localhost, which a Debian fresh from debootstrap may not know."""

import os
import socket
from pathlib import Path

from launcher.trouble import Trouble

HOSTS = Path("/etc/hosts")
LINE = "127.0.0.1 localhost"


def make_known() -> bool:
    """Root gets the name written where it belongs; tells whether it is known now."""
    if _is_known():
        return True
    if os.geteuid() != 0:
        return False
    print(f"Writing the name localhost into {HOSTS} ...", flush=True)
    with HOSTS.open("a") as hosts:
        hosts.write(f"{LINE}\n")
    return True


def must_be_known() -> None:
    if not make_known():
        raise Trouble(f"This machine does not know the name localhost: have the line `{LINE}` written into {HOSTS}.")


def _is_known() -> bool:
    try:
        socket.getaddrinfo("localhost", None, socket.AF_INET)
    except socket.gaierror:
        return False
    return True
