"""Everything that can happen to partners: cities, organisations, venues and what belongs to them, contacts.

``edit_...`` takes the row with its new values; ``before`` is its ``snapshot`` from before, to be
compared for the audit log. ``add_...`` takes the row's own columns as ``values``, an ``id`` among
them for imports. Both raise ValidationError for a value that a form would have refused.
"""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django_countries.fields import Country

from accounts.models import User
from core import audit, published
from core.access import Refusal
from core.audit import changes_between, values_of
from core.translated import Text, text
from partners import editions
from partners.models import (
    Agreement,
    City,
    CityEdition,
    CityTopic,
    Contact,
    HouseRule,
    OpeningHours,
    Organisation,
    Space,
    TravelTime,
    Venue,
)

PAGE = audit.AuditEntry.Via.PAGE
ADD = "add"  # stands in addresses where a slug could
# The log keeps that these changed, never what they say: personal data, and words meant for colleagues.
UNTOLD = {Contact: {"name", "email", "phone"}, City: {"staff_note"}}


def snapshot(row: models.Model) -> dict[str, Any]:
    """The row's columns as plain values; taken before a form fills it, and compared afterwards."""
    columns = values_of(row, leave_out=("changed_at", "changed_by"))
    return {name: _plain(value) for name, value in columns.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Country):
        return value.code
    return float(value) if isinstance(value, Decimal) else value


# --- cities --------------------------------------------------------------------------------------


@transaction.atomic
def add_city(*, name: Text, by: User | None, via: str = PAGE, **values: Any) -> City:
    """A city to write about. Raises Refusal when there is one of this name in its country already."""
    if any(
        str(each.name).casefold() == str(name).casefold() for each in City.objects.filter(country=values["country"])
    ):
        raise Refusal(_("%(name)s is in the list already.") % {"name": name})
    values.setdefault("slug", free_slug(City, name))
    return _added(City(name=name, **values), by=by, via=via)


@transaction.atomic
def edit_city(*, city: City, before: dict, by: User | None, via: str = PAGE) -> City:
    """Change what is known of a city; its public page stays as it is until the next number."""
    return _edited(city, before, by=by, via=via)


@transaction.atomic
def publish_city(*, city: City, by: User | None, note: str = "", via: str = PAGE, seen: str = "") -> CityEdition:
    """Freeze the page of the city as its next number and show that to the public.

    ``seen`` is the digest of the document that the person looked at before. Raises Refusal when the
    rows have changed since, and with the first thing that is missing; ``published.NothingNew``
    when the rows say just what is public already.
    """
    city = City.objects.select_for_update().get(pk=city.pk)
    for sentence in editions.missing(city):
        raise Refusal(sentence)
    if seen and seen != published.digest(editions.as_published(city)):
        raise Refusal(_("Somebody changed this after you opened the page. Look at it again, then publish."))
    edition = published.publish(city, write=editions.write, by=by, note=note, format=editions.FORMAT)
    audit.record("city.published", city, by=by, via=via, note=note, name=city.name, number=edition.number)
    return edition


@transaction.atomic
def withdraw_city(*, city: City, by: User | None, note: str = "") -> City:
    """Take the page of the city from the public. Its numbers stay, and it can be published again."""
    city = City.objects.select_for_update(of=("self",)).select_related("live").get(pk=city.pk)
    if city.live is None:
        raise Refusal(_("The page of %(name)s is not public now.") % {"name": city.name})
    audit.record("city.withdrawn", city, by=by, note=note, name=city.name, number=city.live.number)
    city.live = None
    city.save(update_fields=["live"])
    return city


@transaction.atomic
def add_topic(*, city: City, name: Text, by: User | None, via: str = PAGE, **values: Any) -> CityTopic:
    """A topic at the end of the city's list, unless ``position`` says where."""
    values.setdefault("position", city.topics.count())
    return _added(CityTopic(city=city, name=name, **values), by=by, via=via, whole=city)


@transaction.atomic
def edit_topic(*, topic: CityTopic, before: dict, by: User | None, via: str = PAGE) -> CityTopic:
    """Change the name of a topic of a city, or its place in the list."""
    return _edited(topic, before, by=by, via=via, whole=topic.city)


