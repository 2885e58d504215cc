"""What deploy/ says agrees with the portal; that it works is tried by tests/nightly and bin/try_install.sh."""

import re
import runpy
import subprocess
import uuid

import pytest
import yaml

from accounts.invitations import signer
from core.pictures import LARGEST_FILE
from tests.guards.routes import every_route
from tests.guards.source import ROOT

NGINX = (ROOT / "deploy/nginx/open-doors.conf").read_text()
CADDY = (ROOT / "deploy/caddy/Caddyfile").read_text()
ELEVEN_MEGABYTES = 11_000_000
SCRIPTS = ["deploy/install.sh", "deploy/open-doors-manage", "bin/try_install.sh", "bin/try_image.sh"]


# --- the web server ------------------------------------------------------------------------------


def gunicorn() -> dict:
    return runpy.run_path(str(ROOT / "config/gunicorn.py"))


def test_the_web_server_listens_on_this_machine_only(monkeypatch):
    """A thread reads a request itself, so a few slow visitors from the network would stop it."""
    monkeypatch.delenv("BIND", raising=False)
    monkeypatch.setenv("PORT", "8123")

    assert gunicorn()["bind"] == "127.0.0.1:8123"
    said = [(ROOT / name).read_text() for name in ("Procfile", "deploy/systemd/open-doors-web.service")]
    assert [text for text in said if re.search(r"-b |--bind|0\.0\.0\.0", text)] == []


@pytest.mark.parametrize("place", ["0.0.0.0:8000", "unix:/run/open-doors/web.sock"])
def test_another_address_is_named_in_the_environment(monkeypatch, place):
    monkeypatch.setenv("BIND", place)

    assert gunicorn()["bind"] == place


def test_a_proxy_keeps_no_connection_to_the_web_server():
    """It would send a form into one that is just ending, at a reload or after its time, and could not send it again."""
    upstream = re.search(r"upstream open_doors \{(.*?)\}", NGINX, re.DOTALL)[1]

    assert "keepalive" not in upstream
    assert "proxy_set_header Connection close;" in NGINX
    assert re.search(r"^\s*keepalive off\b", CADDY, re.MULTILINE)


def test_a_proxy_compresses_nothing_that_the_portal_has_left_as_it_is():
    """See core/compression.py: what may repeat what was sent is not compressed for somebody with a session."""
    assert re.findall(r"^\s*gzip\S*.*$", NGINX, re.MULTILINE) == ["    gzip off;"]
    assert re.findall(r"^\s*encode\b.*$", CADDY, re.MULTILINE) == []


def procfile() -> dict[str, str]:
    return dict(re.findall(r"^(\w+): (.+)$", (ROOT / "Procfile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_service_runs_what_the_procfile_names(name):
    unit = (ROOT / f"deploy/systemd/open-doors-{name}.service").read_text()

    assert re.search(r"^ExecStart=/opt/open-doors/\.venv/bin/(.+)$", unit, re.MULTILINE)[1] == procfile()[name]


def test_the_containers_run_what_the_procfile_names():
    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]
    image = re.findall(r"^CMD \[(.+)\]$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)

    assert [words.replace('"', "").replace(",", "") for words in image] == [procfile()["web"]]
    assert services["worker"]["command"] == procfile()["worker"]
    assert services["release"]["command"] == procfile()["release"]


# --- the proxies ---------------------------------------------------------------------------------


def place_in_nginx(path: str) -> str:
    """What its log says, by the patterns of the example's map."""
    patterns = re.findall(r'"~(\^\(\?<before>.*)" "\$\{before\}\.\.\."', NGINX)
    assert len(patterns) == 2
    for pattern in patterns:
        if match := re.search(pattern.replace("?<", "?P<"), path):
            return match["before"] + "..."
    return path


def place_in_caddy(path: str) -> str:
    pattern, kept = re.search(r'request>uri regexp "(.+)" "\$(1)"', CADDY).groups()
    return re.sub(pattern, lambda match: match[int(kept)] or "", path)


PLACES = [place_in_nginx, place_in_caddy]


def signed_addresses() -> list[str]:
    """Of every page whose address holds words that are no slug, number or key: there the address is the key."""
    signed = signer.sign(uuid.uuid4().hex)
    found = ["/" + re.sub("<[^>]+>", signed, route.path) for route in every_route() if "<str:" in route.path]
    assert "/people/invitation/" in " ".join(found)
    return [*found, f"/cs/anything/{signed}/yes/"]


@pytest.mark.parametrize("place", PLACES)
def test_a_log_tells_no_signed_address(place):
    for address in signed_addresses():
        assert re.findall(r"[\w-]{15,}", place(address)) == [], address


@pytest.mark.parametrize("place", PLACES)
def test_a_log_tells_where_everything_else_went(place):
    ordinary = [
        *("/", "/visits/2027-brno/programme/", f"/people/{uuid.uuid4()}/"),
        *("/static/css/main.0123456789ab.css", "/static/vendor/atkinson/atkinson-hyperlegible-next.0123456789ab.woff2"),
    ]
    assert [place(address) for address in ordinary] == ordinary


def test_the_largest_picture_fits_and_not_much_more():
    limits = [int(each) * 1024 for each in re.findall(r"client_max_body_size (\d+)k|_size (\d+)KiB", NGINX)[0] if each]
    limits += [int(each) * 1024 for each in re.findall(r"(?:max_size|max_buffer_size) (\d+)KiB", CADDY)]
    limits += [int(each) for each in re.findall(r"Content-Length}\) > (\d+)", CADDY)]

    assert len(limits) == 4
    assert len(set(limits)) == 1
    assert LARGEST_FILE + 100_000 < limits[0] < ELEVEN_MEGABYTES


# --- the installation ----------------------------------------------------------------------------


def test_the_installation_writes_variables_that_are_there():
    written = re.findall(r'^([A-Z][A-Z0-9_]+)="?[^(]', (ROOT / "deploy/install.sh").read_text(), re.MULTILINE)
    there = re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert {"SECRET_KEY", "BEHIND_TLS_PROXY", "TRUSTED_PROXY_COUNT"} <= set(written)
    assert set(written) - set(there) == set()


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_can_be_read_and_started(script):
    assert (ROOT / script).stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", ROOT / script], capture_output=True, text=True).stderr == ""
