"""A guest who has the itinerary already gets an empty answer, and only while everything is as it was."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from core.translated import text
from tests import factories
from tests.factories import DAY_ONE, create_session
from visits.release import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return factories.create_contact("Demo host")


@pytest.fixture
def published(visit, alice, host):
    create_session(visit, "Talk", hosts=[host])
    actions.publish_release(visit=visit, by=alice)
    return visit


@pytest.fixture
def page(published, bob):
    """Bob's page: ask it again with the mark that he got."""

    class Page:
        client = factories.sign_in(Client(), bob)
        address = f"/visits/{published.reference}/itinerary/"

        def ask(self, mark: str = ""):
            return self.client.get(self.address, headers={"If-None-Match": mark} if mark else {})

        def again(self):
            return self.ask(self.mark)

    page = Page()
    page.mark = page.ask().headers["ETag"]
    return page


def test_an_unchanged_page_is_one_query_and_no_body(page, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = page.again()

    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", page.mark)


def test_a_new_release_is_sent_whole(page, published, alice):
    create_session(published, "Another talk", at="11:00", until="12:00")
    actions.publish_release(visit=published, by=alice)

    answer = page.again()
    assert answer.status_code == 200
    assert "Another talk" in answer.content.decode()


def test_a_change_of_the_draft_changes_nothing_for_the_guest(page, published):
    create_session(published, "Another talk", at="11:00", until="12:00")

    assert page.again().status_code == 304


def test_a_name_that_is_gone_reaches_pages_that_somebody_holds(page, host, published):
    published.sessions.get().hosts.clear()
    host.delete()

    answer = page.again()
    assert answer.status_code == 200
    assert "Demo host" not in answer.content.decode()


def test_another_language_is_another_page(page, bob):
    bob.language = "cs"
    bob.save()

    assert page.again().status_code == 200


def test_another_day_is_another_page(page):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert page.again().status_code != 304


def test_whoever_signed_out_is_asked_to_sign_in(page):
    page.client.logout()

    assert page.again().status_code == 302


def test_whoever_was_locked_out_is_asked_to_sign_in(page, bob):
    bob.is_active = False
    bob.save()

    assert page.again().status_code == 302


def test_whoever_left_the_delegation_gets_nothing(page, bob, published):
    published.people.update(left_at=timezone.now())

    assert page.again().status_code == 404


def test_a_withdrawn_invitation_ends_it(page, bob):
    bob.invitations.update(withdrawn_at=timezone.now())

    assert page.again().status_code == 404


def test_the_mark_of_one_person_serves_no_other(page, charlie):
    stranger = factories.sign_in(Client(), charlie)

    assert stranger.get(page.address, headers={"If-None-Match": page.mark}).status_code == 404


def test_a_message_that_waits_is_shown(page):
    session = page.client.session
    session["_messages"] = '[["__json_message",0,25,"Hello.",""]]'
    session.save()

    answer = page.again()
    assert answer.status_code == 200
    assert "Hello." in answer.content.decode()


def test_coordinators_get_the_page_anew_each_time(published, alice):
    client = factories.sign_in(Client(), alice)
    answer = client.get(f"/visits/{published.reference}/itinerary/")

    assert answer.status_code == 200
    assert "ETag" not in answer.headers


def test_a_student_has_no_page_after_the_last_day_of_access(visit, alice):
    create_session(visit, "Talk")
    actions.publish_release(visit=visit, by=alice)
    student = factories.create_member(visit, "Sam", part="student", access_ends_on=DAY_ONE)
    address = f"/visits/{visit.reference}/itinerary/"
    with time_machine.travel(factories.moment("10:00"), tick=False):
        client = factories.sign_in(Client(), student.invitation.user)
        mark = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": mark}).status_code == 304
    with time_machine.travel(factories.moment("10:00", DAY_ONE + datetime.timedelta(days=1)), tick=False):
        assert client.get(address, headers={"If-None-Match": mark}).status_code in {302, 404}


def test_texts_are_kept_apart_from_marks(page):
    """A mark that nobody issued is asked of the database and answers nothing."""
    answer = page.ask('"' + "0" * 32 + "-" + "0" * 32 + '"')

    assert answer.status_code == 200
    assert text("Talk").in_language() in answer.content.decode()