@transaction.atomic
def remove_topic(*, topic: CityTopic, by: User | None) -> None:
    """Take a topic out. The published page keeps it until the next number."""
    _removed(topic, by=by, whole=topic.city)


@transaction.atomic
def add_agreement(*, city: City, year: int, what: Text, by: User | None, via: str = PAGE, **values: Any) -> Agreement:
    """Something that the two cities agreed or marked together; ``sources`` are codes."""
    return _added(Agreement(city=city, year=year, what=what, **values), by=by, via=via, whole=city)


@transaction.atomic
def edit_agreement(*, agreement: Agreement, before: dict, by: User | None, via: str = PAGE) -> Agreement:
    """Correct what two cities agreed or marked together."""
    return _edited(agreement, before, by=by, via=via, whole=agreement.city)


@transaction.atomic
def remove_agreement(*, agreement: Agreement, by: User | None) -> None:
    """Take an agreement out. The published page keeps it until the next number."""
    _removed(agreement, by=by, whole=agreement.city)


# --- organisations, contacts -----------------------------------------------------------------------


@transaction.atomic
def add_organisation(*, city: City, name: Text, by: User | None, via: str = PAGE, **values: Any) -> Organisation:
    """Raises Refusal when this city has one of this name already."""
    _hold(city)
    _refuse_twin(name, city.organisations.all())
    values.setdefault("slug", free_slug(Organisation, name))
    return _added(Organisation(city=city, name=name, **values), by=by, via=via)


@transaction.atomic
def edit_organisation(*, organisation: Organisation, before: dict, by: User | None, via: str = PAGE) -> Organisation:
    """Change what is known of an organisation; its slug stays."""
    return _edited(organisation, before, by=by, via=via)


@transaction.atomic
def add_contact(
    *, organisation: Organisation, name: str, role: Text, by: User | None, via: str = PAGE, **values: Any
) -> Contact:
    """Raises Refusal when somebody of this name and address is known in this organisation already."""
    _hold(organisation)
    _refuse_twin(name, organisation.contacts.filter(email__iexact=values.get("email", "")))
    contact = Contact(organisation=organisation, name=name, role=role, **values)
    return _added(contact, by=by, via=via, whole=organisation)


@transaction.atomic
def edit_contact(*, contact: Contact, before: dict, by: User | None, via: str = PAGE) -> Contact:
    """Change what is known of a contact. Releases name people by reference, so they follow."""
    return _edited(contact, before, by=by, via=via, whole=contact.organisation)


@transaction.atomic
def add_contact_with_organisation(
    *, organisation: Organisation | None, new_organisation: str, by: User, **values: Any
) -> Contact:
    """A contact for whom somebody has come from a programme; the organisation may be new as well."""
    organisation = organisation or _new_organisation(new_organisation, by)
    return add_contact(organisation=organisation, by=by, **values)


def _new_organisation(name: str, by: User) -> Organisation:
    """The organisation of this name in our own city; a new one where there is none."""
    home = City.objects.home().first()
    if home is None:
        raise Refusal(_("Record our own city first: new organisations belong to it."))
    twins = [each for each in home.organisations.all() if str(each.name).casefold() == name.casefold()]
    return twins[0] if twins else add_organisation(city=home, name=text(name), kind=Organisation.Kind.OTHER, by=by)


# --- venues ----------------------------------------------------------------------------------------


@transaction.atomic
def add_venue(
    *, organisation: Organisation, name: Text, address: str, by: User | None, via: str = PAGE, **values: Any
) -> Venue:
    """Raises Refusal when the organisation has a venue of this name at this address already."""
    _hold(organisation)
    _refuse_twin(name, organisation.venues.filter(address__iexact=address))
    values.setdefault("slug", free_slug(Venue, name))
    venue = Venue(organisation=organisation, name=name, address=address, **values)
    return _added(venue, by=by, via=via, whole=organisation)


