"""Pages about organisations, the people in them and their venues. Council staff only."""

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.languages import in_order
from core.unsent import received
from partners import actions, permissions, travel
from partners.form_page import FORM_METHODS, form_page, saved
from partners.forms import (
    AddContactForm,
    AddTravelTimeForm,
    AddVenueForm,
    ContactForm,
    HouseRuleForm,
    OpeningForm,
    OrganisationForm,
    SpaceForm,
    TravelTimeForm,
    VenueForm,
)
from partners.maps import osm_url
from partners.models import Contact, Organisation, TravelTime, Venue
from partners.opening_hours import week
from partners.return_to import back_with, safe_next
from partners.spoken_languages import language_names

# --- organisations -----------------------------------------------------------------------------------


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    require(permissions.can_see_partners(request.user))
    context = {"organisations": in_order(Organisation.objects.for_list()), "can_edit": _can_edit(request)}
    return render(request, "partners/organisations.html", context)


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    require(permissions.can_see_partners(request.user))
    row = get_object_or_404(Organisation.objects.select_related("city"), slug=slug)
    context = {
        "organisation": row,
        "venues": in_order(row.venues.all()),
        "contacts": in_order(row.contacts.current()),
        "can_edit": _can_edit(request),
    }
    return render(request, "partners/organisation.html", context)


@require_http_methods(FORM_METHODS)
def organisation_add(request: HttpRequest) -> HttpResponse:
    require(permissions.can_edit_partners(request.user))
    form = OrganisationForm(received(request))
    if request.method == "POST" and form.save_by(actions.add_organisation, by=request.user):
        return saved(request, form, _("%(name)s added.") % {"name": form.saved}, form.saved)
    return form_page(
        request, form, title=_("Add an organisation"), label=_("Add organisation"), crumbs=breadcrumbs(Organisation)
    )


@require_http_methods(FORM_METHODS)
def organisation_edit(request: HttpRequest, slug: str) -> HttpResponse:
    require(permissions.can_edit_partners(request.user))
    row = get_object_or_404(Organisation, slug=slug)
    form = OrganisationForm(received(request), instance=row)
    if request.method == "POST" and form.save_by(actions.edit_organisation, organisation=row, by=request.user):
        return saved(request, form, _("%(name)s saved.") % {"name": form.saved}, row)
    title = _("Edit %(name)s") % {"name": row}
    return form_page(request, form, title=title, label=_("Save"), crumbs=breadcrumbs(row))


# --- contacts ----------------------------------------------------------------------------------------


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Everybody we know today; those who have left stand apart, behind a link."""
    require(permissions.can_see_partners(request.user))
    former = "former" in request.GET
    rows = [row for row in in_order(Contact.objects.for_list()) if row.is_current != former]
    for row in rows:
        row.speaks = language_names(row.languages)
    context = {"contacts": rows, "former": former, "can_edit": _can_edit(request)}
    return render(request, "partners/contacts.html", context)


@require_safe
def contact(request: HttpRequest, pk) -> HttpResponse:
    require(permissions.can_see_partners(request.user))
    row = get_object_or_404(Contact.objects.for_list(), pk=pk)
    context = {"contact": row, "speaks": language_names(row.languages), "can_edit": _can_edit(request)}
    return render(request, "partners/contact.html", context)


@require_http_methods(FORM_METHODS)
def contact_add(request: HttpRequest) -> HttpResponse:
    """A short form: what a programme needs at once. The long one follows on the contact's own page."""
    require(permissions.can_edit_partners(request.user))
    form = AddContactForm(received(request), initial={"organisation": request.GET.get("organisation")})
    if request.method == "POST" and form.save_by(actions.add_contact_with_organisation, by=request.user):
        return _added(request, form.saved)
    return _form_page_to_return_from(
        request, form, title=_("Add a person"), label=_("Add person"), crumbs=breadcrumbs(Contact)
    )


@require_http_methods(FORM_METHODS)
def contact_edit(request: HttpRequest, pk) -> HttpResponse:
    require(permissions.can_edit_partners(request.user))
    row = get_object_or_404(Contact.objects.select_related("organisation"), pk=pk)
    form = ContactForm(received(request), instance=row)
    if request.method == "POST" and form.save_by(actions.edit_contact, contact=row, by=request.user):
        return saved(request, form, _("%(name)s saved.") % {"name": form.saved}, row)
    title = _("Edit %(name)s") % {"name": row}
    return form_page(request, form, title=title, label=_("Save"), crumbs=breadcrumbs(row))


# --- venues ------------------------------------------------------------------------------------------


