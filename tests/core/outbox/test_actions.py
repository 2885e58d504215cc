import re
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from core.access import Refusal
from core.audit import AuditEntry
from core.outbox import actions, letters
from core.outbox.models import Notice
from tests import factories
from tests.core.outbox.conftest import create_notice

Status = Notice.Status


@pytest.fixture(autouse=True)
def letter(monkeypatch):
    monkeypatch.setattr(
        letters, "write", lambda template, context, language, opens: letters.Letter(f"About {template}", "Body\n")
    )


def queue(**fields) -> Notice:
    values = {"template": "news", "context": {}, "address": "ann@example.org", "language": "cs", "cause": "news:1"}
    return actions.queue(**{**values, **fields})


@pytest.mark.django_db
def test_a_queued_notice_waits_to_be_sent(bob):
    notice = queue(to_user=bob)
    notice.refresh_from_db()
    told = (notice.status, notice.subject, notice.body, notice.language, notice.to_user, notice.attempts)
    assert told == (Status.QUEUED, "About news", "Body\n", "cs", bob, 0)
    assert list(Notice.objects.due()) == [notice]


@pytest.mark.django_db
def test_the_same_thing_is_not_said_twice_to_one_person():
    first, second = queue(), queue(address=" Ann@Example.org ", template="other")
    assert (first, Notice.objects.count(), second.subject) == (second, 1, "About news")


@pytest.mark.django_db
def test_the_same_thing_is_said_to_each_and_another_thing_to_the_same():
    assert len({queue().pk, queue(address="ben@example.org").pk, queue(cause="news:2").pk}) == 3


@pytest.mark.django_db
def test_each_notice_has_an_id_of_its_own_for_mailboxes():
    first, second = queue(), queue(cause="news:2")
    assert first.message_id != second.message_id
    assert re.fullmatch(r"<[0-9a-f-]{36}@localhost>", first.message_id)


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_says_nothing():
    def queues_and_fails():
        queue()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queues_and_fails()
    assert Notice.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_queue_one_notice():
    barrier, found = Barrier(8), []

    def somebody():
        try:
            barrier.wait()
            found.append(queue().pk)
        finally:
            connection.close()

    threads = [Thread(target=somebody) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (len(found), len(set(found)), Notice.objects.count()) == (8, 1, 1)


@pytest.mark.django_db
def test_a_failed_notice_is_sent_again_from_the_beginning(alice):
    notice = create_notice(status=Status.FAILED, attempts=6, reason=Notice.Reason.REFUSED)
    actions.send_again(notice=notice, by=alice)
    notice.refresh_from_db()
    assert (notice.status, notice.attempts) == (Status.QUEUED, 0)
    assert list(Notice.objects.due()) == [notice]
    entry = AuditEntry.objects.get(verb="notice.sent_again")
    assert (entry.by_user, entry.facts) == (alice.pk, {"cause": notice.cause})


@pytest.mark.django_db
@pytest.mark.parametrize("status", [each for each in Status.values if each != Status.FAILED])
def test_only_what_failed_is_sent_again(alice, status):
    from django.utils import timezone

    notice = create_notice(status=status, claimed_at=timezone.now(), sent_at=timezone.now())
    with pytest.raises(Refusal, match="did not go out"):
        actions.send_again(notice=notice, by=alice)
    notice.refresh_from_db()
    assert notice.status == status


@pytest.mark.django_db
def test_a_code_is_not_sent_again(alice):
    notice = create_notice(status=Status.FAILED, is_secret=True, body="")
    with pytest.raises(Refusal, match="ask for a new one"):
        actions.send_again(notice=notice, by=alice)


def test_every_state_leads_where_the_map_says():
    """The whole of the map: start x end."""
    allowed = {
        ("draft", "queued"),
        ("queued", "sending"), ("queued", "failed"),
        ("sending", "sent"), ("sending", "queued"), ("sending", "failed"),
        ("failed", "queued"), ("failed", "sent"),
    }  # fmt: skip
    found = {(start, end) for start in Status.values for end in Status.values if Notice(status=start).can_become(end)}
    assert found == allowed


def test_a_user_who_is_erased_leaves_the_notice(db):
    bob = factories.create_user("Bob")
    notice = create_notice(to_user=bob)
    bob.delete()
    notice.refresh_from_db()
    assert notice.to_user is None
