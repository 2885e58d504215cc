"""What people need: one way to read it, for those who may, and every look is written down."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from core.audit import AuditEntry
from core.timetable import JOBS
from tests import factories
from tests.factories import DAY_ONE
from tests.visits.pages import form_of, typed
from visits.delegation import actions
from visits.delegation.jobs import delete_needs
from visits.delegation.models import Need
from visits.delegation.needs import need_of, needs_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def dana(visit, alice):
    person = factories.create_member(visit, "Dana")
    Need.objects.create(person=person, access="a place without steps", meals="no nuts", changed_by=alice.pk)
    return person


@pytest.fixture
def student(visit):
    return factories.create_member(visit, "Stan", part="student", access_ends_on="2100-01-01").invitation.user


def looks() -> list:
    return [(entry.by_user, entry.subject_id) for entry in AuditEntry.objects.filter(verb="needs.read")]


def test_a_coordinator_reads_the_needs_of_all_and_the_look_is_written_down(visit, alice, dana):
    factories.create_person(visit)
    found = needs_of(visit, reader=alice)

    assert {key: (need.access, need.meals) for key, need in found.items()} == {
        dana.pk: ("a place without steps", "no nuts")
    }
    assert looks() == [(alice.pk, visit.pk)]


def test_nobody_else_reads_the_needs_of_all_and_no_row_is_fetched(
    visit, bob, charlie, editor, administrator, student, dana, django_assert_num_queries
):
    for reader in (bob, charlie, editor, administrator, student, dana.invitation.user):
        with django_assert_num_queries(0), pytest.raises(PermissionDenied):
            needs_of(visit, reader=reader)
    assert looks() == []


def test_a_person_reads_their_own_needs(dana):
    reader = dana.invitation.user

    assert need_of(dana, reader=reader).meals == "no nuts"
    assert looks() == [(reader.pk, dana.pk)]


def test_nobody_reads_the_needs_of_another_guest(dana, bob, charlie, editor, administrator, student):
    for reader in (bob, charlie, editor, administrator, student):
        with pytest.raises(PermissionDenied):
            need_of(dana, reader=reader)
    assert looks() == []


def test_somebody_who_has_left_reads_nothing_any_more(alice, dana):
    reader = dana.invitation.user
    actions.let_person_leave(person=dana, by=alice)

    with pytest.raises(PermissionDenied):
        need_of(dana, reader=reader)


def test_the_pages_of_needs_write_each_look_down(as_person, alice, visit, dana):
    client = as_person(alice)
    page = client.get(f"/visits/{visit.reference}/people/needs/")
    assert "a place without steps" in page.text
    assert "no nuts" in client.get(f"/visits/{visit.reference}/people/{dana.pk}/needs/").text

    assert looks() == [(alice.pk, dana.pk), (alice.pk, visit.pk)]


def test_no_other_page_of_the_visit_tells_what_is_needed(as_person, alice, visit, dana):
    factories.create_session(visit)
    client = as_person(alice)
    for part in ("", "people/", f"people/{dana.pk}/", "programme/", "preview/", "publish/", "releases/"):
        answer = client.get(f"/visits/{visit.reference}/{part}")
        assert answer.status_code == 200
        assert "no nuts" not in answer.text
        assert "without steps" not in answer.text
    assert looks() == []


def test_a_student_sees_the_list_of_people_and_no_way_to_needs(as_person, visit, student, dana):
    client = as_person(student)
    assert "needs/" not in client.get(f"/visits/{visit.reference}/people/").text
    for part in ("people/needs/", f"people/{dana.pk}/needs/"):
        assert client.get(f"/visits/{visit.reference}/{part}").status_code == 403
    assert looks() == []


def test_the_log_keeps_that_needs_were_written_and_never_what(as_person, alice, visit):
    person = factories.create_person(visit)
    page = f"/visits/{visit.reference}/people/{person.pk}/needs/"
    as_person(alice).post(page, {"access": "canary", "meals": "canary"})

    entry = AuditEntry.objects.get(verb="needs.written")
    assert (entry.subject_id, entry.by_user) == (person.pk, alice.pk)
    assert "canary" not in str(list(AuditEntry.objects.values()))


def test_empty_needs_are_no_row(as_person, alice, visit, dana):
    client, page = as_person(alice), f"/visits/{visit.reference}/people/{dana.pk}/needs/"
    client.post(page, typed(client.get(page), access="", meals=" "))

    assert not Need.objects.exists()


def test_two_who_write_the_first_needs_of_a_person_do_not_overwrite_each_other(as_person, alice, visit):
    person = factories.create_person(visit)
    client, page = as_person(alice), f"/visits/{visit.reference}/people/{person.pk}/needs/"
    first, second, third = (client.get(page) for _n in range(3))
    client.post(page, typed(first, meals="no nuts"))
    assert client.post(page, typed(second, meals="vegetarian")).status_code == 409
    client.post(page, typed(third, access="no steps"))

    need = Need.objects.get()
    assert (need.access, need.meals) == ("no steps", "no nuts")


@pytest.mark.parametrize("sent", [{"access": "x" * 1_000_000}, {"meals": "a\x07b"}])
def test_needs_that_cannot_be_kept_come_back(as_person, alice, visit, sent):
    person = factories.create_person(visit)
    answer = as_person(alice).post(f"/visits/{visit.reference}/people/{person.pk}/needs/", sent)

    assert list(answer.context["form"].errors) == list(sent)
    assert {name: form_of(answer)[name] for name in sent} == {name: [value] for name, value in sent.items()}
    assert not Need.objects.exists()


# --- deletion ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "left"), [(0, 1), (29, 1), (30, 0), (400, 0)])
def test_needs_are_deleted_thirty_days_after_the_visit(visit, dana, days, left):
    last = visit.ends_on
    with time_machine.travel(factories.moment("03:40", last + datetime.timedelta(days=days)), tick=False):
        assert delete_needs() == 1 - left
        assert delete_needs() == 0  # a second run does no harm

    assert Need.objects.count() == left
    entries = AuditEntry.objects.filter(verb="needs.deleted")
    assert [(entry.via, entry.facts) for entry in entries] == ([] if left else [("job", {"count": 1})])


def test_the_deletion_leaves_other_visits_alone(alice, visit, dana):
    later = factories.create_visit(starts_on=DAY_ONE, ends_on=DAY_ONE + datetime.timedelta(days=13))
    undated = factories.create_visit(starts_on=None, ends_on=None)
    for other in (later, undated):
        actions.write_needs(person=factories.create_person(other), access="x", meals="", by=alice)
    with time_machine.travel(factories.moment("03:40", visit.ends_on + datetime.timedelta(days=31)), tick=False):
        delete_needs()

    assert {need.person.visit for need in Need.objects.all()} == {later, undated}


def test_the_timetable_knows_the_deletion():
    assert JOBS["delete_needs"].work is delete_needs