@transaction.atomic
def add_venue_with_organisation(
    *,
    name: str,
    address: str,
    organisation: Organisation | None,
    new_organisation: str,
    by: User,
    space: str = "",
    capacity: int | None = None,
    **values: Any,
) -> Venue:
    """A venue for which somebody has come from a programme; with one space, where there is one to book."""
    organisation = organisation or _new_organisation(new_organisation, by)
    venue = add_venue(organisation=organisation, name=text(name), address=address, by=by, **values)
    if space:
        add_space(venue=venue, name=text(space), capacity=capacity, by=by)
    return venue


@transaction.atomic
def edit_venue(*, venue: Venue, before: dict, by: User | None, via: str = PAGE) -> Venue:
    """Change what is known of a venue. Releases keep the address that guests were given."""
    return _edited(venue, before, by=by, via=via, whole=venue.organisation)


@transaction.atomic
def add_space(*, venue: Venue, name: Text, capacity: int, by: User | None, via: str = PAGE, **values: Any) -> Space:
    """A room of the venue; ``capacity`` counts people."""
    return _added(Space(venue=venue, name=name, capacity=capacity, **values), by=by, via=via, whole=venue)


@transaction.atomic
def edit_space(*, space: Space, before: dict, by: User | None, via: str = PAGE) -> Space:
    """Change the name, the size or the note of a space of a venue."""
    return _edited(space, before, by=by, via=via, whole=space.venue)


@transaction.atomic
def remove_space(*, space: Space, by: User | None) -> None:
    """Raises Refusal while a programme holds a session there."""
    try:
        with transaction.atomic():
            _removed(space, by=by, whole=space.venue)
    except models.ProtectedError:
        raise Refusal(
            _("Sessions are planned in %(name)s. Give them another space first.") % {"name": space.name}
        ) from None


@transaction.atomic
def add_house_rule(*, venue: Venue, by: User | None, via: str = PAGE, **values: Any) -> HouseRule:
    """What the venue asks of visitors; ``text`` and ``reason`` are Texts."""
    values.setdefault("position", venue.house_rules.count())
    return _added(HouseRule(venue=venue, **values), by=by, via=via, whole=venue)


@transaction.atomic
def edit_house_rule(*, house_rule: HouseRule, before: dict, by: User | None, via: str = PAGE) -> HouseRule:
    """Change a house rule of a venue, or the reason for it."""
    return _edited(house_rule, before, by=by, via=via, whole=house_rule.venue)


@transaction.atomic
def remove_house_rule(*, house_rule: HouseRule, by: User | None) -> None:
    """Take a rule out. Releases keep those that guests were given."""
    _removed(house_rule, by=by, whole=house_rule.venue)


Stretch = tuple[int, datetime.time, datetime.time]


@transaction.atomic
def set_opening_hours(*, venue: Venue, hours: Iterable[Stretch], by: User | None, via: str = PAGE) -> Venue:
    """Put the whole week anew: (weekday with Monday 0, opens, closes) by the venue's own clock."""
    _hold(venue)
    before, after = _stretches(venue), sorted(set(hours))
    if before != after:
        venue.opening_hours.all().delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(venue=venue, weekday=day, opens=opens, closes=closes) for day, opens, closes in after
        )
        change = {"field": "opening_hours", "before": _in_words(before), "after": _in_words(after)}
        audit.record("venue.edited", venue, by=by, via=via, name=venue.name, changes=[change])
    return venue


def _stretches(venue: Venue) -> list[Stretch]:
    return sorted(venue.opening_hours.values_list("weekday", "opens", "closes"))


def _in_words(hours: Iterable[Stretch]) -> list[str]:
    return [f"{day + 1}: {opens:%H:%M}-{closes:%H:%M}" for day, opens, closes in hours]


