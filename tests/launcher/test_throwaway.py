import subprocess
import sys
from pathlib import Path

from launcher.place import CHECKOUT
from launcher.postmaster import Postmaster
from launcher.throwaway import sweep, throwaway_server
from tests.launcher.sql import ask

HOLD = """
import sys
from launcher.throwaway import throwaway_server
with throwaway_server() as (folder, url):
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_server_and_its_folder_are_gone_after_use():
    with throwaway_server() as (folder, url):
        assert ask(url, "select current_setting('fsync')") == ("off",)
    assert not folder.exists()


def test_what_a_killed_run_left_is_swept_away_and_what_lives_is_not():
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        left = Path(other.stdout.readline().strip())
        postmaster = Postmaster(left / "postgres" / "data", left / "socket")
        sweep()
        assert postmaster.is_alive
        other.kill()
        other.wait()
    sweep()
    assert not left.exists()
    assert not postmaster.is_alive
