"""The background worker: sends the outbox, keeps the timetable, ends after the mail in its hands.

A mail server that has stopped answering does not keep it from ending: the wait is cut short as by its own
timeout. A mail that was not begun waits for the next worker; one on its way is told as may have arrived.
"""

import contextlib
import logging
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
from django.db import InterfaceError, OperationalError, connection

from core import metrics, timetable
from core.heartbeat import Pulse
from core.outbox import sending
from core.outbox.actions import WAKE_UP

logger = logging.getLogger(__name__)

LOOK_AGAIN = 5.0  # seconds between looks into the outbox, should no call have come through
TIMETABLE = 60.0  # seconds between looks at the timetable
# From the request to end to the end of any wait for a mail server. `docker stop` and `make run` kill after
# ten seconds, systemd after thirty.
PATIENCE = 6.0  # seconds
ASK_AGAIN = 0.5  # seconds until the next wait is cut short as well
PAUSES = (0.5, 1, 2, 5, 10)  # seconds to wait for a database that does not answer; then the last again
CUT_OFF = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)


class Worker:
    def __init__(self) -> None:
        self.is_stopping = False
        self.is_listening = False
        self.is_waiting = False  # for the mail server
        self.timetable_at = 0.0
        self.pulse = Pulse()
        # Signals write into one end, so that they also end a wait for the database's call.
        self.bell, self.button = socket.socketpair()
        self.bell.setblocking(False)
        self.button.setblocking(False)

    def stop(self) -> None:
        self.is_stopping = True

    def told_to_stop(self, *_signal) -> None:
        if not self.is_stopping:
            self.stop()
            signal.setitimer(signal.ITIMER_REAL, PATIENCE, ASK_AGAIN)

    def cut_the_wait_short(self, *_signal) -> None:
        """Only the mail server is cut off, never the database, which may be writing down that a mail went."""
        if self.is_waiting:
            raise TimeoutError("the worker was told to end")

    @contextmanager
    def waiting(self) -> Iterator[None]:
        self.is_waiting = True
        try:
            yield
        finally:
            self.is_waiting = False

    def stop_on_signals(self) -> None:
        signal.set_wakeup_fd(self.button.fileno())
        signal.signal(signal.SIGALRM, self.cut_the_wait_short)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.told_to_stop)

    def run(self) -> None:
        """Until it is told to stop. The database may come and go meanwhile."""
        while not self.is_stopping:
            self.until_it_works(self.work_and_wait)
        signal.setitimer(signal.ITIMER_REAL, 0)  # a bell after the last line would end Python as a failure
        connection.close()

    def work_and_wait(self) -> None:
        self.listen()
        self.pulse.beat_if_due()
        self.keep_the_timetable()
        while not self.is_stopping and sending.send_next(surely=self.until_it_works, waiting=self.waiting):
            self.pulse.beat_if_due()
            self.keep_the_timetable()
        if not self.is_stopping:
            self.wait_for_a_call()

    def keep_the_timetable(self) -> None:
        if time.monotonic() >= self.timetable_at:
            timetable.run_due_jobs(between=self.pulse.beat_if_due)
            self.timetable_at = time.monotonic() + TIMETABLE

    def listen(self) -> None:
        """Ask the database to call when a notice is queued; a new connection has to ask anew."""
        if not self.is_listening or connection.connection is None or connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {WAKE_UP}")
            self.is_listening = True

    def wait_for_a_call(self) -> None:
        line = connection.connection
        ready, _, _ = select.select([line, self.bell], [], [], LOOK_AGAIN)
        if line in ready:
            line.poll()  # raises when the database has gone
            line.notifies.clear()
        if self.bell in ready:
            self.empty_the_bell()

    def empty_the_bell(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self.bell.recv(1024)

    def until_it_works(self, act: Callable[[], None]) -> None:
        """Do it; while the database does not answer, wait and do it again, unless told to stop."""
        tries = 0
        while True:
            try:
                return act()
            except CUT_OFF as error:
                metrics.count_lost_connection(error)
                self.let_go_of_the_database()
                if self.is_stopping:
                    logger.warning("stopped while the database did not answer")
                    return None
                logger.warning("the database does not answer: %s", str(error).partition("\n")[0])
                self.rest(PAUSES[min(tries, len(PAUSES) - 1)])
                tries += 1

    def let_go_of_the_database(self) -> None:
        self.is_listening = False
        with contextlib.suppress(*CUT_OFF):
            connection.close()

    def rest(self, seconds: float) -> None:
        ready, _, _ = select.select([self.bell], [], [], seconds)
        if ready:
            self.empty_the_bell()
