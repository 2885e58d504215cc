"""What holds of every public action: who is told of it, what it holds, when it is refused, what is written down."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from inspect import Parameter

import pytest
from django.db import connection, connections

from core.access import Refusal
from core.changing import Clash, value_of
from core.merging import comparable
from tests.guards.action import Action, Prepared, written
from tests.guards.actions_table import ACTIONS, NO_ACTIONS, public_functions
from tests.guards.visitors import changed, traces, undone
from visits.booking.models import Visit

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b")
EDITS = [name for name, action in ACTIONS.items() if action.is_edit]
OF_A_WHOLE = [name for name, action in ACTIONS.items() if action.is_of_a_whole]
OF_A_VISIT = [name for name in OF_A_WHOLE if name.startswith("visits.")]
HELD = [name for name, action in ACTIONS.items() if action.is_held]
SHAPE_OF_AN_EDIT = ["by", "via", "base", "values"]


def prepared(name: str) -> Prepared:
    return ACTIONS[name].set_up()


def base_of(edit: Prepared) -> dict:
    """What a page has read of the row that it is about to change."""
    row = next(iter(edit.told.values()))
    return {name: comparable(value_of(row, name)) for name in edit.action.other}


# --- the table and the shape ---------------------------------------------------------------------


def test_every_public_action_has_its_line_and_every_line_its_action():
    assert {*ACTIONS, *NO_ACTIONS} == public_functions().keys()
    assert not ACTIONS.keys() & NO_ACTIONS


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS)
def test_an_action_is_told_everything_by_name_and_by_whom(action: Action):
    kinds = {each.kind for each in action.parameters.values()}
    assert kinds <= {Parameter.KEYWORD_ONLY, Parameter.VAR_KEYWORD}
    assert ("by" in action.parameters) != action.is_by_themselves


def test_an_action_says_what_it_does():
    assert [name for name, action in ACTIONS.items() if not action.call.__doc__] == []


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_takes_the_thing_and_what_its_page_was_made_with(name: str):
    parameters = ACTIONS[name].parameters
    _thing, *others = parameters
    assert others == SHAPE_OF_AN_EDIT
    assert parameters["values"].kind is Parameter.VAR_KEYWORD
    assert parameters["base"].default is None


# --- what it holds -------------------------------------------------------------------------------


@contextmanager
def statements() -> Iterator[list[str]]:
    """All that is asked of the database within."""
    seen = []

    def note(execute, sql, params, many, context):
        seen.append(str(sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def first_is_the_lock(seen: list[str], table: str) -> bool:
    """Whether a row of the table is locked before anything is written."""
    locks = [number for number, sql in enumerate(seen) if "FOR UPDATE" in sql and f'FROM "{table}"' in sql]
    writes = [number for number, sql in enumerate(seen) if WRITES.match(sql)]
    return bool(locks) and (not writes or locks[0] < writes[0])


@pytest.mark.django_db
@pytest.mark.parametrize("name", HELD)
def test_what_is_changed_is_held_before_anything_is_written(name: str):
    action = prepared(name)
    with statements() as seen:
        action()
    assert first_is_the_lock(seen, action.made._meta.db_table), "\n".join(seen)


@pytest.mark.django_db
def test_a_change_that_locks_too_late_would_be_found(visit):
    with statements() as too_late:
        visit.save()
        Visit.objects.select_for_update().get(pk=visit.pk)
    assert not first_is_the_lock(too_late, "visits_visit")


# --- states --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", OF_A_VISIT)
def test_an_action_is_refused_in_a_state_that_does_not_have_it_and_writes_nothing(name: str):
    action = prepared(name)
    for state in set(Visit.Status.values) - set(action.action.states):
        Visit.objects.filter(pk=action.made.pk).update(status=state)
        before = traces()
        with pytest.raises(action.action.refusal):
            action()
        assert changed(before) == [], state


@pytest.mark.django_db
@pytest.mark.parametrize("name", OF_A_VISIT)
def test_an_action_is_done_in_each_state_that_has_it(name: str):
    action = prepared(name)
    for state in action.action.states:
        Visit.objects.filter(pk=action.made.pk).update(status=state)
        before = traces()
        with undone():
            action()
            assert changed(before), state


# --- what is written down ------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_written_down_once_and_mails_whom_it_says(name: str):
    action = prepared(name)
    entries, mails = written()
    action()
    assert written() == (entries + action.action.entries, mails + action.action.mails)


@pytest.mark.django_db
@pytest.mark.parametrize("name", OF_A_WHOLE)
def test_a_change_raises_the_revision_of_its_whole(name: str):
    action = prepared(name)
    before = action.revision
    action()
    assert action.revision > before


@pytest.mark.django_db
@pytest.mark.parametrize("name", OF_A_VISIT)
def test_what_is_refused_leaves_the_revision(name: str):
    action = prepared(name)
    Visit.objects.filter(pk=action.made.pk).update(status="closed")
    before = action.revision
    with pytest.raises(Refusal):
        action()
    assert action.revision == before


@pytest.mark.django_db(transaction=True)
def test_twenty_changes_at_once_raise_the_revision_twenty_times():
    action = prepared("visits.booking.actions.add_aim")
    before = action.revision

    def add(number: int) -> None:
        try:
            action(words=f"{number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as people:
        list(people.map(add, range(20)))

    assert action.revision == before + 20
    assert sorted(action.made.aims.values_list("position", flat=True)) == list(range(20))


# --- edits ---------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_that_changes_nothing_leaves_no_trace(name: str):
    edit = prepared(name)
    edit()
    before, entries = edit.revision, written()
    edit()
    assert (edit.revision, written()) == (before, entries)


@pytest.mark.django_db
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_of_what_somebody_else_has_changed_meanwhile_is_a_clash_and_writes_nothing(name: str):
    edit = prepared(name)
    base = base_of(edit)
    edit(**edit.action.other)
    before = traces()
    with pytest.raises(Clash):
        edit(base=base)
    assert changed(before) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_keeps_what_only_somebody_else_has_changed(name: str):
    edit = prepared(name)
    base = base_of(edit)
    row = next(iter(edit.told.values()))
    as_it_was = {each: value_of(row, each) for each in edit.action.other}
    edit(**edit.action.other)
    before = edit.revision
    kept = edit(base=base, **as_it_was)
    assert {each: comparable(value_of(kept, each)) for each in edit.action.other} == {
        each: comparable(value) for each, value in edit.action.other.items()
    }
    assert edit.revision == before
