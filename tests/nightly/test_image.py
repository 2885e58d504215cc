"""The image for containers is built by buildah, without root in it and without build tools."""

import re
import subprocess

import pytest

from launcher.place import CHECKOUT

pytestmark = pytest.mark.nightly


def test_the_image_is_built_and_its_programs_start(tell):
    done = subprocess.run(["bash", "bin/try_image.sh", "bookworm"], cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "bookworm: all in order" in done.stdout
    tell(" ".join(re.findall(r"^(?:built after .*|localhost/open-doors\S* .*)$", done.stdout, re.MULTILINE)))