@transaction.atomic
def set_travel_time(
    *, origin: Venue, destination: Venue, by: User | None, via: str = PAGE, **values: Any
) -> TravelTime:
    """How long it takes between two venues, in either direction; in place of what was known of them.

    ``values`` are the columns of TravelTime, in minutes and kilometres.
    """
    first, second = sorted([origin, destination], key=lambda venue: venue.pk)
    if first == second:
        raise Refusal(_("A way leads to another venue."))
    _hold(first)
    travel_time = TravelTime.objects.filter(origin=first, destination=second).first()
    before = snapshot(travel_time) if travel_time else {}
    travel_time = travel_time or TravelTime(origin=first, destination=second)
    for column, value in values.items():
        setattr(travel_time, column, value)
    travel_time.save()
    changes = changes_between(before, snapshot(travel_time))
    if changes:
        audit.record("way.set", origin, by=by, via=via, name=origin.name, changes=changes, to=str(destination.pk))
    return travel_time


@transaction.atomic
def remove_travel_time(*, travel_time: TravelTime, by: User | None) -> None:
    """Forget a travel time; a programme that needs it says then that nobody knows how long it takes."""
    audit.record(
        "way.removed", travel_time.origin, by=by, name=travel_time.origin.name, to=str(travel_time.destination_id)
    )
    travel_time.delete()


# --- what all of them share --------------------------------------------------------------------------


def _added(row: models.Model, *, by: User | None, via: str, whole: models.Model | None = None):
    _sign(row, by)
    _check(row)
    row.save(force_insert=True)
    changes = [{"field": name, "before": None, "after": value} for name, value in _said(row).items()]
    audit.record(f"{_kind(row)}.added", row, by=by, via=via, whole=whole, name=_name(row), **_told(row, changes))
    return row


def _edited(row: models.Model, before: dict, *, by: User | None, via: str, whole: models.Model | None = None):
    changes = changes_between(before, snapshot(row))
    if changes:
        _sign(row, by)
        _check(row)
        row.save()
        audit.record(f"{_kind(row)}.edited", row, by=by, via=via, whole=whole, name=_name(row), **_told(row, changes))
    return row


def _removed(row: models.Model, *, by: User | None, whole: models.Model) -> None:
    changes = [{"field": name, "before": value, "after": None} for name, value in _said(row).items()]
    audit.record(f"{_kind(row)}.removed", row, by=by, whole=whole, name=_name(row), **_told(row, changes))
    row.delete()


def _said(row: models.Model) -> dict[str, Any]:
    """The columns that say something."""
    return {name: value for name, value in snapshot(row).items() if value or value == 0}


def _check(row: models.Model) -> None:
    """Imports come here without a form; raises ValidationError for a value that no column of the row can hold."""
    row.clean_fields(exclude={field.name for field in row._meta.concrete_fields if field.is_relation})


def _told(row: models.Model, changes: list[dict]) -> dict[str, Any]:
    untold = UNTOLD.get(type(row), set())
    fields = [change["field"] for change in changes if change["field"] in untold]
    changes = [change for change in changes if change["field"] not in untold]
    return {"changes": changes, "fields": fields} if fields else {"changes": changes}


def _kind(row: models.Model) -> str:
    return {CityTopic: "topic", HouseRule: "house_rule"}.get(type(row), row._meta.model_name)


def _name(row: models.Model) -> Any:
    """What the log calls it; people are named when shown."""
    if isinstance(row, Contact):
        return None
    return next((getattr(row, field) for field in ("name", "what", "text") if hasattr(row, field)), None)


def _sign(row: models.Model, by: User | None) -> None:
    if hasattr(row, "changed_by"):
        row.changed_by = by.pk if by else None


def _hold(row: models.Model) -> None:
    """Until the end of the transaction nobody else adds to it: of a double click the second sees the first."""
    type(row)._base_manager.select_for_update().get(pk=row.pk)


def _refuse_twin(name: Text | str, rows: models.QuerySet) -> None:
    if any(str(each.name).casefold() == str(name).casefold() for each in rows):
        raise Refusal(_("%(name)s is in the list already.") % {"name": name})


def free_slug(model: type[models.Model], name: Text | str) -> str:
    """An address for a new row that no other has: "civic-hall", then "civic-hall-2"."""
    stem = slugify(name.in_language("en") if isinstance(name, Text) else name)[:50] or model._meta.model_name
    taken = {ADD, *model._base_manager.filter(slug__startswith=stem).values_list("slug", flat=True)}
    numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)
