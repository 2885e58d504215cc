"""The database fails in the middle of an action: nothing of it has happened, and it can be done again.

Here are some that differ; all of them are broken in `make nightly`.
"""

import pytest
from django.db import transaction

from core.audit import record
from tests.guards.action import Action
from tests.guards.actions_table import ACTIONS
from tests.guards.faults import Fault, break_everywhere, break_the_commit

pytestmark = pytest.mark.django_db(transaction=True)

SOME = [
    "visits.programme.actions.add_session",
    "visits.programme.actions.edit_session",
    "visits.release.actions.publish_release",
    "visits.delegation.actions.invite_person",
    "visits.delegation.actions.let_person_leave",
    "visits.delegation.actions.write_needs",
    "visits.delegation.actions.move_visit_and_mail",
    "visits.programme.actions.remove_session",
]


@pytest.mark.parametrize("name", SOME)
def test_an_action_that_is_broken_off_has_not_happened(name: str):
    assert break_everywhere(ACTIONS[name]) > 4


@pytest.mark.parametrize("name", SOME[1:4])
@pytest.mark.parametrize("is_done", [False, True], ids=["not carried out", "carried out"])
def test_a_commit_of_which_no_word_comes_is_whole_or_nothing(name: str, is_done: bool):
    break_the_commit(ACTIONS[name], is_done=is_done)


def test_an_action_in_two_transactions_would_be_found():
    def in_two(*, visit, by):
        with transaction.atomic():
            visit.save()
        with transaction.atomic():
            record("visit.edited", visit, by=by)

    with pytest.raises(AssertionError, match="left traces"):
        break_everywhere(Action(in_two, lambda made: {"visit": made}))


def test_an_action_that_goes_on_after_a_fault_would_be_found():
    def swallowing(*, visit, by):
        try:
            with transaction.atomic():
                record("visit.read", visit, by=by)
        except Fault:
            pass

    with pytest.raises(AssertionError, match="swallowed"):
        break_everywhere(Action(swallowing, lambda made: {"visit": made}))
