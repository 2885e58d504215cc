"""The list of visits, and the page of one visit."""

import datetime

import pytest
import time_machine

from core.audit import AuditEntry
from core.translated import text
from tests import factories
from tests.factories import DAY_ONE, create_session
from visits.booking.actions import move_visit
from visits.release.actions import publish_release
from visits.release.summary import write_those_behind

pytestmark = pytest.mark.django_db


def busy_visit(alice, sessions: int = 2, **fields):
    """A visit with something of everything that an overview shows."""
    visit = factories.create_visit(lead_coordinator=alice, **fields)
    for number in range(sessions):
        venue = factories.create_venue(capacity=9)
        factories.create_member(visit).undertakings.create(version="1.0", language="cs", received_on=DAY_ONE)
        create_session(
            visit,
            at=f"{8 + number // 2:02}:{number % 2 * 30:02}",
            until=f"{8 + number // 2:02}:{number % 2 * 30 + 25:02}",
            venue=venue,
            space=venue.spaces.get(),
            to_venue=None,
            hosts=[factories.create_contact()],
            aims=[factories.create_aim(visit)],
            offer=factories.create_offer(),
            lead_staff=alice,
            lead_person=visit.people.first(),
            group=visit.groups.create(name=text("A")),
        )
    publish_release(visit=visit, by=alice)
    return visit


# --- the list ------------------------------------------------------------------------------------


