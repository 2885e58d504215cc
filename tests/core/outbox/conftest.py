import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from core.outbox.actions import new_message_id
from core.outbox.models import Notice
from tests.core.outbox import mail_server
from tests.factories import numbers


def create_notice(**fields) -> Notice:
    number = next(numbers)
    values = {
        "address": f"reader{number}@example.org",
        "language": "en",
        "cause": f"test:{number}",
        "subject": "The programme has changed",
        "body": "Please look at it.\n",
        "message_id": new_message_id(),
    }
    return Notice.objects.create(**{**values, **fields})


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.05)


@pytest.fixture
def server() -> Iterator[mail_server.MailServer]:
    with mail_server.running() as server:
        yield server


@pytest.fixture
def start_worker(transactional_db, server) -> Iterator[Callable[[], subprocess.Popen]]:
    """Starts real workers, as ``manage.py run_worker`` in processes of their own, on the test's database."""
    workers: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        workers.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "run_worker"], cwd=settings.BASE_DIR, env=environment(server)
            )
        )
        return workers[-1]

    yield start
    for worker in workers:
        if worker.poll() is None:
            worker.send_signal(signal.SIGKILL)
            worker.wait()


def environment(server: mail_server.MailServer) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in {"DEMONSTRATION", "DJANGO_SETTINGS_MODULE"}
    }
    return {
        **kept,
        "DATABASE_URL": database_url(),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(server.port),
        "SMTP_TLS": "0",
        "LOG_LEVEL": "INFO",
    }


def database_url() -> str:
    chosen = connection.settings_dict
    place = quote(chosen["HOST"], safe="") + (f":{chosen['PORT']}" if chosen["PORT"] else "")
    who = quote(chosen["USER"], safe="") + (f":{quote(chosen['PASSWORD'], safe='')}" if chosen["PASSWORD"] else "")
    return f"postgres://{who}@{place}/{chosen['NAME']}"
