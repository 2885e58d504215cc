"""What must be true of the database whatever has happened to the programs around it."""

from core.outbox.models import Notice
from tests.nightly.site import Site
from tests.nightly.traffic import Log

MADE = "SELECT name->>'en' FROM visits_group WHERE name->>'en' LIKE 'Drill %'"
HALVES = """
    SELECT 'a group without its audit entry', id::text FROM visits_group
     WHERE id NOT IN (SELECT subject_id FROM core_auditentry WHERE verb = 'group.added')
    UNION ALL
    SELECT 'an audit entry without its group', subject_id::text FROM core_auditentry
     WHERE verb = 'group.added' AND subject_id NOT IN (SELECT id FROM visits_group)
"""


def half_done(site: Site, log: Log) -> list[tuple[str, str]]:
    """What the forms of the traffic left that is neither done nor undone."""
    there = [name for (name,) in site.rows(MADE)]
    return [
        *site.rows(HALVES),
        *(("told as done, and not there", name) for name in log.done() if name not in there),
        *(("there twice", name) for name in set(there) if there.count(name) > 1),
    ]


def lost_or_doubled(site: Site, arrived: list[str]) -> list[tuple[str, str]]:
    """Mails of the drill against what the mail server took (Message-IDs).

    A mail may be missing only where staff are told so, and may be there only once.
    """
    wrong = []
    for name, status, reason in site.rows(
        "SELECT message_id, status, reason FROM core_notice WHERE cause LIKE 'drill:%'"
    ):
        count = arrived.count(name)
        is_told = (status, reason) == (Notice.Status.FAILED, Notice.Reason.MAY_HAVE_ARRIVED)
        if count > 1 or (count == 0 and not is_told) or not (is_told or status == Notice.Status.SENT):
            wrong.append((name, f"{status} {reason}, arrived {count} times"))
    return wrong
