import socket
from pathlib import Path

import pytest

from launcher import ports
from launcher.trouble import Trouble


@pytest.mark.parametrize("word", ["", "0", "65536", "-1", "80a", "８０８０"])
def test_word_that_names_no_port_is_refused(word):
    with pytest.raises(Trouble, match="give a number from 1 to 65535"):
        ports.number(word)


def test_word_that_names_a_port_is_its_number():
    assert ports.number("8123") == 8123


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_port_in_use_is_refused_with_another_one(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if family == socket.AF_INET6 and not Path("/proc/net/if_inet6").read_text():
        pytest.skip("this machine has no IPv6")
    with socket.create_server((host, 0), family=family) as other:
        port = other.getsockname()[1]
        with pytest.raises(Trouble) as refusal:
            ports.must_be_free(port)
    assert str(refusal.value) == (
        f"Port {port} is in use by another program: stop that, or take another, as in `make run PORT={port + 1}`."
    )


def test_port_just_left_by_a_server_is_free():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as visitor, other.accept()[0]:
            visitor.shutdown(socket.SHUT_RDWR)
    ports.must_be_free(port)
