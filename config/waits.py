"""How long a process waits for the database, so that one lock or one slow question cannot stop the whole portal.

The database itself gives up and says so; a page then answers 503 with Retry-After
(`core/unavailable.py`), the worker tries again, a command ends with a sentence.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Waits:
    """Seconds; 0 is without end."""

    lock: float  # for a row or a table that somebody else holds
    statement: float  # for one answer
    idle: float  # that a transaction may stand open while nothing is asked

    @property
    def options(self) -> str:
        """As libpq sends them when it connects."""
        return " ".join(f"-c {name}={milliseconds}" for name, milliseconds in self._settings)

    @property
    def statements(self) -> str:
        """For a connection that stands already."""
        return "; ".join(f"SET {name} = {milliseconds}" for name, milliseconds in self._settings)

    @property
    def _settings(self) -> list[tuple[str, int]]:
        seconds = {
            "lock_timeout": self.lock,
            "statement_timeout": self.statement,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return [(name, round(each * 1000)) for name, each in seconds.items()]


# An action holds its locks for some hundredths of a second, and nobody looks at a page that takes fifteen.
WEB = Waits(lock=2, statement=15, idle=15)
# The worker reaches the mail server under the lock of a mail, which may take several of EMAIL_TIMEOUT.
WORKER = Waits(lock=10, statement=120, idle=300)
# A migration that waits for a table makes everybody after it wait as well, so it gives up before they do, and is
# tried again; once it has the table it may take its time, and a step of Python between two statements too.
MIGRATIONS = Waits(lock=1, statement=900, idle=900)
COMMAND = Waits(lock=30, statement=0, idle=0)

OF_COMMANDS = {"run_worker": WORKER, "migrate": MIGRATIONS, "upgrade": MIGRATIONS}

chosen = COMMAND  # whoever starts a process chooses before the settings are read


def choose(waits: Waits) -> None:
    global chosen
    chosen = waits


def choose_for_command(name: str) -> None:
    choose(OF_COMMANDS.get(name, COMMAND))
