"""The port on which the portal is served."""

import errno
import socket

from launcher.trouble import Trouble

HOSTS = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}  # a browser tries both for localhost


def number(word: str) -> int:
    """The number that the word names, if a port may have it."""
    if word.isascii() and word.isdigit() and 0 < int(word) < 65536:
        return int(word)
    raise Trouble(f"PORT is {word!r}: give a number from 1 to 65535, as in `make run PORT=8123`.")


def must_be_free(port: int) -> None:
    for host, family in HOSTS.items():
        try:
            _listen(host, port, family)
        except OSError as error:
            _explain(error, port)


def _listen(host: str, port: int, family: int) -> None:
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1)


def _explain(error: OSError, port: int) -> None:
    """Raises the sentence; a machine without IPv6 is no trouble."""
    if error.errno == errno.EADDRINUSE:
        raise Trouble(
            f"Port {port} is in use by another program: stop that, or take another, as in `make run PORT={port + 1}`."
        )
    if error.errno == errno.EACCES:
        raise Trouble(f"Port {port} is kept for root: take one from 1024 up, as in `make run PORT=8123`.")
