"""Problems as a page shows them: at most a screenful, each with the steps that would mend it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from visits.booking.models import Visit
from visits.problems.problem import Problem


@dataclass(frozen=True)
class Card:
    severity: str
    heading: Any
    sentence: Any
    actions: list[dict]


def cards(problems: list[Problem], visit: Visit, *, can_edit: bool, can_plan: bool = False) -> list[Card]:
    """``can_edit`` the draft, or plan the visit: each gets the steps that are open to them."""
    passing = reverse("visits:problem-pass", args=[visit.reference])
    return [
        Card(
            str(problem.severity),
            problem.heading,
            problem.sentence,
            _actions(problem, passing, can_plan=can_plan) if can_edit else [],
        )
        for problem in problems
    ]


def _actions(problem: Problem, passing: str, *, can_plan: bool) -> list[dict]:
    mends = [mend for mend in problem.mends if can_plan or not mend.for_coordinators]
    actions = [{"label": mend.label, "url": mend.url} for mend in mends]
    if problem.can_be_passed:
        actions.append({"label": _("Keep it, with a reason"), "url": f"{passing}?{urlencode({'key': problem.key})}"})
    return actions
