"""The database goes away under forty requests a second: nobody sees an error page, nothing is half written."""

import time

import pytest

from tests.nightly.invariants import half_done
from tests.nightly.mails import queue
from tests.nightly.site import Site, wait_until
from tests.nightly.traffic import traffic

pytestmark = pytest.mark.nightly
FINE = {200, 302, 304, 503}
AWAY = 2.0  # seconds, and what it needs to start
RECOVERY = 1.0  # seconds after the return of the database; nobody who comes later is refused


def kill_and_start(site: Site) -> None:
    site.kill_database()
    time.sleep(AWAY)
    site.server.start()


def restart_gracefully(site: Site) -> None:
    site.server.stop()
    time.sleep(AWAY)
    site.server.start()


@pytest.mark.parametrize("go_away_and_come_back", [kill_and_start, restart_gracefully])
def test_the_database_comes_back_and_so_does_every_page(site, server, tell, go_away_and_come_back):
    cookies = site.sign_in()
    site.start_web()
    worker = site.start_worker()
    with traffic(site, cookies) as log:
        time.sleep(3)
        began = time.monotonic()
        go_away_and_come_back(site)
        back = time.monotonic()
        time.sleep(5)
    refused = [entry for entry in log.entries if entry.status == 503]
    late = log.last_refusal() - back
    tell(f"{log.figures(FINE)}; away {back - began:.2f} s, last refusal {late:+.2f} s from its return")
    assert log.failed(FINE) == []
    assert refused  # it was noticed
    assert [entry for entry in refused if entry.began > back + RECOVERY] == []
    assert len(log.done()) > 5
    assert half_done(site, log) == []
    assert worker.poll() is None
    queue(site, 1)
    wait_until(lambda: "<1@drill.example.org>" in server.ids, site.log)
