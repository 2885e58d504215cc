#!/usr/bin/env python3
"""Fetch the front-end files of others, at the versions below, into static/vendor/.

For maintainers: nothing at set-up or at run time needs it. It wants npm, and runs from anywhere:

    python bin/vendor_front_end.py

The files are committed together with ``versions.json``, which says where each came from and its
SHA-256; a test compares them. To take a newer version: change the number here, run, look at the
pages, commit.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[1] / "static" / "vendor"

GOVUK = "govuk-frontend@6.6.0"
LUCIDE = "lucide-static@1.62.0"
ATKINSON = "@fontsource-variable/atkinson-hyperlegible-next@5.3.0"

# Parts of GOV.UK Frontend that no page of ours shows. The crown, the header and the footer are
# among them: they are GOV.UK's own dress, and a portal outside gov.uk may not wear it.
PARTS_LEFT_OUT = """
    accordion cookie-banner date-input drop-zone exit-this-page feedback file-upload-button
    file-upload-wrapper footer frontend-supported generic-header header language-navigation logo-dot
    panel password-input phase-banner service-navigation tabs task-list
""".split()  # noqa: SIM905 - a block of words is easier to read and to add to

ICONS = """
    accessibility arrow-down arrow-left arrow-right arrow-up bell book-open building-2 bus calendar
    calendar-days car-taxi-front check chevron-down chevron-left chevron-right chevron-up circle
    circle-alert circle-check circle-dot circle-question-mark circle-x clock coffee copy door-closed
    door-open download ear external-link eye file-text filter flag footprints globe graduation-cap
    hand-helping handshake heart-handshake history hourglass house image inbox info key-round
    languages leaf lightbulb link list lock log-in log-out mail mail-check map map-pin menu
    message-circle message-square-quote minus notebook-pen octagon-alert pencil phone plane plus
    presentation printer quote rotate-ccw route search send settings shield shield-check speech
    sprout target train-front trash-2 triangle-alert upload user user-plus users utensils x
""".split()  # noqa: SIM905 - a block of words is easier to read and to add to

MIT = """MIT License

Copyright (c) 2011 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        packages = [
            vendor_govuk(*unpack(GOVUK, Path(folder))),
            vendor_lucide(*unpack(LUCIDE, Path(folder))),
            vendor_atkinson(*unpack(ATKINSON, Path(folder))),
        ]
    files = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(VENDOR.rglob("*"))
        if path.is_file() and path.name != "versions.json"
    }
    written = json.dumps({"packages": packages, "sha256": files}, indent=2)
    (VENDOR / "versions.json").write_text(written + "\n")


def unpack(package: str, folder: Path) -> tuple[Path, dict]:
    """The unpacked package (npm checks its integrity) and what to write down about it."""
    done = subprocess.run(["npm", "pack", package, "--json"], cwd=folder, check=True, capture_output=True, text=True)
    packed = json.loads(done.stdout)
    # Newer npm answers with an object by name, older ones with a list.
    [facts] = packed.values() if isinstance(packed, dict) else packed
    target = folder / facts["name"].replace("/", "-")
    with tarfile.open(folder / facts["filename"]) as archive:
        archive.extractall(target, filter="data")
    return target / "package", {key: facts[key] for key in ("name", "version", "integrity")}


def fresh(name: str) -> Path:
    folder = VENDOR / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def vendor_govuk(package: Path, facts: dict) -> dict:
    folder = fresh("govuk-frontend")
    css = (package / "dist/govuk/govuk-frontend.min.css").read_text()
    note = f"/* {GOVUK}, MIT licence. Made by bin/vendor_front_end.py. */\n"
    (folder / "govuk-frontend.css").write_text(note + stripped(css))
    (folder / "LICENSE").write_text(MIT)  # the package names its licence without the text
    return facts | {"licence": "MIT", "changed": "font, crest and unused parts removed"}


def vendor_lucide(package: Path, facts: dict) -> dict:
    folder = fresh("lucide")
    for name in ICONS:
        shutil.copy(package / "icons" / f"{name}.svg", folder)
    shutil.copy(package / "LICENSE", folder)
    return facts | {"licence": "ISC and MIT", "changed": "no"}


def vendor_atkinson(package: Path, facts: dict) -> dict:
    folder = fresh("atkinson-hyperlegible-next")
    for part in ("latin", "latin-ext"):
        shutil.copy(package / "files" / f"atkinson-hyperlegible-next-{part}-wght-normal.woff2", folder)
    shutil.copy(package / "LICENSE", folder)
    return facts | {"licence": "OFL-1.1", "changed": "no"}


def stripped(css: str) -> str:
    """The sheet without GOV.UK's font and crest, and without the parts that we never show."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", "var(--portal-font)")
    css = kept_rules(css)
    for trace in ("GDS Transport", "crest", "url("):
        if trace in css:
            raise SystemExit(f"{trace!r} is still in the sheet: the new version needs another look.")
    return css


def kept_rules(css: str) -> str:
    kept = []
    for selector, body in rules(css):
        if selector.startswith(("@media", "@supports", "@-moz-document")):
            inside = kept_rules(body)
            kept.append(f"{selector}{{{inside}}}" if inside else "")
        else:
            selectors = [one for one in selector_list(selector) if not left_out(one)]
            kept.append(f"{','.join(selectors)}{{{body}}}" if selectors else "")
    return "\n".join(filter(None, kept))


def rules(css: str):
    """Each (selector, body) at the top level of the sheet. Statements such as @charset go."""
    css = re.sub(r"@charset[^;]*;", "", css)
    at = 0
    while (opening := css.find("{", at)) != -1:
        depth, end = 1, opening
        while depth:
            end += 1
            depth += {"{": 1, "}": -1}.get(css[end], 0)
        yield css[at:opening].strip(), css[opening + 1 : end].strip()
        at = end + 1


def selector_list(selector: str) -> list[str]:
    """The selectors of a rule; a comma inside :is(...) or :not(...) does not part two."""
    return [one.strip() for one in re.split(r",(?![^(]*\))", selector)]


def left_out(selector: str) -> bool:
    return any(re.search(rf"\.govuk-{part}(?![a-z0-9]|-(?!-))", selector) for part in PARTS_LEFT_OUT)


if __name__ == "__main__":
    main()
