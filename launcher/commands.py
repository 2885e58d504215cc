"""Running other programs to their end and reading what they said."""

import subprocess
from pathlib import Path


def run(*command: str | Path, **options) -> subprocess.CompletedProcess[str]:
    """Its output and its errors together are `stdout`; it gets no input unless `input` is given."""
    return subprocess.run(  # noqa: S603 - our own words, and no shell
        [str(word) for word in command],
        **{
            "input": "",
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "text": True,
            "errors": "replace",
            **options,
        },
    )
