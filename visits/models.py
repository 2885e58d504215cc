"""Gathers the rooms' models for Django."""

from visits.booking.models import Aim, Move, Visit
from visits.delegation.models import Group, Need, Person, Undertaking
from visits.problems.models import PassedProblem
from visits.programme.models import Session
from visits.release.models import Recount, Release, VisitSummary

__all__ = [
    "Aim",
    "Group",
    "Move",
    "Need",
    "PassedProblem",
    "Person",
    "Recount",
    "Release",
    "Session",
    "Undertaking",
    "Visit",
    "VisitSummary",
]
