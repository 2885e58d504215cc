"""Finds keys and passwords that somebody is about to commit. Run by make check.

What only looks like one stands in `bin/known_secrets.txt`, a line for each with the reason:

    <fingerprint> <file>: <why it is none>

A real one that was committed is no longer a secret: replace it where it is used, then take it out.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.settings import default_settings

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ROOT / "bin" / "known_secrets.txt"
NOT_OURS = {".git", ".venv", ".data", ".pytest_cache", ".ruff_cache", ".hypothesis", "__pycache__", "test-results"}
# Nothing but checksums and pinned versions, which look like keys; tests hold what they are.
CHECKSUMS = {"requirements.txt", "requirements-dev.txt", "static/vendor/versions.json", "docs/sbom.json"}
NO_WORDS = {".mo", ".pyc", ".png", ".webp", ".jpg", ".woff2", ".ico"}
# Tests are full of passwords made up for them; a key of a real service is found there too.
MADE_UP_IN_TESTS = {"Secret Keyword", "Basic Auth Credentials"}


def main() -> None:
    os.chdir(ROOT)
    new = [secret for secret in found_in(files()) if fingerprint(secret) not in known()]
    for secret in new:
        print(f"{secret.filename}:{secret.line_number} looks like a secret ({secret.type}): {fingerprint(secret)}")
    if new:
        sys.exit(
            "Take each out of the file and out of every commit that has it, and replace it where it is used. "
            f"What is none gets a line with its reason in {KNOWN.relative_to(ROOT)}."
        )


def files() -> Iterator[str]:
    for folder, folders, names in os.walk("."):
        folders[:] = [name for name in folders if name not in NOT_OURS]
        for name in names:
            path = Path(folder, name)
            if path.suffix not in NO_WORDS and str(path) not in CHECKSUMS:
                yield str(path)


def found_in(paths: Iterator[str]) -> list[PotentialSecret]:
    secrets = SecretsCollection()
    with default_settings():
        secrets.scan_files(*paths)
    return [
        secret
        for _file, secret in sorted(secrets, key=lambda each: (each[0], each[1].line_number))
        if not (secret.filename.startswith("tests/") and secret.type in MADE_UP_IN_TESTS)
    ]


def fingerprint(secret: PotentialSecret) -> str:
    return secret.secret_hash[:16]


def known() -> dict[str, str]:
    """Fingerprints with "file: reason"."""
    return dict(line.split(" ", 1) for line in KNOWN.read_text().splitlines() if line and not line.startswith("#"))


if __name__ == "__main__":
    main()
