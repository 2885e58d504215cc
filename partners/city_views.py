"""Pages on which editors write about cities and publish what they wrote. Coordinators may read them."""

from itertools import pairwise

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.audit import AuditEntry
from core.languages import in_order
from core.names_by_reference import names_of
from core.published import digest, is_news
from core.unsent import received
from partners import actions, editions, history, permissions
from partners.city_forms import AddCityForm, AgreementForm, CityForm, PublishForm, TopicForm
from partners.city_page import page_of
from partners.form_page import FORM_METHODS, form_page, saved
from partners.models import City

HAPPENINGS_ON_A_PAGE = 40


@require_safe
def cities(request: HttpRequest) -> HttpResponse:
    require(permissions.can_see_cities(request.user))
    rows = in_order(City.objects.for_list())
    context = {"cities": rows, "can_edit": permissions.can_edit_cities(request.user)}
    return render(request, "partners/cities.html", context)


@require_safe
def city(request: HttpRequest, slug: str) -> HttpResponse:
    require(permissions.can_see_cities(request.user))
    row = get_object_or_404(City.objects.with_parts().select_related("live"), slug=slug)
    context = {
        "city": row,
        "missing": editions.missing(row),
        "has_news": is_news(row, editions.write(row)),
        "can_edit": permissions.can_edit_cities(request.user),
    }
    return render(request, "partners/city.html", context)


@require_http_methods(FORM_METHODS)
def city_add(request: HttpRequest) -> HttpResponse:
    require(permissions.can_edit_cities(request.user))
    form = AddCityForm(received(request))
    if request.method == "POST" and form.save_by(actions.add_city, by=request.user):
        told = _("%(city)s added. Now write about it.") % {"city": form.saved}
        return saved(request, form, told, "partners:city-edit", form.saved.slug)
    return form_page(request, form, title=_("Add a city"), label=_("Add city"), crumbs=breadcrumbs())


@require_http_methods(FORM_METHODS)
def city_edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = _city_to_edit(request, slug)
    form = CityForm(received(request), instance=row)
    if request.method == "POST" and form.save_by(actions.edit_city, city=row, by=request.user):
        return saved(request, form, _("%(city)s saved.") % {"city": form.saved}, "partners:city", row.slug)
    title = _("Edit %(city)s") % {"city": row}
    return form_page(request, form, title=title, label=_("Save"), crumbs=breadcrumbs(row))


@require_http_methods(FORM_METHODS)
def topic_add(request: HttpRequest, slug: str) -> HttpResponse:
    row = _city_to_edit(request, slug)
    form = TopicForm(received(request), initial={"position": row.topics.count()})
    if request.method == "POST" and form.save_by(actions.add_topic, city=row, by=request.user):
        return saved(request, form, _("Topic added."), "partners:city", row.slug)
    return form_page(request, form, title=_("Add a topic"), label=_("Add topic"), crumbs=breadcrumbs(row))


@require_http_methods(FORM_METHODS)
def topic_edit(request: HttpRequest, slug: str, pk) -> HttpResponse:
    row = _city_to_edit(request, slug)
    topic = get_object_or_404(row.topics, pk=pk)
    form = TopicForm(received(request), instance=topic)
    if request.method == "POST" and form.save_by(actions.edit_topic, topic=topic, by=request.user):
        return saved(request, form, _("Topic saved."), "partners:city", row.slug)
    remove = {"url": reverse("partners:topic-remove", args=[row.slug, pk]), "label": _("Remove this topic")}
    return form_page(request, form, title=_("Edit the topic"), label=_("Save"), crumbs=breadcrumbs(row), remove=remove)


@require_POST
def topic_remove(request: HttpRequest, slug: str, pk) -> HttpResponse:
    row = _city_to_edit(request, slug)
    actions.remove_topic(topic=get_object_or_404(row.topics, pk=pk), by=request.user)
    messages.success(request, _("Topic removed."))
    return redirect("partners:city", row.slug)


@require_http_methods(FORM_METHODS)
def agreement_add(request: HttpRequest, slug: str) -> HttpResponse:
    row = _city_to_edit(request, slug)
    form = AgreementForm(received(request))
    if request.method == "POST" and form.save_by(actions.add_agreement, city=row, by=request.user):
        return saved(request, form, _("Agreement added."), "partners:city", row.slug)
    return form_page(request, form, title=_("Add an agreement"), label=_("Add agreement"), crumbs=breadcrumbs(row))


