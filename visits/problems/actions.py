"""Answering a problem: it may stand, for a reason."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.access import Refusal
from core.audit import AuditEntry
from core.changing import changing
from visits.booking.models import Visit
from visits.problems.find import find
from visits.problems.models import PassedProblem
from visits.problems.problem import kind_of
from visits.programme.programme import Programme

PAGE = AuditEntry.Via.PAGE


def pass_problem(*, visit: Visit, key: str, reason: str, by: User, via: str = PAGE) -> PassedProblem:
    """Let an *ask* stand, with one sentence of reason.

    Raises Refusal when the problem is not there any more, or is not one that may be passed.
    """
    with changing(visit, by=by, via=via, states=Visit.OPEN) as change:
        problem = next((each for each in find(Programme.of(change.whole)) if each.key == key), None)
        if problem is None:
            raise Refusal(_("This is not a problem any more: something has changed. Look at the programme again."))
        if problem.passed_because:
            raise Refusal(_("Somebody has given a reason for this already."))
        if not problem.can_be_passed:
            raise Refusal(_("This cannot be passed with a reason. It has to be mended."))
        passed = PassedProblem.objects.create(visit=change.whole, key=key, reason=reason, by_user=by.pk)
        change.record("problem.passed", change.whole, name="title", kind=problem.kind)
        return passed


def ask_again(*, visit: Visit, key: str, by: User, via: str = PAGE) -> None:
    """Take a reason back: the question is open again."""
    with changing(visit, by=by, via=via, states=Visit.OPEN) as change:
        taken_back, _by_model = change.whole.passed_problems.filter(key=key).delete()
        if not taken_back:
            raise Refusal(_("Nobody has given a reason for this, or somebody has taken it back already."))
        change.record("problem.asked_again", change.whole, name="title", kind=kind_of(key))
