"""What gunicorn's first process has read is not what its workers serve."""

import os
import subprocess
import sys

from django.conf import settings

LEFT = """
import runpy, sys
told = runpy.run_path("config/gunicorn.py")
assert "config.env" in sys.modules
told["post_fork"](None, None)
print(sorted(name for name in sys.modules if name.partition(".")[0] in {"config", "core"}))
"""


def test_a_worker_reads_the_code_that_lies_there_now():
    """Else a reload would mix the modules of the old release with those of the new one."""
    done = subprocess.run(
        [sys.executable, "-c", LEFT], cwd=settings.BASE_DIR, env={**os.environ}, capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
