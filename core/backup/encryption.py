"""Encryption to a public key with the system's age or gpg, so that the server cannot read its own backups."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from core.backup.models import Fault
from core.backup.trouble import Trouble


@dataclass(frozen=True)
class Cipher:
    """One of the two programs, reading its standard input and writing its standard output."""

    name: str
    seal: list[str]

    @property
    def suffix(self) -> str:
        return f".{self.name}"


def chosen() -> Cipher | None:
    """The one of the settings; None when backups are not encrypted."""
    if settings.BACKUP_AGE_RECIPIENT:
        return Cipher("age", [find("age"), "--encrypt", "--recipient", settings.BACKUP_AGE_RECIPIENT])
    if settings.BACKUP_GPG_RECIPIENT:
        # A key in the keyring of a server was put there by hand; a dump is compressed already.
        usual = ["--batch", "--no-tty", "--trust-model", "always", "--compress-algo", "none"]
        return Cipher("gpg", [find("gpg"), *usual, "--encrypt", "--recipient", settings.BACKUP_GPG_RECIPIENT])
    return None


def opening(name: str, identity: Path | None) -> list[str]:
    """The command that opens what the cipher of this name has sealed; none for a plain backup.

    gpg takes the private key from the keyring, age from the file ``identity``.
    """
    if not name:
        return []
    if name == "gpg":
        return [find("gpg"), "--quiet", "--decrypt"]
    if name != "age":
        raise Trouble(Fault.ENCRYPTION, f"The backup is encrypted with {name}, which this version does not know.")
    if identity is None:
        raise Trouble(
            Fault.ENCRYPTION,
            "The backup is encrypted with age: name the file with the private key, as in --age-identity key.txt.",
        )
    return [find("age"), "--decrypt", "--identity", str(identity)]


def find(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        package = {"gpg": "gnupg"}.get(name, name)
        raise Trouble(Fault.PROGRAM, f"There is no {name} on the PATH: install it with `apt-get install {package}`.")
    return path
