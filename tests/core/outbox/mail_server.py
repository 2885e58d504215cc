"""A mail server for the tests: real sockets, and a test decides what it answers and when."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every mail, unless the test puts something else in place of a step.

    ``steps[word]`` is called when that step is reached ("greeting", "RCPT", "DATA", "taken") and may
    wait, end somebody's life, or return a line to be answered in place of the usual one.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken: list[Message] = []
        self.steps: dict[str, Callable[[], str | None]] = {}

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.taken]

    def reach(self, step: str, usual: str) -> str:
        act = self.steps.get(step)
        return (act() if act else None) or usual

    def handle_error(self, request, client_address) -> None:
        """A client that was killed in mid-sentence is what these tests are about."""


class Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say(self.server.reach("greeting", "220 ready"))
        for line in self.rfile:
            word = line.decode().split()[0].upper()
            if word == "QUIT":
                self.say("221 bye")
                break
            if word == "DATA":
                self.take()
            else:
                self.say(self.server.reach(word, "250 ok"))

    def take(self) -> None:
        answer = self.server.reach("DATA", "354 go on")
        self.say(answer)
        if answer.startswith("354"):
            lines = list(iter(self.rfile.readline, b".\r\n"))
            self.server.taken.append(message_from_bytes(b"".join(lines)))
            self.say(self.server.reach("taken", "250 taken"))

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()


class Gate:
    """Holds the server at one step until the test opens it."""

    def __init__(self, answer: str | None = None) -> None:
        self.answer = answer
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self) -> str | None:
        self.reached.set()
        self.opened.wait(timeout=30)
        return self.answer

    def wait(self) -> None:
        assert self.reached.wait(timeout=30), "nobody came"

    def open(self) -> None:
        self.opened.set()
