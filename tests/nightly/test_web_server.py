"""A web worker is killed while forms come in: each form is saved whole or not at all."""

import os
import signal
import time

import pytest

from tests.nightly.asking import Form, Visitor
from tests.nightly.invariants import half_done
from tests.nightly.site import wait_until
from tests.nightly.traffic import VISIT, traffic

pytestmark = pytest.mark.nightly
KILLS = 10
LONG = 8  # seconds; more than gunicorn gave before


def test_a_worker_killed_in_mid_post_leaves_no_half(site, tell):
    cookies = site.sign_in()
    site.start_web()
    with traffic(site, cookies, forms_only=True) as log:
        for kill in range(KILLS):
            saved = len(log.done())
            wait_until(lambda saved=saved: len(log.done()) >= saved + 6, site.log)
            time.sleep(kill / 100)  # at another moment of a request each time
            os.kill(site.web_workers()[0], signal.SIGKILL)
        time.sleep(2)
    broken = [entry for entry in log.entries if not isinstance(entry.status, int)]
    tell(f"{KILLS} workers killed; {log.figures()}, {len(broken)} of them cut off, {len(log.done())} forms saved")
    assert half_done(site, log) == []
    assert [entry for entry in log.failed() if entry not in broken] == []
    assert len(log.done()) > 5 * KILLS


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP], ids=lambda sign: sign.name)
def test_what_is_in_hand_is_answered_when_the_server_is_told_to_end(site, tell, sign):
    """An answer that takes longer than the five seconds which gunicorn once gave."""
    cookies = site.sign_in()
    site.start_web()
    path = f"{VISIT}edit/"
    with Visitor(site.port, cookies["coordinator"]) as coordinator:
        values = Form(coordinator.get(path).text, "title").values
        rest = coordinator.begin_to_post(path, values)
        site.web.send_signal(sign)
        time.sleep(LONG)
        answer = coordinator.end_the_post(rest)
    tell(f"a form whose last half came {LONG} s after the signal was answered {answer.status}")
    assert answer.status == 302
