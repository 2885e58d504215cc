"""The whole of it: from the files to rows, published where the demonstration wants them so."""

import datetime

from django.db import transaction

from core.audit import written_together
from portal.demonstration import catalogue, people, places, visits
from portal.demonstration.files import Files, read
from portal.demonstration.importing import Import
from portal.demonstration.models import ImportedRow
from practices.models import Practice
from visits.booking.models import Visit


def is_empty() -> bool:
    """Whether nobody has begun to use this database: no visit, no practice."""
    return not (Visit.objects.exists() or Practice.objects.exists())


def is_somebody_elses() -> bool:
    """Whether there are visits or practices that no demonstration has brought."""
    return not is_empty() and not ImportedRow.objects.exists()


@transaction.atomic
def load(*, first_day: datetime.date | None = None, files: Files | None = None) -> Import:
    """Bring what is new in the files, renew what nobody has edited, publish what is new; return what was done.

    ``first_day`` is that of the visit from Brno, as long as it has not come in yet.
    """
    with written_together():
        return _load(files or read(), first_day)


def _load(files: Files, first_day: datetime.date | None) -> Import:
    run = Import()
    people.take_in(run, files)
    editor, coordinator = run.find("account", "editor"), run.find("account", "coordinator")
    catalogue.take_in_sources(run, files, by=editor)
    places.take_in(run, files, editor=editor, coordinator=coordinator)
    catalogue.take_in(run, files, by=editor)
    places.publish(run, files, by=editor)
    catalogue.publish(run, files, by=editor)
    visits.take_in(run, files, first_day=first_day)
    run.remember()
    return run