@require_safe
def venues(request: HttpRequest) -> HttpResponse:
    require(permissions.can_see_partners(request.user))
    context = {"venues": in_order(Venue.objects.for_list()), "can_edit": _can_edit(request)}
    return render(request, "partners/venues.html", context)


@require_safe
def venue(request: HttpRequest, slug: str) -> HttpResponse:
    require(permissions.can_see_partners(request.user))
    row = get_object_or_404(Venue.objects.for_page(), slug=slug)
    known = {travel_time.other_end(row): travel_time for travel_time in TravelTime.objects.from_venue(row)}
    others = in_order(Venue.objects.exclude(pk=row.pk).only("id", "slug", "name"))
    context = {
        "venue": row,
        "map_url": osm_url(row),
        "week": week(row.opening_hours.all()),
        "travel_times": [(other, known.get(other)) for other in others],
        "hosts": in_order([host for host in row.usual_hosts.all() if host.is_current]),
        "can_edit": _can_edit(request),
    }
    return render(request, "partners/venue.html", context)


@require_http_methods(FORM_METHODS)
def venue_add(request: HttpRequest) -> HttpResponse:
    """A short form: what a programme needs at once. The long one follows on the venue's own page."""
    require(permissions.can_edit_partners(request.user))
    form = AddVenueForm(received(request), initial={"organisation": request.GET.get("organisation")})
    if request.method == "POST" and form.save_by(actions.add_venue_with_organisation, by=request.user):
        return _added(request, form.saved)
    return _form_page_to_return_from(
        request, form, title=_("Add a venue"), label=_("Add venue"), crumbs=breadcrumbs(Venue)
    )


@require_http_methods(FORM_METHODS)
def venue_edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    form = VenueForm(received(request), instance=row)
    if request.method == "POST" and form.save_by(actions.edit_venue, venue=row, by=request.user):
        return saved(request, form, _("%(name)s saved.") % {"name": form.saved}, row)
    title = _("Edit %(name)s") % {"name": row}
    return form_page(request, form, title=title, label=_("Save"), crumbs=breadcrumbs(row))


@require_http_methods(FORM_METHODS)
def space_add(request: HttpRequest, slug: str) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    form = SpaceForm(received(request))
    if request.method == "POST" and form.save_by(actions.add_space, venue=row, by=request.user):
        return saved(request, form, _("Space added."), row)
    return form_page(request, form, title=_("Add a space"), label=_("Add space"), crumbs=breadcrumbs(row))


@require_http_methods(FORM_METHODS)
def space_edit(request: HttpRequest, slug: str, pk) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    space = get_object_or_404(row.spaces, pk=pk)
    form = SpaceForm(received(request), instance=space)
    if request.method == "POST" and form.save_by(actions.edit_space, space=space, by=request.user):
        return saved(request, form, _("Space saved."), row)
    remove = {"url": reverse("partners:space-remove", args=[row.slug, pk]), "label": _("Remove this space")}
    return form_page(request, form, title=_("Edit the space"), label=_("Save"), crumbs=breadcrumbs(row), remove=remove)


@require_POST
def space_remove(request: HttpRequest, slug: str, pk) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    actions.remove_space(space=get_object_or_404(row.spaces, pk=pk), by=request.user)
    messages.success(request, _("Space removed."))
    return redirect(row)


@require_http_methods(FORM_METHODS)
def house_rule_add(request: HttpRequest, slug: str) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    form = HouseRuleForm(received(request), initial={"position": row.house_rules.count()})
    if request.method == "POST" and form.save_by(actions.add_house_rule, venue=row, by=request.user):
        return saved(request, form, _("House rule added."), row)
    return form_page(request, form, title=_("Add a house rule"), label=_("Add house rule"), crumbs=breadcrumbs(row))


@require_http_methods(FORM_METHODS)
def house_rule_edit(request: HttpRequest, slug: str, pk) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    rule = get_object_or_404(row.house_rules, pk=pk)
    form = HouseRuleForm(received(request), instance=rule)
    if request.method == "POST" and form.save_by(actions.edit_house_rule, house_rule=rule, by=request.user):
        return saved(request, form, _("House rule saved."), row)
    remove = {"url": reverse("partners:house-rule-remove", args=[row.slug, pk]), "label": _("Remove this rule")}
    return form_page(
        request, form, title=_("Edit the house rule"), label=_("Save"), crumbs=breadcrumbs(row), remove=remove
    )


@require_POST
def house_rule_remove(request: HttpRequest, slug: str, pk) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    actions.remove_house_rule(house_rule=get_object_or_404(row.house_rules, pk=pk), by=request.user)
    messages.success(request, _("House rule removed."))
    return redirect(row)


