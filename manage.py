#!/usr/bin/env python
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from config import waits

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code for a lock that was not given in time


def main() -> None:
    """Runs one command. What the environment got wrong is told in one sentence, with the cure."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    waits.choose_for_command(sys.argv[1] if len(sys.argv) > 1 else "")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(sentence_of(error))


def sentence_of(error: OperationalError) -> str:
    if getattr(error.__cause__, "pgcode", None) == LOCK_NOT_AVAILABLE:
        return "Somebody else holds what this command needs, so it gave up. Nothing is half done: run it again."
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return f"The database does not answer ({reason}). Is it running, and does DATABASE_URL name it?"


if __name__ == "__main__":
    main()
