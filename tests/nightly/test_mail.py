"""Workers are killed and mail servers freeze: each mail arrives once, or staff are told that it may have."""

import signal
import time

import pytest

from core.worker import PATIENCE
from tests.core.outbox.mail_server import Gate, MailServer
from tests.nightly.invariants import lost_or_doubled
from tests.nightly.mails import forget_what_else_waits, queue, waiting
from tests.nightly.site import Site, wait_until

pytestmark = pytest.mark.nightly
TO_END = 15  # seconds that a worker may need, on a busy machine; systemd waits for ninety


def give_up_what_was_left(site: Site) -> None:
    """As the timetable does after ten minutes, whose job is due anew then."""
    with site.cursor() as cursor:
        cursor.execute(
            "UPDATE core_notice SET claimed_at = claimed_at - interval '11 minutes' WHERE status = 'sending'"
        )
        cursor.execute("DELETE FROM core_jobrun")


def test_a_worker_killed_at_each_step_loses_nothing_and_doubles_nothing(site, server, tell):
    """Before it has claimed a mail, after that while handing over, after the server has taken the mail."""
    forget_what_else_waits(site)
    steps = ["greeting", "MAIL", "RCPT", "DATA", "taken"] * 3
    queue(site, 45)
    for number, step in enumerate(steps):
        server.steps[step] = gate = Gate()
        worker = site.start_worker(f"worker {number}")
        gate.wait()
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=10)
        del server.steps[step]
        gate.open()
    give_up_what_was_left(site)
    site.start_worker("last worker")
    wait_until(lambda: waiting(site) == 0, site.log)
    told = site.value("SELECT count(*) FROM core_notice WHERE reason = 'may_have_arrived'")
    tell(f"{len(steps)} workers killed, 45 mails, {len(server.ids)} arrived, {told} told as may have arrived")
    assert lost_or_doubled(site, server.ids) == []
    assert told == 3 * 4  # all but those who were killed at the greeting


def test_two_workers_send_two_hundred_mails_once_each(site, server, tell):
    forget_what_else_waits(site)
    queue(site, 200)
    began = time.monotonic()
    for number in range(2):
        site.start_worker(f"worker {number}")
    wait_until(lambda: waiting(site) == 0, site.log)
    tell(f"200 mails in {time.monotonic() - began:.1f} s, {len(server.ids)} arrived, {len(set(server.ids))} different")
    assert lost_or_doubled(site, server.ids) == []
    assert len(server.ids) == 200


@pytest.mark.parametrize("step", ["greeting", "MAIL", "RCPT", "DATA", "taken"])
def test_a_worker_ends_soon_though_the_mail_server_has_frozen(site, server: MailServer, tell, step):
    forget_what_else_waits(site)
    queue(site, 3)
    server.steps[step] = gate = Gate()
    worker = site.start_worker()
    gate.wait()
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    code = worker.wait(timeout=TO_END + PATIENCE)
    seconds = time.monotonic() - began
    del server.steps[step]
    gate.open()
    give_up_what_was_left(site)
    with site.cursor() as cursor:
        cursor.execute("UPDATE core_notice SET not_before = now()")
    site.start_worker("next worker")
    wait_until(lambda: waiting(site) == 0, site.log)
    tell(f"ended {seconds:.1f} s after SIGTERM with code {code}, {len(server.ids)} of 3 mails arrived")
    assert code == 0
    assert lost_or_doubled(site, server.ids) == []


def test_a_mail_server_that_refuses_for_a_while_gets_every_mail_in_the_end(site, server, tell):
    forget_what_else_waits(site)
    queue(site, 20)
    server.steps["RCPT"] = lambda: "451 later"
    site.start_worker()
    refused = "SELECT count(*) FROM core_notice WHERE status = 'queued' AND reason = 'server_busy'"
    wait_until(lambda: site.value(refused) == 20, site.log)
    del server.steps["RCPT"]
    with site.cursor() as cursor:
        cursor.execute("UPDATE core_notice SET not_before = now(); NOTIFY open_doors_outbox")
    wait_until(lambda: waiting(site) == 0, site.log)
    tell(f"20 mails refused once, {len(server.ids)} arrived")
    assert lost_or_doubled(site, server.ids) == []
    assert len(server.ids) == 20
