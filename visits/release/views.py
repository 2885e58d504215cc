"""Previewing, publishing and reading the programme; and the pages that look at a whole visit."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require
from core.names_by_reference import Names, names_of
from core.published import NothingNew, as_stored, digest
from core.translated import as_text
from core.unsent import received
from visits.booking.access import visit_for
from visits.booking.models import Visit
from visits.booking.permissions import can_plan
from visits.delegation.models import Person
from visits.problems.find import find, open_ones
from visits.programme.programme import Programme
from visits.release import actions, permissions
from visits.release.difference import changes
from visits.release.document import write
from visits.release.forms import PreviewForm, PublishForm
from visits.release.itinerary import Reader, places_of, practices_shown, today_first
from visits.release.membership import membership_of
from visits.release.models import Release
from visits.release.page_parts import tabs, who
from visits.release.unchanged import mark


@require_safe
def itinerary(request: HttpRequest, reference: str) -> HttpResponse:
    """The newest release for whoever reads it: their days, their group, their language."""
    membership = membership_of(request.user, reference)
    if membership.release is None:
        return render(request, "visits/release/not_yet.html", {"visit": membership.visit})
    # Before the page is made: what changes meanwhile must not pass for what the page shows.
    page_mark = mark(request.session.session_key, request.user.pk, reference)
    context = {
        "visit": membership.visit,
        "release": membership.release,
        **as_read_by(membership.person, membership.release.body, membership.names()),
    }
    response = render(request, "visits/release/itinerary.html", context)
    if page_mark:  # a guest's phone keeps the page, and asks each time whether it is still so
        response.headers["ETag"] = page_mark
        patch_cache_control(response, private=True, no_cache=True)
    return response


@require_safe
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """What a given guest will see, in their language, if the draft is published as it is."""
    visit = visit_for(request.user, reference)
    require(permissions.can_see_releases(request.user, visit))
    form = PreviewForm(request.GET or None, visit=visit)
    person = form.person()
    document = as_stored(write(Programme.of(visit)))
    language = form.language(person)
    with translation.override(language):  # the guest's part alone; the page around it speaks to the coordinator
        guests_part = as_read_by(person, document, names_of(document))
        shown = render_to_string("visits/release/previewed.html", guests_part, request)
    can_publish = permissions.can_publish(request.user, visit)
    context = {"visit": visit, "form": form, "shown": shown, "shown_in": language, "can_publish": can_publish}
    return render(request, "visits/release/preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    """What changes for the guests, and the button that publishes it."""
    visit = visit_for(request.user, reference)
    require(can_plan(request.user))
    form = PublishForm(received(request))
    if request.method == "POST" and form.is_valid() and (done := _publish(request, visit, form)):
        return done
    programme = Programme.of(visit)
    document, problems = as_stored(write(programme)), open_ones(find(programme))
    form.show(digest(document))
    before = Release.objects.filter(pk=visit.live_id).first()
    context = {
        "visit": visit,
        "form": form,
        "before": before,
        "next_number": before.number + 1 if before else 1,
        "is_news": before is None or before.body != document,
        "differences": changes(before.body, document) if before else [],
        "is_empty": not document["sessions"],
        "may_publish": visit.status in Visit.RELEASES_IN,
        "kind": Release.Kind(document["kind"]),
        "open_problems": problems,
        "has_stops": any(problem.is_stop for problem in problems),
        "can_become_planned": visit.can_become(Visit.Status.PLANNING),
    }
    return render(request, "visits/release/publish.html", context, status=form.status_code)


def _publish(request: HttpRequest, visit: Visit, form: PublishForm) -> HttpResponse | None:
    """The answer; None where the person is to look at the page again."""
    try:
        release = actions.publish_release(visit=visit, by=request.user, **form.cleaned_data)
    except actions.LookAgain as changed:
        visit.refresh_from_db()
        form.look_again(changed.sentence)
        return None
    except NothingNew as same:
        message = _("Release %(number)s says this already; nothing was published twice.") % {
            "number": same.edition.number
        }
        messages.info(request, message)
        return redirect("visits:releases", visit.reference)
    messages.success(request, _message(release, visit))
    return redirect("visits:releases", visit.reference)


def _message(release: Release, visit: Visit) -> str:
    if visit.people.invited().exists():
        return _("Release %(number)s published. Guests see it now.") % {"number": release.number}
    return _(
        "Release %(number)s published. Nobody is invited yet: invite the people on the list, and they can see it."
    ) % {"number": release.number}


@require_safe
def releases(request: HttpRequest, reference: str) -> HttpResponse:
    visit = visit_for(request.user, reference)
    require(permissions.can_see_releases(request.user, visit))
    rows = list(visit.releases.without_body().newest_first())
    names = names_of(users=[row.published_by for row in rows])
    context = {
        "visit": visit,
        "releases": [(row, who(names, row.published_by), row.number - 1) for row in rows],
        "choices": [row.number for row in rows],
        "can_publish": permissions.can_publish(request.user, visit),
    }
    return render(request, "visits/release/releases.html", context)


@require_safe
def release(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One release as guests saw it, whole."""
    visit = visit_for(request.user, reference)
    require(permissions.can_see_releases(request.user, visit))
    found = get_object_or_404(visit.releases, number=number)
    context = {"visit": visit, "release": found, **as_read_by(None, found.body, names_of(found.body))}
    return render(request, "visits/release/release.html", context)


@require_safe
def compare_any(request: HttpRequest, reference: str) -> HttpResponse:
    """The small form below the list: any two numbers."""
    require(permissions.can_see_releases(request.user, visit_for(request.user, reference)))
    numbers = [request.GET.get(name, "") for name in ("before", "after")]
    if not all(number.isascii() and number.isdigit() and len(number) < 9 for number in numbers):
        raise Http404
    return redirect("visits:compare", reference, *sorted(int(number) for number in numbers))


@require_safe
def compare(request: HttpRequest, reference: str, before: int, after: int) -> HttpResponse:
    """Two releases beside each other: what differs, in words."""
    visit = visit_for(request.user, reference)
    require(permissions.can_see_releases(request.user, visit))
    old, new = (get_object_or_404(visit.releases, number=number) for number in (before, after))
    context = {"visit": visit, "old": old, "new": new, "differences": changes(old.body, new.body)}
    return render(request, "visits/release/compare.html", context)


def as_read_by(person: Person | None, document: dict, names: Names) -> dict:
    """What the itinerary's template needs, for one reader or for everybody."""
    today = timezone.localdate()
    reader = Reader(
        document,
        names,
        group=person.group_id if person else None,
        days=person.days if person else (),
        today=today,
    )
    days = reader.days()
    coordinator = document["coordinator"]
    return {
        "days": today_first(days, today),
        "tabs": tabs(days, today),
        "practices": practices_shown(days),
        "places": places_of(days),
        "coordinator": names.of(coordinator) if coordinator else "",
        "title": as_text(document["visit"]["title"]),
        "city": document["visit"]["city"],
        "kind": Release.Kind(document["kind"]).label,
    }
