"""The variables with which the portal runs here, and what is kept of them from one run to the next."""

import os
import secrets
from pathlib import Path

from launcher.pg_programs import embedded_programs
from launcher.place import data_folder


def for_the_demonstration(database_url: str, port: int) -> dict[str, str]:
    """Whatever the person has set goes before what the launcher would choose."""
    folder = data_folder()
    chosen = {
        "DEMONSTRATION": "1",
        "DATA_DIR": str(folder),
        "SECRET_KEY": _kept_secret(folder / "secret-key"),
    }
    for programs in embedded_programs():
        chosen["PG_BIN"] = str(programs)  # so that a backup can be tried here too
    return {**chosen, **os.environ, "DATABASE_URL": database_url, "PORT": str(port), "PYTHONUTF8": "1"}


def as_in_production(database_url: str, folder: Path) -> dict[str, str]:
    """For the checks of a deployment: the settings of a council's own server, with nothing of this machine's."""
    chosen = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "visits.example.org",
        "SITE_URL": "https://visits.example.org",
        "DATA_DIR": str(folder),
        "DEMONSTRATION": "0",
    }
    return {**os.environ, **chosen, "DATABASE_URL": database_url}


def _kept_secret(file: Path) -> str:
    """Made once, so that people stay signed in from one run to the next."""
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(64))
    return file.read_text()
