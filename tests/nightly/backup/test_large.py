"""The drill with 100,000 rows. It prints how long a backup and a restore take, commands and all."""

import time

import pytest
from django.db import connection

from core.audit import AuditEntry
from core.backup import manifest, place
from core.outbox.models import Notice
from core.translated import text
from tests import factories
from tests.core.backup import drill
from visits.delegation.models import Person
from visits.programme.models import Session

pytestmark = pytest.mark.nightly


def fill_with_100_000_rows() -> None:
    drill.fill()
    visits = [factories.create_visit() for _ in range(100)]
    words = "What was agreed for this day, in about as many words as people write. " * 4
    AuditEntry.objects.bulk_create(
        [AuditEntry(verb="visit.edited", facts={"number": number, "words": words}) for number in range(50_000)], 5000
    )
    given = {"language": "en", "subject": "Demo", "body": words, "status": "failed", "reason": "refused"}
    Notice.objects.bulk_create(
        [Notice(address=f"{n}@example.org", cause=f"many:{n}", message_id=f"<{n}>", **given) for n in range(20_000)],
        5000,
    )
    Person.objects.bulk_create(
        [Person(visit=visit, name=f"Guest {n}", email=f"{n}@example.org") for visit in visits for n in range(200)], 5000
    )
    hour = {"starts_at": factories.moment("09:00"), "ends_at": factories.moment("10:00")}
    Session.objects.bulk_create(
        [Session(visit=visit, title=text(f"Session {n}"), **hour) for visit in visits for n in range(100)], 5000
    )


def timed(*words, **options) -> float:
    """Seconds that the command took, which must have gone well."""
    began = time.monotonic()
    done = drill.manage(*words, **options)
    assert done.returncode == 0, done.stdout
    return time.monotonic() - began


def test_100_000_rows_come_back(data, own_database, capsys):
    fill_with_100_000_rows()
    before, uploads = drill.checksums(), drill.files_in(data / "uploads")
    dumping = timed("back_up", url=own_database, data=data)
    connection.close()
    [backup] = place.backups()
    told = manifest.read(backup)
    assert sum(told.tables.values()) > 100_000
    with drill.empty_cluster() as url:
        restoring = timed("restore_backup", backup, url=url, data=data / "new")
        with drill.connected_to(url):
            after = drill.checksums()
    assert {name for name in before if before[name] != after[name]} <= drill.TOUCHED
    assert len(drill.files_in(data / "new/uploads")) == len(uploads) - 1  # without the stray one
    figures = f"{sum(told.tables.values())} rows, {told.size / 1e6:.1f} MB"
    with capsys.disabled():
        print(f"\n{figures}: back_up took {dumping:.1f} s, restore_backup {restoring:.1f} s")  # noqa: T201 - for the log
