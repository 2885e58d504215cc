"""Writing the audit log."""

import pytest

from core import audit
from core.audit import AuditEntry


def test_entries_written_together_are_as_those_written_one_by_one(db, alice, visit):
    told = {"by": alice, "whole": visit, "via": "import", "note": "why", "name": "Brno", "count": 3}
    one = audit.record("visit.edited", visit, **told)
    with audit.written_together():
        audit.record("visit.edited", visit, **told)
        audit.record("visit.moved", visit, **told)
        assert AuditEntry.objects.count() == 1
    second, third = AuditEntry.objects.exclude(pk=one.pk).order_by("id")
    assert plain(second) == plain(one)
    assert third.verb == "visit.moved"


def test_what_failed_leaves_no_entries(db, visit):
    with pytest.raises(AttributeError), audit.written_together():
        record_and_fail(visit)
    assert not AuditEntry.objects.exists()
    audit.record("visit.edited", visit)
    assert AuditEntry.objects.count() == 1


def record_and_fail(visit) -> None:
    audit.record("visit.edited", visit)
    audit.record("visit.edited", by="nobody who has a key")


def plain(entry: AuditEntry) -> dict:
    return {name: value for name, value in vars(entry).items() if name not in {"_state", "id", "at"}}
