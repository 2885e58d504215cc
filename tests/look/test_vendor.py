"""The front-end files of others are those that were taken, and all that we use is there."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from core.templatetags import page
from core.templatetags.icons import LUCIDE, STATIC
from visits.templatetags import programme

ROOT = STATIC.parent
VENDOR = STATIC / "vendor"
VERSIONS = json.loads((VENDOR / "versions.json").read_text())


def vendored() -> dict[str, str]:
    return {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "versions.json"
    }


def test_vendored_files_are_those_that_were_taken():
    assert vendored() == VERSIONS["sha256"]


def test_every_package_names_version_licence_and_integrity():
    for package in VERSIONS["packages"]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["integrity"].startswith("sha512-")
        assert package["licence"]


def test_every_package_keeps_its_licence():
    folders = [folder for folder in VENDOR.iterdir() if folder.is_dir()]

    assert len(folders) == len(VERSIONS["packages"])
    assert [folder.name for folder in folders if not (folder / "LICENSE").stat().st_size] == []


@pytest.mark.parametrize("trace", ["GDS Transport", "crest", "crown", "@font-face", "url(", "govuk-header"])
def test_nothing_is_left_of_the_dress_of_gov_uk(trace):
    assert trace not in (VENDOR / "govuk-frontend" / "govuk-frontend.css").read_text()


def test_every_icon_in_a_template_is_vendored():
    wanted = set()
    for template in (ROOT / "templates").rglob("*.html"):
        wanted |= set(re.findall(r'{%\s*icon "([^"]+)"', template.read_text()))
        wanted |= set(re.findall(r'icon[^%]*\|default:"([^"]+)"', template.read_text()))
    wanted |= {*page.TONE_ICONS.values(), *programme.KIND_ICONS.values(), *programme.SEVERITY_ICONS.values()}

    assert sorted(name for name in wanted if not (LUCIDE / f"{name}.svg").exists()) == []


def test_no_template_writes_style_or_script_into_the_page():
    forbidden = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", re.IGNORECASE)

    assert [path.name for path in Path(ROOT / "templates").rglob("*.html") if forbidden.search(path.read_text())] == []
