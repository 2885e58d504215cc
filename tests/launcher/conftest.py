"""The launcher's tests start real servers and processes, each in a folder of its own."""

import pytest

from launcher.postgres import SPEED_OVER_SAFETY, Server
from launcher.throwaway import throwaway_folder


@pytest.fixture
def folder():
    """Like tmp_path, but the server's user may enter it and its path is short."""
    with throwaway_folder() as folder:
        yield folder


@pytest.fixture
def new_server(folder):
    """A server that has no data yet; whatever a test leaves running is stopped."""
    server = Server(folder / "postgres", folder / "socket", SPEED_OVER_SAFETY)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def folder_with_data():
    """Made once, since PostgreSQL takes a second or two for it."""
    with throwaway_folder() as folder:
        with Server(folder / "postgres", folder / "socket", SPEED_OVER_SAFETY).use():
            pass
        yield folder


@pytest.fixture
def server(folder_with_data):
    """A stopped server that has data; each test that writes takes a table of its own."""
    server = Server(folder_with_data / "postgres", folder_with_data / "socket", SPEED_OVER_SAFETY)
    yield server
    server.stop()
