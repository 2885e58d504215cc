"""The database fails at any statement of any action: nothing of it has happened, and it can be done again."""

import pytest

from tests.guards.actions_table import ACTIONS
from tests.guards.faults import break_everywhere, break_the_commit

# One statement that is its own transaction: there is no commit that could fail apart from it.
WITHOUT_A_COMMIT = {"accounts.actions.mark_opened"}

pytestmark = [pytest.mark.nightly, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_that_is_broken_off_has_not_happened(name: str, tell):
    tell(f"{break_everywhere(ACTIONS[name])} statements")


@pytest.mark.parametrize("name", sorted(ACTIONS.keys() - WITHOUT_A_COMMIT))
@pytest.mark.parametrize("is_done", [False, True], ids=["not carried out", "carried out"])
def test_a_commit_of_which_no_word_comes_is_whole_or_nothing(name: str, is_done: bool):
    break_the_commit(ACTIONS[name], is_done=is_done)
