"""The life of a visit: every move that there is, and none that there is not."""

import itertools

import pytest

from core.access import Refusal
from core.audit import AuditEntry
from tests import factories
from visits.booking import actions
from visits.booking.models import Move, Visit

ALLOWED = {
    ("enquiry", "scoping"),
    ("enquiry", "declined"),
    ("scoping", "planning"),
    ("scoping", "declined"),
    ("scoping", "postponed"),
    ("scoping", "cancelled"),
    ("planning", "confirmed"),
    ("planning", "postponed"),
    ("planning", "cancelled"),
    ("confirmed", "planning"),
    ("confirmed", "postponed"),
    ("confirmed", "cancelled"),
    ("confirmed", "finished"),
    ("postponed", "planning"),
    ("postponed", "cancelled"),
    ("finished", "closed"),
    ("declined", "scoping"),
    ("cancelled", "planning"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), list(itertools.product(Visit.Status.values, repeat=2)))
def test_a_visit_moves_only_along_its_life(alice, start, end):
    visit = factories.create_visit(status=start)

    if (start, end) in ALLOWED:
        assert actions.move_visit(visit=visit, to=end, by=alice).status == end
        assert Move.objects.get(visit=visit).by_user == alice.pk
    else:
        with pytest.raises(Refusal):
            actions.move_visit(visit=visit, to=end, by=alice)
        visit.refresh_from_db()
        assert visit.status == start


def test_a_move_is_kept_with_from_to_by_and_why(alice, visit):
    actions.move_visit(visit=visit, to="confirmed", by=alice, why="All hosts said yes.")

    move = visit.moves.get()
    assert (move.from_status, move.to_status, move.by_user, move.why) == (
        "planning",
        "confirmed",
        alice.pk,
        "All hosts said yes.",
    )
    assert AuditEntry.objects.filter(verb="visit.moved", subject_id=visit.pk).count() == 1


def test_references_count_up_for_each_city(alice):
    city = factories.create_city("Brno", slug="brno")
    visits = [actions.record_visit(city=city, title=factories.text("Visit"), by=alice) for _n in range(2)]

    assert [visit.reference for visit in visits] == ["brno-1", "brno-2"]


def test_somebody_who_was_slower_is_told_where_the_visit_stands(as_person, alice, visit):
    actions.move_visit(visit=visit, to="cancelled", by=alice)

    answer = as_person(alice).post(f"/visits/{visit.reference}/move/", {"to": "confirmed"}, follow=True)

    assert "This visit is cancelled now" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.status == "cancelled"
