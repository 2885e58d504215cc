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


def commands() -> list[str]:
    return re.findall(r"^ *((?:runuser -u postgres|systemctl \w+ postgresql).*)$", PAGE.read_text(), re.MULTILINE)


def outside_systemd(command: str) -> str:
    """The page is for root and a cluster of systemd's; the trial runs as postgres one that systemd does not know."""
    command = re.sub(r"^systemctl (\w+) postgresql@(\d+)-main$", r"pg_ctlcluster \2 main \1", command)
    return command.removeprefix("runuser -u postgres -- ")


def test_the_page_has_the_commands_of_the_trial_and_no_others():
    trial = SCRIPT.read_text().replace('"$moment"', '"2026-11-28 15:26:52+00"')
    assert len(commands()) > 8
    assert [command for command in commands() if outside_systemd(command) not in trial] == []


def test_the_page_starts_and_stops_the_server_by_systemd_alone():
    assert re.findall(r"^ *(?:sudo )?pg_ctl\w* .*", PAGE.read_text(), re.MULTILINE) == []
