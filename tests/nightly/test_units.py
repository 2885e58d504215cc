"""The units in deploy/systemd, read by systemd's own programs; bin/try_install.sh runs them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.source import ROOT

pytestmark = pytest.mark.nightly

SERVICES = [f"open-doors-{name}.service" for name in ("web", "worker", "backup", "backup-failed")]
# systemd's measure from 0 (can do nothing) to 10; what is left are the network and the socket of PostgreSQL.
HIGHEST_EXPOSURE = 1.1


@pytest.fixture
def units(tmp_path) -> Path:
    """As they would be installed, with the programs of this checkout."""
    folder = tmp_path / "units"
    shutil.copytree(ROOT / "deploy/systemd", folder)
    for unit in folder.glob("*.service"):
        unit.write_text(unit.read_text().replace("/opt/open-doors/.venv/bin/", f"{Path(sys.executable).parent}/"))
    return folder


def analyze(units: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:", "LC_ALL": "C.UTF-8"}
    return subprocess.run(["systemd-analyze", *words], env=environment, capture_output=True, text=True)


def test_systemd_finds_no_fault_in_the_units(units):
    done = analyze(units, "verify", "--man=no", *SERVICES, "open-doors-backup.timer")

    of_ours = [line for line in (done.stdout + done.stderr).splitlines() if "open-doors" in line]
    assert (of_ours, done.returncode) == ([], 0)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_can_do_little_beyond_its_work(units, service):
    done = analyze(units, "security", "--offline=true", "--no-pager", service)

    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert exposure, done.stderr
    assert float(exposure[1]) <= HIGHEST_EXPOSURE


def test_the_backup_is_due_every_night(units):
    when = re.search(r"OnCalendar=(.+)", (units / "open-doors-backup.timer").read_text())[1]

    done = analyze(units, "calendar", "--iterations=2", when)

    assert len(re.findall(r"(?:Next elapse|Iter\. #2): \w+ \S+ 02:30:00", done.stdout)) == 2
