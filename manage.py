#!/usr/bin/env python
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError


def main() -> None:
    """Runs one command. What the environment got wrong is told in one sentence, with the cure."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        sys.exit(f"The database does not answer ({reason}). Is it running, and does DATABASE_URL name it?")


if __name__ == "__main__":
    main()
