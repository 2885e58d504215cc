"""Finds what does not fit in a programme. The page lists it and a person decides; no action is refused for it."""

import dataclasses

from visits.booking.models import Visit
from visits.problems import language_and_pages, people_and_purpose, time_and_place
from visits.problems.ground import Ground
from visits.problems.problem import ORDER, Problem

CHECKS = [*time_and_place.CHECKS, *people_and_purpose.CHECKS, *language_and_pages.CHECKS]


def find(visit: Visit, ground: Ground | None = None) -> list[Problem]:
    """Everything that the checks find, worst first, with the reasons for which some may stand."""
    ground = ground or Ground.of(visit)
    reasons = dict(visit.passed_problems.values_list("key", "reason"))
    found = {problem.key: problem for check in CHECKS for problem in check(ground)}
    answered = [dataclasses.replace(problem, passed_because=reasons.get(key, "")) for key, problem in found.items()]
    return sorted(answered, key=lambda problem: (bool(problem.passed_because), ORDER[problem.severity]))


def open_ones(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.is_open]
