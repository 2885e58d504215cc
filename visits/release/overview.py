"""The pages that look at a whole visit: the list of visits, and one visit."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from core.names_by_reference import names_of
from partners.spoken_languages import language_name
from visits.booking.access import visit_for
from visits.booking.models import Visit
from visits.booking.permissions import can_edit_visit, can_plan
from visits.delegation.permissions import can_see_planning, drafts_seen_by
from visits.delegation.roster import roster_of
from visits.delegation.status_views import next_states
from visits.problems.cards import cards
from visits.problems.find import find, open_ones
from visits.programme.day_drawing import day_thumbnails
from visits.programme.programme import Programme
from visits.release.page_parts import who
from visits.release.permissions import can_publish
from visits.release.summary import summaries_of

A_PAGE = 25


@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    """Every visit that this person may see, those to come first, each with a thumbnail of its days."""
    everything = request.GET.get("which") == "all"
    rows = Visit.objects.visible_to(request.user).for_list()
    rows = rows if everything else rows.open()
    page = Paginator(rows.order_by("starts_on", "reference"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": with_summaries(list(page.object_list), reader=request.user),
        "everything": everything,
        "can_plan": can_plan(request.user),
    }
    return render(request, "visits/release/list.html", context)


def with_summaries(visits: list[Visit], *, reader: User) -> list[dict]:
    """Each visit with what is kept of it, for whoever may see its draft. At most two queries for the whole list."""
    drafts = drafts_seen_by(reader, [visit.pk for visit in visits])
    summaries = summaries_of([visit for visit in visits if visit.pk in drafts])
    return [{"visit": visit, "summary": summaries.get(visit.pk)} for visit in visits]


@require_safe
def visit(request: HttpRequest, reference: str) -> HttpResponse:
    """One visit: where it stands, what waits, and the way into each of its rooms. Guests go to their itinerary."""
    visit = visit_for(request.user, reference)
    if not can_see_planning(request.user, visit):
        return redirect("visits:itinerary", visit.reference)
    programme = Programme.of(visit)
    problems = open_ones(find(programme))
    moves = list(visit.moves.all())
    names = names_of(users=[move.by_user for move in moves])
    context = {
        "visit": visit,
        "aims": [(aim, language_name(aim.words_language)) for aim in programme.aims],
        "roster": roster_of(programme.everybody),
        "days": day_thumbnails(programme.sessions, visit.days),
        "count": len(programme.sessions),
        "cards": cards(problems[:3], visit, can_edit=False),
        "problem_count": len(problems),
        "newest": visit.live,
        "moves": [(move, who(names, move.by_user)) for move in moves],
        "next_states": next_states(visit) if can_plan(request.user) else [],
        "can_edit": can_edit_visit(request.user, visit),
        "can_publish": can_publish(request.user, visit),
    }
    return render(request, "visits/release/visit.html", context)
