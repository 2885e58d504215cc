"""Answering a problem: it may stand, for a reason."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.access import Refusal
from visits.booking.models import Visit
from visits.problems.find import find
from visits.problems.models import PassedProblem


@transaction.atomic
def pass_problem(*, visit: Visit, key: str, reason: str, by: User) -> PassedProblem:
    """Let an *ask* stand, with one sentence of reason. Runs under the lock on the visit.

    Raises Refusal when the problem is not there any more, or is not one that may be passed.
    """
    problem = next((each for each in find(visit) if each.key == key), None)
    if problem is None:
        raise Refusal(_("This is not a problem any more: something has changed. Look at the programme again."))
    if problem.passed_because:
        raise Refusal(_("Somebody has given a reason for this already."))
    if not problem.can_be_passed:
        raise Refusal(_("This cannot be passed with a reason. It has to be mended."))
    passed = PassedProblem.objects.create(visit=visit, key=key, reason=reason, by_user=by.pk)
    audit.record("problem.passed", visit, by=by, name=visit.title, kind=problem.kind)
    return passed


@transaction.atomic
def ask_again(*, visit: Visit, key: str, by: User) -> None:
    """Take a reason back: the question is open again."""
    taken_back, _by_model = visit.passed_problems.filter(key=key).delete()
    if not taken_back:
        raise Refusal(_("Nobody has given a reason for this, or somebody has taken it back already."))
    audit.record("problem.asked_again", visit, by=by, name=visit.title, kind=key.split(":")[0])
