"""Breaks one statement after the other under an action: all of it happens, or nothing of it.

The database may give up at any statement (a lock that takes too long, a server that is stopped), and at the commit,
where nobody knows afterwards whether it has happened.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import OperationalError, connection

from core.access import Refusal
from tests.guards.action import Action, Prepared, written
from tests.guards.visitors import changed, traces

MOST = 200  # statements of one action


class Fault(OperationalError):
    pass


def break_everywhere(action: Action) -> int:
    """Sets the action up, breaks it at each statement and at the commit, and does it in the end. How many there were.

    To be called where transactions really commit.
    """
    prepared = action.set_up()
    for number in itertools.count(1):
        assert number < MOST
        before, entries, mails = traces(), *written()
        with fault_at(number) as met:
            finished = _is_done(prepared)
        if finished:
            assert not met, f"the fault at statement {number} was swallowed"
            break
        assert changed(before) == [], f"statement {number} left traces: {met}"
    assert written() == (entries + action.entries, mails + action.mails)
    return number - 1


def break_the_commit(action: Action, *, is_done: bool) -> None:
    """The connection goes with the commit: before it is carried out, or when it ``is_done`` and only the word of it
    is lost. The second time nothing goes wrong.
    """
    prepared = action.set_up()
    before, entries, mails = traces(), *written()
    with fault_at_commit(is_done=is_done):
        assert not _is_done(prepared)
    if is_done:
        assert bool(changed(before))
        assert written() == (entries + action.entries, mails + action.mails)
        with suppress(Refusal):  # most say that it is done already; what may stand twice is kept apart by the form
            prepared()
            assert written()[0] in {entries + action.entries, entries + 2 * action.entries}
    else:
        assert changed(before) == []
        prepared()
        assert written() == (entries + action.entries, mails + action.mails)


def _is_done(prepared: Prepared) -> bool:
    try:
        prepared()
    except Fault:
        return False
    return True


@contextmanager
def fault_at(number: int) -> Iterator[list[str]]:
    """The statement of this number fails; it stands in the list then."""
    met, counter = [], itertools.count(1)

    def run(execute, sql, params, many, context):
        if next(counter) == number:
            met.append(str(sql))
            raise Fault(f"at statement {number}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield met


@contextmanager
def fault_at_commit(*, is_done: bool) -> Iterator[None]:
    commit = connection._commit

    def break_off() -> None:
        if is_done:
            commit()
        raise Fault("at the commit")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "_commit", break_off)
        yield
