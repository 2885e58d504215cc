"""The written page about going back to a moment: its commands are those of a trial that runs here."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

SCRIPT = Path(__file__).parent.parent / "point_in_time_recovery.sh"
PAGE = settings.BASE_DIR / "docs/how-to/point-in-time-recovery.md"


@pytest.mark.nightly
def test_rows_that_were_deleted_are_back():
    done = subprocess.run(["bash", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "== 1000 rows are back"


def test_the_page_has_the_commands_of_the_trial_and_no_others():
    commands = re.findall(r"^ *((?:pgbackrest|pg_ctlcluster|psql) .*)$", PAGE.read_text(), re.MULTILINE)
    trial = SCRIPT.read_text().replace('"$moment"', '"2026-11-28 15:26:52+00"')
    assert len(commands) > 6
    assert [command for command in commands if command not in trial] == []
