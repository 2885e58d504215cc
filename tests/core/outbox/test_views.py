import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.outbox.models import Notice
from tests import factories
from tests.core.outbox.conftest import create_notice

Status, Reason = Notice.Status, Notice.Reason
OUTBOX = reverse("core:outbox")


@pytest.fixture
def coordinator(as_person, alice):
    return as_person(alice)


def subjects(response) -> list[str]:
    return [notice.subject for notice in response.context["page"]]


def test_staff_see_what_waits_what_was_sent_and_what_was_not(coordinator):
    create_notice(subject="Waits")
    create_notice(subject="Went", status=Status.SENT, sent_at=timezone.now())
    create_notice(subject="Failed", status=Status.FAILED, reason=Reason.REFUSED)
    response = coordinator.get(OUTBOX)
    assert subjects(response) == ["Failed", "Went", "Waits"]
    assert "The mail server refused the message. Is the address right?" in response.text


def test_an_empty_outbox_says_what_will_stand_there(coordinator):
    assert "No message yet" in coordinator.get(OUTBOX).text


def test_the_list_is_narrowed_by_state_and_by_address(coordinator):
    create_notice(subject="Waits", address="ann@example.org")
    create_notice(subject="Failed", address="ben@example.org", status=Status.FAILED, reason=Reason.REFUSED)
    assert subjects(coordinator.get(OUTBOX, {"status": "failed"})) == ["Failed"]
    assert subjects(coordinator.get(OUTBOX, {"address": "ANN@"})) == ["Waits"]
    nothing = coordinator.get(OUTBOX, {"status": "sent"})
    assert (subjects(nothing), "Nothing fits" in nothing.text) == ([], True)


@pytest.mark.parametrize("query", [{"status": "lost"}, {"address": "a\x00b"}, {"page": "99999"}, {"page": "x"}])
def test_a_strange_question_is_answered_with_a_page(coordinator, query):
    create_notice(subject="Waits")
    assert coordinator.get(OUTBOX, query).status_code == 200


def test_a_worker_that_stands_still_is_told(coordinator):
    create_notice()
    assert "standing still" not in coordinator.get(OUTBOX).text
    Notice.objects.update(not_before=timezone.now() - datetime.timedelta(minutes=11))
    assert "standing still" in coordinator.get(OUTBOX).text


def test_a_notice_is_read_in_its_own_language(coordinator):
    notice = create_notice(subject="Změna programu", body="Nový čas.", language="cs")
    page = coordinator.get(notice.get_absolute_url()).text
    assert '<h1 lang="cs">Změna programu</h1>' in page
    assert "Nový čas." in page


def test_nobody_reads_a_code_of_somebody_else(coordinator):
    notice = create_notice(is_secret=True, body="The code is 739113")
    page = coordinator.get(notice.get_absolute_url()).text
    assert "739113" not in page
    assert "nobody else can read it" in page


def test_what_stands_in_a_notice_cannot_run_in_a_browser(coordinator):
    notice = create_notice(subject="<script>alert(1)</script>", body="<img src=x onerror=alert(2)>")
    for address in (OUTBOX, notice.get_absolute_url()):
        page = coordinator.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_notice_that_failed_is_sent_again_by_one_button(coordinator):
    notice = create_notice(status=Status.FAILED, reason=Reason.MAY_HAVE_ARRIVED)
    assert "Send it again" in coordinator.get(notice.get_absolute_url()).text
    response = coordinator.post(reverse("core:notice-send-again", args=[notice.pk]), follow=True)
    notice.refresh_from_db()
    assert notice.status == Status.QUEUED
    assert "Message queued again." in response.text
    assert "Send it again" not in response.text


def test_a_second_click_is_told_that_it_has_moved_on(coordinator):
    notice = create_notice(status=Status.FAILED, reason=Reason.MAY_HAVE_ARRIVED)
    address = reverse("core:notice-send-again", args=[notice.pk])
    coordinator.post(address)
    response = coordinator.post(address, follow=True)
    assert "Only a message that did not go out can be sent again." in response.text


def test_a_notice_that_is_not_there_is_not_found(coordinator):
    for key in (987654321, 99999999999999999999999):
        assert coordinator.get(reverse("core:notice", args=[key])).status_code == 404
        assert coordinator.post(reverse("core:notice-send-again", args=[key])).status_code == 404


@pytest.mark.parametrize(
    ("roles", "status"), [(["coordinator"], 200), (["administrator"], 200), (["editor"], 403), ([], 403)]
)
def test_who_may_see_the_outbox(as_person, db, roles, status):
    notice = create_notice(status=Status.FAILED, reason=Reason.REFUSED)
    client = as_person(factories.create_user("Somebody", roles=roles))
    assert client.get(OUTBOX).status_code == status
    assert client.get(notice.get_absolute_url()).status_code == status
    expected = 302 if status == 200 else 403
    assert client.post(reverse("core:notice-send-again", args=[notice.pk])).status_code == expected
    notice.refresh_from_db()
    assert notice.status == (Status.QUEUED if status == 200 else Status.FAILED)


def test_the_list_takes_as_many_queries_for_many_as_for_one(coordinator, django_assert_num_queries):
    create_notice()
    with django_assert_num_queries(5):
        coordinator.get(OUTBOX)
    for _ in range(9):
        create_notice(status=Status.FAILED, reason=Reason.REFUSED)
    with django_assert_num_queries(5):
        coordinator.get(OUTBOX)


def test_a_long_outbox_comes_page_by_page(coordinator):
    with time_machine.travel(timezone.now() - datetime.timedelta(days=1)):
        create_notice(subject="Oldest")
    for _ in range(50):
        create_notice()
    assert "Oldest" not in subjects(coordinator.get(OUTBOX))
    assert subjects(coordinator.get(OUTBOX, {"page": 2})) == ["Oldest"]
