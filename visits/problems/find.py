"""Finds what does not fit in a programme. The page lists it and a person decides; no action is refused for it."""

import uuid
from collections.abc import Mapping

from visits.problems import language_and_pages, people_and_purpose, time_and_place, twice
from visits.problems.models import PassedProblem
from visits.problems.problem import ORDER, Problem
from visits.programme.programme import Programme

CHECKS = [*time_and_place.CHECKS, *people_and_purpose.CHECKS, *twice.CHECKS, *language_and_pages.CHECKS]


def find(programme: Programme) -> list[Problem]:
    """Everything that the checks find, worst first, with the reasons for which some may stand. One query."""
    return find_all({programme.visit.pk: programme})[programme.visit.pk]


def find_all(programmes: Mapping[uuid.UUID, Programme]) -> dict[uuid.UUID, list[Problem]]:
    """The same for programmes that were read together, by the id of the visit. One query."""
    reasons: dict[uuid.UUID, dict[str, str]] = {visit: {} for visit in programmes}
    passed = PassedProblem.objects.filter(visit__in=programmes).order_by()
    for visit, key, reason in passed.values_list("visit", "key", "reason"):
        reasons[visit][key] = reason
    return {visit: _answered(programme, reasons[visit]) for visit, programme in programmes.items()}


def _answered(programme: Programme, reasons: Mapping[str, str]) -> list[Problem]:
    found = {problem.key: problem for check in CHECKS for problem in check(programme)}
    for key, problem in found.items():
        problem.passed_because = reasons.get(key, "")
    return sorted(found.values(), key=lambda problem: (bool(problem.passed_because), ORDER[problem.severity]))


def open_ones(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.is_open]
