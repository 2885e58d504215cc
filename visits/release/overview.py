"""The pages that look at a whole visit: the list of visits, and one visit."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
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
from visits.delegation.roster import roster
from visits.delegation.status_views import next_states
from visits.problems.cards import cards
from visits.problems.find import find, open_ones
from visits.problems.ground import Ground
from visits.programme.day_drawing import day_thumbnails
from visits.programme.models import Session
from visits.release.page_parts import who
from visits.release.permissions import can_publish

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
        "rows": with_pictures(list(page.object_list), reader=request.user),
        "everything": everything,
        "can_plan": can_plan(request.user),
    }
    return render(request, "visits/release/list.html", context)


def with_pictures(visits: list[Visit], *, reader: User) -> list[dict]:
    """Each visit with its number of guests, and the thumbnail of its draft for whoever may see that.

    At most four queries for the whole list.
    """
    keys = [visit.pk for visit in visits]
    drafts = drafts_seen_by(reader, keys)
    sessions: dict = {key: [] for key in drafts}
    for session in Session.objects.filter(visit__in=drafts).select_related("offer"):
        sessions[session.visit_id].append(session)
    here = Q(people__left_at__isnull=True, people__part__in=["lead", "delegate"])
    guests = dict(Visit.objects.filter(pk__in=keys).values_list("pk").annotate(count=Count("people", filter=here)))
    return [
        {
            "visit": visit,
            "may_see_draft": visit.pk in sessions,
            "days": day_thumbnails(sessions.get(visit.pk, []), visit.days),
            "guests": guests.get(visit.pk, 0),
            "sessions": len(sessions.get(visit.pk, [])),
        }
        for visit in visits
    ]


@require_safe
def visit(request: HttpRequest, reference: str) -> HttpResponse:
    """One visit: where it stands, what waits, and the way into each of its rooms. Guests go to their itinerary."""
    visit = visit_for(request.user, reference)
    if not can_see_planning(request.user, visit):
        return redirect("visits:itinerary", visit.reference)
    ground = Ground.of(visit)
    problems = open_ones(find(visit, ground))
    moves = list(visit.moves.all())
    names = names_of(users=[move.by_user for move in moves])
    context = {
        "visit": visit,
        "aims": [(aim, language_name(aim.words_language)) for aim in ground.aims],
        "roster": roster(visit),
        "days": day_thumbnails(ground.sessions, visit.days),
        "count": len(ground.sessions),
        "cards": cards(problems[:3], visit, can_edit=False),
        "problem_count": len(problems),
        "newest": visit.releases.without_body().newest_first().first(),
        "moves": [(move, who(names, move.by_user)) for move in moves],
        "next_states": next_states(visit) if can_plan(request.user) else [],
        "can_edit": can_edit_visit(request.user, visit),
        "can_publish": can_publish(request.user, visit),
    }
    return render(request, "visits/release/visit.html", context)
