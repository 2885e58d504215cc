"""Calling a visit off: asked about first, told to everybody who is invited, and undone."""

import pytest
from django.test import Client

from core.outbox.models import Notice
from tests import factories
from tests.visits.pages import form_of
from visits.booking import actions
from visits.booking.models import Visit
from visits.delegation.actions import move_visit_and_mail
from visits.release.actions import publish_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(visit, alice):
    factories.create_session(visit, "Talk")
    actions.move_visit(visit=visit, to="confirmed", by=alice)
    publish_release(visit=visit, by=alice)
    visit.refresh_from_db()
    return visit


@pytest.fixture
def dana(published):
    return factories.create_member(published, "Dana", language="cs")


def address(visit) -> str:
    return f"/visits/{visit.reference}/move/"


def mails(visit) -> list[tuple[str, str]]:
    return [(each.address, each.subject) for each in Notice.objects.about(f"visit-move:{visit.pk}").order_by("id")]


@pytest.mark.parametrize(("to", "words"), [("cancelled", "Cancel “"), ("postponed", "Postpone “")])
def test_calling_off_is_asked_about_first(as_person, alice, published, dana, to, words):
    page = as_person(alice).post(address(published), {"to": to, "why": "Too few hosts"})

    assert words in page.text
    assert "1 person is invited and gets a mail about it" in page.text
    assert "Too few hosts" in page.text
    published.refresh_from_db()
    assert published.status == "confirmed"
    assert mails(published) == []


def test_once_sure_everybody_who_is_invited_is_told_in_their_language(as_person, alice, published, dana):
    factories.create_person(published, "Not invited")
    client = as_person(alice)
    asked = client.post(address(published), {"to": "cancelled", "why": "Too few hosts"})

    done = client.post(address(published), form_of(asked, address(published)), follow=True)

    assert "Marked as cancelled. 1 person gets a mail about it." in done.text
    published.refresh_from_db()
    assert published.status == "cancelled"
    assert published.moves.latest("id").why == "Too few hosts"
    [(to, subject)] = mails(published)
    assert to == dana.invitation.user.email
    assert subject.startswith("Zrušeno: ")
    assert "Too few hosts" not in Notice.objects.get(address=to).body


def test_a_second_click_tells_nobody_twice(as_person, alice, published, dana):
    client = as_person(alice)
    for _click in range(2):
        client.post(address(published), {"to": "postponed", "is_sure": "on"})

    assert len(mails(published)) == 1


def test_guests_hear_that_it_is_on_again_also_from_a_page_that_was_older(alice, published, dana):
    """The page still showed a confirmed visit when somebody else had cancelled it."""
    older = Visit.objects.get(pk=published.pk)
    move_visit_and_mail(visit=published, to="cancelled", by=alice)

    _visit, told = move_visit_and_mail(visit=older, to="planning", by=alice)

    assert told == 1


def test_taking_it_up_again_is_told_as_well(as_person, alice, published, dana):
    client = as_person(alice)
    client.post(address(published), {"to": "cancelled", "is_sure": "on"})
    client.post(address(published), {"to": "planning"})
    client.post(address(published), {"to": "confirmed"})

    assert [subject.partition(":")[0] for _to, subject in mails(published)] == ["Zrušeno", "Znovu se plánuje"]


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("cancelled", "This visit is cancelled. Please do not travel."),
        ("postponed", "This visit is postponed. Please do not travel on these days."),
    ],
)
def test_guests_read_it_first_of_all_also_on_a_page_that_they_hold(alice, published, to, words):
    guest = factories.create_member(published, "Dana").invitation.user
    client, page = factories.sign_in(Client(), guest), f"/visits/{published.reference}/itinerary/"
    held = client.get(page)
    assert words not in held.text

    actions.move_visit(visit=published, to=to, by=alice)

    again = client.get(page, headers={"If-None-Match": held.headers["ETag"]})
    assert again.status_code == 200
    assert words in again.text


def test_a_proposal_says_where_comments_go(alice, visit):
    factories.create_session(visit, "Talk")
    publish_release(visit=visit, by=alice)
    guest = factories.create_member(visit, "Dana").invitation.user

    page = factories.sign_in(Client(), guest).get(f"/visits/{visit.reference}/itinerary/").text

    assert "This is a proposal. Tell us what you would change:" in page