def listed(answer) -> list[str]:
    return [str(row["visit"]) for row in answer.context["rows"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_number_of_queries(as_person, alice, count, django_assert_num_queries):
    for _n in range(count):
        busy_visit(alice)
    client = as_person(alice)
    write_those_behind()

    with django_assert_num_queries(5):
        assert client.get("/visits/").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_a_guest_takes_the_same_number_of_queries(as_person, alice, bob, count, django_assert_num_queries):
    for _n in range(count):
        factories.create_member(busy_visit(alice), user=bob)
    client = as_person(bob)
    write_those_behind()

    with django_assert_num_queries(5):
        assert client.get("/visits/").status_code == 200


def test_the_list_shows_what_is_open_by_its_first_day(as_person, alice):
    for number, status in enumerate(["planning", "finished", "confirmed", "cancelled", "scoping", "closed"]):
        day = DAY_ONE - datetime.timedelta(days=number)
        factories.create_visit(f"Visit {status}", status=status, starts_on=day, ends_on=day)
    factories.create_visit("Visit undated", starts_on=None, ends_on=None)
    client = as_person(alice)

    assert listed(client.get("/visits/")) == ["Visit scoping", "Visit confirmed", "Visit planning", "Visit undated"]
    assert len(listed(client.get("/visits/?which=all"))) == 7


@pytest.mark.parametrize(("number", "length"), [("1", 25), ("2", 2), ("99", 2), ("x", 25), ("-1", 2)])
def test_a_long_list_has_pages_and_any_number_leads_to_one(as_person, alice, number, length):
    city = factories.create_city()
    for _n in range(27):
        factories.create_visit(city=city)
    answer = as_person(alice).get("/visits/", {"page": number})

    assert answer.status_code == 200
    assert len(listed(answer)) == length


def test_each_visit_has_a_picture_of_its_draft_and_the_number_of_its_guests(as_person, alice):
    visit = busy_visit(alice, sessions=3)
    factories.create_person(visit, part="interpreter")
    left = factories.create_person(visit)
    left.left_at = left.changed_at
    left.save()
    answer = as_person(alice).get("/visits/")

    summary = answer.context["rows"][0]["summary"]
    assert (summary.guests, summary.sessions, [len(day["blocks"]) for day in summary.thumbnail]) == (3, 3, [3, 0])
    assert "3 guests" in answer.text
    assert 'aria-label="The programme has 3 entries."' in answer.text


def test_a_guest_is_listed_their_visit_without_its_draft(as_person, alice, visit, bob):
    factories.create_visit("Somebody else's")
    create_session(visit)
    answer = as_person(bob).get("/visits/")

    assert listed(answer) == ["Demo visit"]
    assert "day-thumb" not in answer.text
    assert "planning" not in answer.text


def test_a_student_is_listed_the_draft_of_their_own_visit_alone(as_person, visit):
    member = factories.create_member(visit, "Stan", part="student", access_ends_on="2100-01-01")
    other = factories.create_member(factories.create_visit("Where Stan is a guest"), user=member.invitation.user)
    create_session(visit)
    create_session(other.visit)
    answer = as_person(member.invitation.user).get("/visits/")

    found = {str(row["visit"]): row["summary"] and row["summary"].sessions for row in answer.context["rows"]}
    assert found == {"Demo visit": 1, "Where Stan is a guest": None}


def test_an_empty_list_says_how_to_begin(as_person, alice, editor):
    assert 'href="/visits/add/"' in as_person(alice).get("/visits/").text
    answer = as_person(editor).get("/visits/")
    assert (answer.status_code, 'href="/visits/add/"' in answer.text) == (200, False)


# --- one visit -----------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 25])
def test_the_overview_takes_the_same_number_of_queries(as_person, alice, count, django_assert_num_queries):
    visit = busy_visit(alice, sessions=count)
    for status in ["confirmed", "planning"] * count:
        move_visit(visit=visit, to=status, by=factories.create_user(roles=["coordinator"]))
    client = as_person(alice)
    client.get(visit.get_absolute_url())

    with django_assert_num_queries(12):
        assert client.get(visit.get_absolute_url()).status_code == 200


def test_the_overview_tells_where_a_visit_stands(as_person, alice):
    visit = busy_visit(alice)
    move_visit(visit=visit, to="confirmed", by=alice, why="All hosts said yes.")
    answer = as_person(alice).get(visit.get_absolute_url())

    for words in (
        "9–10 March 2027",
        "led by Alice",
        "2 entries in the draft.",
        "Guests see release 1",
        "All hosts said yes.",
    ):
        assert words in answer.text
    assert [value for value, _words in answer.context["next_states"]] == [
        "planning",
        "postponed",
        "finished",
        "cancelled",
    ]


def test_the_overview_of_a_bare_visit_says_what_to_do(as_person, alice):
    visit = factories.create_visit(starts_on=None, ends_on=None, lead_coordinator=None)
    page = as_person(alice).get(visit.get_absolute_url()).text

    for words in (
        "The days are not agreed yet.",
        "Nothing is written down yet.",
        "Nobody is on the list yet.",
        "Nothing is published yet.",
    ):
        assert words in page


def test_what_came_by_import_is_told_as_the_portals_own(as_person, alice, visit):
    move_visit(visit=visit, to="confirmed", by=None, via=AuditEntry.Via.IMPORT)

    assert [who for _move, who in as_person(alice).get(visit.get_absolute_url()).context["moves"]] == [
        "the portal itself"
    ]


def test_a_mover_who_is_gone_is_told_as_gone(as_person, alice, visit):
    carol = factories.create_user("Carol", roles=["coordinator"])
    move_visit(visit=visit, to="confirmed", by=carol)
    carol.delete()

    assert "somebody who is no longer here" in as_person(alice).get(visit.get_absolute_url()).text


def test_a_student_sees_the_overview_without_what_they_may_not_do(as_person, visit):
    student = factories.create_member(visit, "Stan", part="student", access_ends_on="2100-01-01").invitation.user
    create_session(visit)
    page = as_person(student).get(visit.get_absolute_url())

    assert page.status_code == 200
    for part in ("edit/", "move/", "aims/add/", "publish/"):
        assert f"{visit.get_absolute_url()}{part}" not in page.text


def test_the_days_of_a_visit_are_leeds_days(client, alice):
    """Just after midnight in summer it is still yesterday in UTC."""
    day = datetime.date(2027, 6, 15)
    visit = factories.create_visit(starts_on=day, ends_on=day)
    create_session(visit, at="00:15", until="01:00", day=day)
    with time_machine.travel(factories.moment("00:30", day), tick=False):
        answer = factories.sign_in(client, alice).get(f"/visits/{visit.reference}/programme/")

    assert [(each.date, len(each.blocks), each.is_outside) for each in answer.context["days"]] == [(day, 1, False)]
