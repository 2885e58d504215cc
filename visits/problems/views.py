"""The programme with what does not fit beside it, and the answers to what was asked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.unsent import received
from visits.booking.access import visit_for, visit_to_change
from visits.booking.permissions import can_edit_visit
from visits.delegation.permissions import can_see_planning
from visits.problems import actions
from visits.problems.cards import cards
from visits.problems.find import find, open_ones
from visits.problems.forms import ReasonForm
from visits.problems.problem import Problem, Severity
from visits.programme.day_drawing import day_drawings
from visits.programme.models import Session
from visits.programme.permissions import can_edit_programme
from visits.programme.programme import Programme


@require_safe
def programme(request: HttpRequest, reference: str) -> HttpResponse:
    """The working draft: the days as drawings, and beside it what to look at."""
    visit = visit_for(request.user, reference)
    require(can_see_planning(request.user, visit))
    programme = Programme.of(visit)
    problems = find(programme)
    can_edit, can_plan = can_edit_programme(request.user, visit), can_edit_visit(request.user, visit)
    notes = [each for each in problems if each.severity == Severity.NOTE]
    drawings = day_drawings(programme.sessions, visit.days, url=_link(reference), problems=by_session(problems))
    context = {
        "visit": visit,
        "days": drawings,
        "cards": cards(open_ones(problems), visit, can_edit=can_edit, can_plan=can_plan),
        "notes": cards(notes, visit, can_edit=can_edit, can_plan=can_plan),
        "passed": [problem for problem in problems if problem.passed_because],
        "aims": programme.aims_served(),
        "can_edit": can_edit,
        "can_edit_visit": can_plan,
        "can_publish": can_plan,
        "kinds": Session.Kind.choices,
        "count": len(programme.sessions),
    }
    return render(request, "visits/problems/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pass_problem(request: HttpRequest, reference: str) -> HttpResponse:
    """Let a question stand, with one sentence of reason."""
    visit = visit_to_change(request, reference, may=can_see_planning)
    key = request.GET.get("key", "")
    problem = next((each for each in find(Programme.of(visit)) if each.key == key), None)
    if problem is None or not problem.can_be_passed:
        messages.info(request, _("This is no longer open: something has changed, or somebody has answered it."))
        return redirect("visits:programme", visit.reference)
    form = ReasonForm(received(request))
    if request.method == "POST" and form.save_by(actions.pass_problem, visit=visit, key=key, by=request.user):
        messages.success(request, _("Your reason is kept beside it."))
        return redirect("visits:programme", visit.reference)
    return render(request, "visits/problems/pass.html", {"visit": visit, "problem": problem, "form": form})


@require_POST
def ask_again(request: HttpRequest, reference: str) -> HttpResponse:
    visit = visit_to_change(request, reference, may=can_see_planning)
    actions.ask_again(visit=visit, key=request.POST.get("key", "")[:200], by=request.user)
    messages.success(request, _("The question is open again."))
    return redirect("visits:programme", visit.reference)


def by_session(problems: list[Problem]) -> dict:
    """The problems that stand beside each session in the drawing."""
    beside: dict = {}
    for problem in problems:
        for session in problem.sessions:
            if problem.is_open:
                beside.setdefault(session, []).append(problem)
    return beside


def _link(reference: str):
    return lambda session: reverse("visits:programme-edit", args=[reference, session.pk])
