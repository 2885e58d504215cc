"""Sessions at the same time. Periods are half-open: where one ends and the next begins, they do not overlap."""

import datetime
import itertools
import uuid
from collections.abc import Iterable, Iterator

from visits.programme.models import Session


def time_order(session: Session) -> tuple[datetime.datetime, datetime.datetime, uuid.UUID]:
    """By this sessions sort in time, those of the very same time always alike."""
    return session.starts_at, session.ends_at, session.pk


def overlap(one: Session, other: Session) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def overlapping(sessions: Iterable[Session]) -> Iterator[tuple[Session, Session]]:
    """Every two of them that overlap, each pair once and the earlier first.

    No pair is looked at that does not overlap, but for the first one after each session.
    """
    in_time = sorted(sessions, key=time_order)
    for number, one in enumerate(in_time, 1):
        following = itertools.islice(in_time, number, None)
        for other in itertools.takewhile(lambda each, end=one.ends_at: each.starts_at < end, following):
            yield one, other


def share_guests(one: Session, other: Session) -> bool:
    return one.group_id is None or other.group_id is None or one.group_id == other.group_id
