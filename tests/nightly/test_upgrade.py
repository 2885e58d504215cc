"""A new release comes in while forty requests a second go on, and none of them fails."""

import shutil
import threading
import time
from pathlib import Path

import pytest

from launcher.place import CHECKOUT
from tests.nightly.asking import Visitor
from tests.nightly.site import Site, running_site, wait_until
from tests.nightly.traffic import STYLES, traffic

pytestmark = pytest.mark.nightly
ROWS = 100_000
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".data", "__pycache__", ".*_cache", "node_modules")

FIELD = '    drill = models.CharField(max_length=20, default="", db_default="")\n'
ADDS_A_COLUMN = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("core", "{before}")]
    operations = [
        migrations.AddField("auditentry", "drill", models.CharField(max_length=20, default="", db_default="")),
    ]
"""
ADDS_AN_INDEX = """
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

class Migration(migrations.Migration):
    atomic = False
    dependencies = [("core", "{before}")]
    operations = [
        AddIndexConcurrently("auditentry", models.Index(fields=["subject_kind"], name="core_audit_drill")),
    ]
"""
# gunicorn's first process reads config/env.py too, and lives on; its new workers must not begin with the old one.
MODULES_OF_THE_FIRST_PROCESS = {
    "env.py": "\n\ndef of_the_drill() -> str:\n    return text('DRILL', 'new')\n",
    "settings.py": "\nDRILL = env.of_the_drill()\n",
}


def put_new_release(code: Path) -> None:
    """Over the files of the old one, as a pull does: a column, an index, other styles, a word on the first page."""
    migrations = code / "core" / "migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    (migrations / "9001_drill.py").write_text(ADDS_A_COLUMN.format(before=last))
    (migrations / "9002_drill_index.py").write_text(ADDS_AN_INDEX.format(before="9001_drill"))
    audit = code / "core" / "audit.py"
    audit.write_text(
        audit.read_text().replace("    objects = AuditQuerySet", f"{FIELD}\n    objects = AuditQuerySet", 1)
    )
    for name, more in MODULES_OF_THE_FIRST_PROCESS.items():
        (code / "config" / name).write_text((code / "config" / name).read_text() + more)
    for style in (code / "static" / "css").rglob("*.css"):
        style.write_text(f"{style.read_text()}\n.drill {{ color: inherit; }}\n")


def fill_the_audit(site: Site) -> None:
    with site.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_auditentry (at, verb, subject_kind, subject_name, via, note, facts, changes)"
            " SELECT now(), 'drill.filled', 'drill', '{}', 'job', '', '{}', '[]' FROM generate_series(1, %s)",
            [ROWS],
        )


def hold_the_table_until_it_is_given_way(site: Site, held: threading.Event) -> None:
    """As an open psql session does, or a long report: it reads and does not end."""
    with site.cursor() as cursor:
        cursor.execute("BEGIN; SELECT 1 FROM core_auditentry LIMIT 1")
        held.set()
        wait_until(lambda: "gives way" in site.log.read_text(), site.log)
        cursor.execute("COMMIT")


def test_a_release_comes_in_under_traffic_and_no_request_fails(model, tell, tmp_path):
    code = tmp_path / "code"
    shutil.copytree(CHECKOUT, code, ignore=LEFT_OUT)
    with running_site(model, code) as site:
        fill_the_audit(site)
        cookies = site.sign_in()
        site.start_web()
        held = threading.Event()
        holder = threading.Thread(target=hold_the_table_until_it_is_given_way, args=(site, held))
        with traffic(site, cookies) as log:
            time.sleep(3)
            put_new_release(code)
            holder.start()
            held.wait(timeout=10)
            began = time.monotonic()
            upgrades = [site.start(f"upgrade {number}", "manage.py", "upgrade") for number in range(2)]
            assert [upgrade.wait(timeout=180) for upgrade in upgrades] == [0, 0], site.log.read_text()
            upgraded = time.monotonic()
            time.sleep(3)  # the old code on the new tables
            site.reload_web()
            reloaded = time.monotonic()
            time.sleep(3)
        holder.join()

        tell(f"{log.figures()}; two upgrades at once {upgraded - began:.1f} s, old workers gone after "
             f"{reloaded - upgraded - 3:.1f} s")  # fmt: skip
        said = site.log.read_text()
        assert log.failed() == []
        assert said.count("Applying core.9001_drill") == said.count("gives way") + 1
        assert "Another upgrade of this database is running" in said
        assert site.value(
            "SELECT count(*) FROM pg_index WHERE indexrelid = 'core_audit_drill'::regclass AND indisvalid"
        )
        assert site.value("SELECT count(*) FROM core_auditentry WHERE drill = '' AND verb = 'drill.filled'") == ROWS
        assert_old_pages_keep_their_styles(site, log.styles)


def assert_old_pages_keep_their_styles(site: Site, seen: set[str]) -> None:
    with Visitor(site.port) as visitor:
        now = set(STYLES.findall(visitor.get("/").text))
        assert now
        assert seen > now  # the pages of before named others
        assert {path: visitor.get(path).status for path in seen} == dict.fromkeys(seen, 200)
