"""The demonstration's mail, as Django's file backend writes it: one file a connection, mails one after another."""

import datetime
import email
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings
from django.utils import timezone

BETWEEN = b"\n" + b"-" * 79 + b"\n"  # what the backend puts after each mail
NAME = re.compile(r"(?P<file>[\w-]+)\.(?P<number>\d+)")


@dataclass(frozen=True)
class Mail:
    name: str  # in its address: the file, and which mail of it
    arrived_at: datetime.datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def language(self) -> str:
        return str(self.message["Content-Language"] or "")

    @property
    def body(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""


def newest_first() -> list[Mail]:
    return [mail for path in _files() for mail in reversed(_mails_in(path))]


def mail(name: str) -> Mail | None:
    """One mail by the name that its address has."""
    match = NAME.fullmatch(name)
    path = Path(settings.MAILBOX_DIR) / f"{match['file']}.log" if match else None
    if path is None or not path.is_file():
        return None
    return next((each for each in _mails_in(path) if each.name == name), None)


def _files() -> list[Path]:
    folder = Path(settings.MAILBOX_DIR)
    files = [(path.stat().st_mtime_ns, path.name, path) for path in folder.glob("*.log")] if folder.is_dir() else []
    return [path for _when, _name, path in sorted(files, reverse=True)]


def _mails_in(path: Path) -> list[Mail]:
    arrived_at = datetime.datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_default_timezone())
    parts = [part for part in path.read_bytes().split(BETWEEN) if part.strip()]
    return [
        Mail(f"{path.stem}.{number}", arrived_at, email.message_from_bytes(part, policy=default))
        for number, part in enumerate(parts)
    ]
