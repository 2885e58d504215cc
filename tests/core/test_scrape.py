"""What Prometheus is told of how things stand; the real processes are watched in tests/nightly."""

import pytest
from django.utils import timezone

from core import health, metrics, scrape, vital_signs
from core.heartbeat import Heartbeat
from core.timetable import JOBS, JobRun
from tests.core.outbox.conftest import create_notice


def told(families) -> dict[str, float]:
    return {
        ",".join([sample.name, *sample.labels.values()]): sample.value for each in families for sample in each.samples
    }


@pytest.mark.django_db
def test_what_the_database_tells():
    Heartbeat.objects.create(number=1, beat_at=timezone.now(), memory=5)
    JobRun.objects.create(name="clear_cache", started_at=timezone.now(), failed_at=timezone.now())
    for status in ("queued", "queued", "failed"):
        create_notice(status=status)
    answer = scrape.DatabaseFigures()
    assert (answer.missing, answer.worker_memory) == ([], 5)
    figures = told(answer.gauges)
    assert figures.pop("open_doors_worker_heartbeat_age_seconds") < 40
    assert figures.pop("open_doors_oldest_mail_age_seconds") < 40
    assert 0 <= figures.pop("open_doors_backup_age_seconds") < 3600
    failed = {f"open_doors_job_failed,{name}": float(name == "clear_cache") for name in JOBS}
    assert figures == {"open_doors_mails_now,queued": 2, "open_doors_mails_now,failed": 1, **failed}


def test_without_the_database_the_rest_is_told_and_a_second_question_is_not_asked(settings, tmp_path, monkeypatch):
    settings.METRICS_DIR = tmp_path
    settings.BACKUP_DIR = settings.MEDIA_ROOT
    monkeypatch.setattr(vital_signs, "DEBIANS_POSTGRESQL", tmp_path / "away")
    standing = scrape.CurrentFigures()
    standing.asking.acquire()  # as while an earlier question still hangs
    figures = told(standing.collect())
    assert figures["open_doors_part_missing,database"] == 1
    assert [figures[f"open_doors_part_missing,{part}"] for part in health.PARTS[1:]] == [0] * 4
    assert 0 < figures["open_doors_disk_free_bytes,uploads"] <= figures["open_doors_disk_size_bytes,uploads"]
    assert set(figures) == {
        *(f"open_doors_part_missing,{part}" for part in health.PARTS),
        *(f"open_doors_disk_{size}_bytes,uploads" for size in ("free", "size")),
        f"open_doors_memory_bytes,{metrics.WEB}",
    }
