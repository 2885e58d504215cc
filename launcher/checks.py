"""make check: everything that a machine can say about the code without running its tests."""

import subprocess
import sys

from launcher.throwaway import throwaway_server
from launcher.variables import as_in_production

MANAGE = (sys.executable, "manage.py")
CHECKS = {
    "Format": (sys.executable, "-m", "ruff", "format", "--check", "."),
    "Lint": (sys.executable, "-m", "ruff", "check", "."),
    "Missing migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "Migrations that old code can live with": (sys.executable, "bin/lint_migrations.py"),
    "Secrets in the files": (sys.executable, "bin/scan_secrets.py"),
    "Deployment": (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
}


def run() -> None:
    """Runs all of them, so that one look shows everything, and fails if any failed."""
    with throwaway_server() as (folder, url):
        environment = as_in_production(url, folder)
        failed = [title for title, command in CHECKS.items() if not _passes(title, command, environment)]
    if failed:
        sys.exit(f"Not in order: {', '.join(failed)}.")
    print("All in order.")


def _passes(title: str, command: tuple[str, ...], environment: dict[str, str]) -> bool:
    print(f"== {title}", flush=True)
    return subprocess.run(command, env=environment).returncode == 0  # noqa: S603 - the commands above
