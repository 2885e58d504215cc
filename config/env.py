"""Reads the environment once, at start-up, and stops with the cure when it cannot be read."""

import os

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
# As Django's own check of a deployment asks for (security.W009).
SHORTEST_SECRET, FEWEST_DIFFERENT = 50, 5
FALSE_WORDS = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable as it stands; a variable without a default must be set."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment; .env.example says what it is for.")
    return value


def secret(name: str, default: str | None = None) -> str:
    """A key that signs; one that could be guessed stops, since everything that is signed hangs on it."""
    value = text(name, default)
    return value if value == default else _strong(name, value)


def secrets(name: str) -> list[str]:
    """Several such keys, written with commas."""
    return [_strong(name, value) for value in names(name)]


def _strong(name: str, value: str) -> str:
    if len(value) < SHORTEST_SECRET or len(set(value)) < FEWEST_DIFFERENT:
        raise ImproperlyConfigured(
            f"{name} is too weak: it wants {SHORTEST_SECRET} characters made by chance. "
            'Make one: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
        )
    return value


def truth(name: str, default: bool) -> bool:
    """Yes or no; anything else stops, since a misspelt switch must not pass as its default."""
    word = os.environ.get(name, str(default)).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} is {word!r}; write 1 for yes or 0 for no.")


def number(name: str, default: int) -> int:
    word = os.environ.get(name, str(default))
    try:
        return int(word)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {word!r}; write a whole number.") from None


def address(name: str) -> tuple[str, int] | None:
    """A host and a port to listen on, or a port alone, which is then one of this machine only; None for nothing."""
    host, _colon, port = text(name, "").rpartition(":")
    if not port and not host:
        return None
    if not port.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a port, or a host and a port: 9464 or 10.0.0.5:9464.")
    return host or "127.0.0.1", int(port)


def one_of(name: str, *words: str) -> str:
    """One of these words, the first unless told."""
    word = text(name, words[0]).strip().lower()
    if word not in words:
        raise ImproperlyConfigured(f"{name} is {word!r}; write {' or '.join(words)}.")
    return word


def names(name: str, default: str = "") -> list[str]:
    """A list, written with commas."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def database(name: str, session: str, **options) -> dict:
    """The settings of a PostgreSQL from its address; ``session`` is what each connection sets, as libpq takes it."""
    address = text(name)
    if not address.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(f"{name} must name a PostgreSQL: postgres://user:password@host:5432/database.")
    try:
        found = dj_database_url.parse(address, **options)
    except ValueError:
        # The address holds a password, so it is not repeated.
        raise ImproperlyConfigured(
            f"{name} cannot be read; write postgres://user:password@host:5432/database, and %40 for an @ within a part."
        ) from None
    wanted = found.setdefault("OPTIONS", {})
    wanted.setdefault("connect_timeout", 5)  # seconds; a page must not wait for ever
    wanted["options"] = " ".join(filter(None, [session, wanted.get("options")]))  # what the address says goes last
    return found
