"""A visit that has moved on: pages that would change it say so in a sentence, to those whose role it is."""

import pytest

from tests import factories
from tests.factories import create_session
from visits.booking.actions import move_visit
from visits.booking.models import Visit
from visits.programme.models import Session

pytestmark = pytest.mark.django_db
OVER = [status for status in Visit.Status if status not in Visit.OPEN]
TOLD = "so nothing of it can be changed any more."


@pytest.mark.parametrize("status", OVER)
def test_nothing_of_a_visit_that_is_over_is_changed(as_person, alice, status):
    visit = factories.create_visit(status=status)
    session = create_session(visit)
    client = as_person(alice)
    client.post(f"/visits/{visit.reference}/programme/{session.pk}/remove/")
    client.post(
        f"/visits/{visit.reference}/people/add/", {"name": "Dana", "part": "lead", "language": "cs", "english": "good"}
    )

    assert (Session.objects.count(), visit.people.count()) == (1, 0)


def test_every_page_that_would_change_it_says_that_it_is_over(as_person, alice):
    visit = factories.create_visit(status="finished")
    session, person = create_session(visit), factories.create_person(visit)
    client = as_person(alice)
    parts = ["edit/", "aims/add/", "people/add/", f"people/{person.pk}/", f"people/{person.pk}/needs/", "groups/add/"]
    parts += ["programme/add/meal/", "programme/shift/", f"programme/{session.pk}/", "problems/pass/"]
    answers = [client.get(f"/visits/{visit.reference}/{part}") for part in parts]

    assert [answer.url for answer in answers] == [f"/visits/{visit.reference}/"] * len(parts)
    assert "This visit is finished, " + TOLD in client.get(f"/visits/{visit.reference}/").text


def test_whoever_typed_while_somebody_cancelled_the_visit_is_told(as_person, alice, visit):
    client = as_person(alice)
    sent = {"words": "Slova", "words_language": "cs", "short_en": "Words"}
    move_visit(visit=visit, to="cancelled", by=alice)
    answer = client.post(f"/visits/{visit.reference}/aims/add/", sent, follow=True)

    assert "This visit is cancelled, " + TOLD in answer.text
    assert not visit.aims.exists()


def test_a_role_that_may_not_is_refused_whether_it_is_over_or_not(as_person, visit, bob, charlie, alice):
    move_visit(visit=visit, to="cancelled", by=alice)

    assert as_person(bob).get(f"/visits/{visit.reference}/edit/").status_code == 403
    assert as_person(charlie).get(f"/visits/{visit.reference}/edit/").status_code == 404


def test_a_student_on_a_visit_that_is_over_is_told_too(as_person, visit, alice):
    student = factories.create_member(visit, "Stan", part="student", access_ends_on="2100-01-01").invitation.user
    move_visit(visit=visit, to="cancelled", by=alice)
    client = as_person(student)

    assert TOLD in client.get(f"/visits/{visit.reference}/programme/add/meal/", follow=True).text
    assert client.get(f"/visits/{visit.reference}/edit/").status_code == 403


def test_a_visit_that_is_over_can_still_be_read(as_person, alice):
    visit = factories.create_visit(status="closed")
    create_session(visit)
    client = as_person(alice)

    for part in ("", "people/", "people/needs/", "programme/", "preview/", "publish/", "releases/"):
        assert client.get(f"/visits/{visit.reference}/{part}").status_code == 200
