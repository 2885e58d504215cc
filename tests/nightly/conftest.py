"""What every drill stands on: a site of its own, and words about it at the end of the run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.core.outbox import mail_server
from tests.nightly.site import Site, prepared_model, running_site

FIGURES: list[str] = []


@pytest.fixture(scope="session")
def model() -> Iterator[Path]:
    with prepared_model() as folder:
        yield folder


@pytest.fixture
def site(model) -> Iterator[Site]:
    with running_site(model) as site:
        yield site


@pytest.fixture
def server(site) -> Iterator[mail_server.MailServer]:
    """The mail server of the site; what it answers is the drill's choice."""
    with mail_server.running() as server:
        site.mail_port = server.port
        yield server


@pytest.fixture
def tell(request) -> Callable[[str], None]:
    """Keeps a figure of this drill for the end of the run, where it is printed."""
    return lambda figure: FIGURES.append(f"{request.node.name}: {figure}")


def pytest_terminal_summary(terminalreporter) -> None:
    if FIGURES:
        terminalreporter.section("figures of the drills")
        for line in FIGURES:
            terminalreporter.write_line(line)