@require_http_methods(FORM_METHODS)
def opening_edit(request: HttpRequest, slug: str) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    form = OpeningForm(received(request), instance=row)
    if request.method == "POST" and form.save_by(actions.set_opening_hours, venue=row, by=request.user):
        return saved(request, form, _("Opening hours saved."), row)
    lead = _("Write the times like this: 09:00-17:00. Leave a day empty when the place is closed.")
    return form_page(request, form, title=_("Opening hours"), label=_("Save"), crumbs=breadcrumbs(row), lead=lead)


# --- travel times from one venue to another ---------------------------------------------------------------


@require_http_methods(FORM_METHODS)
def travel_time_add(request: HttpRequest, slug: str) -> HttpResponse:
    """The travel time to another venue; once the other end is chosen, the rule of thumb proposes the minutes."""
    row = _venue_to_edit(request, slug)
    other = Venue.objects.filter(slug=request.GET.get("to", "")).exclude(pk=row.pk).first()
    guess = travel.estimate(row, other) if other else None
    form = AddTravelTimeForm(received(request), venue=row, initial={"destination": other, **_minutes(guess)})
    if request.method == "POST" and form.save_by(actions.set_travel_time, origin=row, by=request.user):
        return saved(request, form, _("Way added."), safe_next(request) or row)
    lead = _("The minutes are a guess from the straight line. Change them if you know better.") if guess else ""
    return _form_page_to_return_from(
        request, form, title=_("Add a way"), label=_("Add way"), crumbs=breadcrumbs(row), lead=lead
    )


@require_http_methods(FORM_METHODS)
def travel_time_edit(request: HttpRequest, slug: str, to: str) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    travel_time = _travel_time(row, to)
    ends = {"origin": row, "destination": travel_time.other_end(row)}
    form = TravelTimeForm(received(request), instance=travel_time)
    if request.method == "POST" and form.save_by(actions.set_travel_time, **ends, by=request.user):
        return saved(request, form, _("Way saved."), row)
    title = _("From %(here)s to %(there)s") % {"here": row, "there": ends["destination"]}
    remove = {"url": reverse("partners:travel-time-remove", args=[row.slug, to]), "label": _("Remove this way")}
    return form_page(request, form, title=title, label=_("Save"), crumbs=breadcrumbs(row), remove=remove)


@require_POST
def travel_time_remove(request: HttpRequest, slug: str, to: str) -> HttpResponse:
    row = _venue_to_edit(request, slug)
    actions.remove_travel_time(travel_time=_travel_time(row, to), by=request.user)
    messages.success(request, _("Way removed."))
    return redirect(row)


def _travel_time(venue: Venue, to: str) -> TravelTime:
    return get_object_or_404(TravelTime.objects.between(venue, to))


def _minutes(guess: travel.Route | None) -> dict[str, int | None]:
    if guess is None:
        return {}
    return {"walk_minutes": guess.walk, "taxi_minutes": guess.taxi, "plan_minutes": guess.plan}


# --- what these pages share --------------------------------------------------------------------------


def _can_edit(request: HttpRequest) -> bool:
    return permissions.can_edit_partners(request.user)


def _venue_to_edit(request: HttpRequest, slug: str) -> Venue:
    require(permissions.can_edit_partners(request.user))
    return get_object_or_404(Venue, slug=slug)


def _added(request: HttpRequest, row: Model) -> HttpResponse:
    """Back to where this was needed, with what was added; else to its own page, which asks for the rest."""
    messages.success(request, _("%(name)s added.") % {"name": row})
    return_to = safe_next(request)
    return redirect(back_with(return_to, row.pk) if return_to else row.get_absolute_url())


def _form_page_to_return_from(request: HttpRequest, form, **context) -> HttpResponse:
    return_to = safe_next(request)
    if return_to:
        context["back"] = return_to
    return form_page(request, form, next=return_to, **context)


LISTS = {
    Organisation: (gettext_lazy("Organisations"), "partners:organisations"),
    Contact: (gettext_lazy("People"), "partners:contacts"),
    Venue: (gettext_lazy("Venues"), "partners:venues"),
}


def breadcrumbs(row: Model | type[Model]) -> list[dict]:
    """The crumbs down to the page of this row, or to the list of its kind."""
    kind = row if isinstance(row, type) else type(row)
    heading, name = LISTS[kind]
    crumbs = [{"label": heading, "url": reverse(name)}]
    return crumbs if kind is row else [*crumbs, {"label": str(row), "url": row.get_absolute_url()}]