@require_http_methods(FORM_METHODS)
def agreement_edit(request: HttpRequest, slug: str, pk) -> HttpResponse:
    row = _city_to_edit(request, slug)
    agreement = get_object_or_404(row.agreements, pk=pk)
    form = AgreementForm(received(request), instance=agreement)
    if request.method == "POST" and form.save_by(actions.edit_agreement, agreement=agreement, by=request.user):
        return saved(request, form, _("Agreement saved."), "partners:city", row.slug)
    remove = {"url": reverse("partners:agreement-remove", args=[row.slug, pk]), "label": _("Remove this agreement")}
    return form_page(
        request, form, title=_("Edit the agreement"), label=_("Save"), crumbs=breadcrumbs(row), remove=remove
    )


@require_POST
def agreement_remove(request: HttpRequest, slug: str, pk) -> HttpResponse:
    row = _city_to_edit(request, slug)
    actions.remove_agreement(agreement=get_object_or_404(row.agreements, pk=pk), by=request.user)
    messages.success(request, _("Agreement removed."))
    return redirect("partners:city", row.slug)


# --- publishing --------------------------------------------------------------------------------------


@require_safe
def city_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The page as the public would see it if it were published now."""
    require(permissions.can_see_cities(request.user))
    row = get_object_or_404(City.objects.with_parts(), slug=slug)
    require(not editions.missing(row), _("The page of this city is not complete yet."))
    return render(request, "cities/city.html", {**page_of(editions.as_published(row)), "previewed": row})


@require_http_methods(FORM_METHODS)
def city_publish(request: HttpRequest, slug: str) -> HttpResponse:
    require(permissions.can_edit_cities(request.user))
    row = get_object_or_404(City.objects.select_related("live"), slug=slug)
    form = PublishForm(received(request), initial={"seen": digest(editions.as_published(row))})
    if request.method == "POST" and form.is_valid():
        edition = actions.publish_city(city=row, by=request.user, **form.cleaned_data)
        told = _("%(city)s published as number %(number)s.") % {"city": row, "number": edition.number}
        messages.success(request, told)
        return redirect("partners:city", row.slug)
    missing, rows = editions.missing(row), history.news(row)
    can_publish = not missing and (bool(rows) or row.live is None)
    context = {"city": row, "form": form, "missing": missing, "rows": rows, "can_publish": can_publish}
    return render(request, "partners/city_publish.html", context)


@require_http_methods(FORM_METHODS)
def city_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    require(permissions.can_edit_cities(request.user))
    row = get_object_or_404(City.objects.select_related("live"), slug=slug)
    form = PublishForm(received(request))
    if request.method == "POST" and form.is_valid():
        actions.withdraw_city(city=row, by=request.user, note=form.cleaned_data["note"])
        messages.success(request, _("%(city)s withdrawn from the public.") % {"city": row})
        return redirect("partners:city", row.slug)
    return render(request, "partners/city_withdraw.html", {"city": row, "form": form})


# --- history -----------------------------------------------------------------------------------------


@require_safe
def city_history(request: HttpRequest, slug: str) -> HttpResponse:
    require(permissions.can_see_cities(request.user))
    row = get_object_or_404(City.objects.select_related("live"), slug=slug)
    numbers = list(row.editions.without_body())
    page = Paginator(AuditEntry.objects.about(row), HAPPENINGS_ON_A_PAGE).get_page(request.GET.get("page"))
    for each, before in pairwise(numbers):
        each.previous = before.number
    context = {
        "city": row,
        "editions": numbers,
        "names": names_of(users=[each.published_by for each in numbers]),
        "page": page,
        "happenings": history.happenings(page.object_list),
    }
    return render(request, "partners/city_history.html", context)


@require_safe
def city_difference(request: HttpRequest, slug: str, older: int, newer: int) -> HttpResponse:
    """Any two published numbers beside each other."""
    require(permissions.can_see_cities(request.user))
    row = get_object_or_404(City, slug=slug)
    found = {each.number: each for each in row.editions.filter(number__in=[older, newer])}
    if found.keys() != {older, newer}:
        raise Http404
    context = {
        "city": row,
        "older": found[older],
        "newer": found[newer],
        "rows": history.between(found[older], found[newer]),
    }
    return render(request, "partners/city_difference.html", context)


# --- what these pages share --------------------------------------------------------------------------


def _city_to_edit(request: HttpRequest, slug: str) -> City:
    require(permissions.can_edit_cities(request.user))
    return get_object_or_404(City, slug=slug)


def breadcrumbs(city: City | None = None) -> list[dict]:
    """The crumbs down to the list of cities, or to the page of one."""
    crumbs = [{"label": _("Cities"), "url": reverse("partners:cities")}]
    return (
        crumbs if city is None else [*crumbs, {"label": str(city), "url": reverse("partners:city", args=[city.slug])}]
    )
