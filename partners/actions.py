"""Everything that can happen to partners: cities, organisations, venues and what belongs to them, contacts.

``add_...`` takes the row's own columns as ``values``, an ``id`` among them for imports. As ``edit_...`` it raises
ValidationError for a value that a form would have refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit, published
from core.access import Refusal
from core.changing import Change, Gone, changing
from core.rules import refuse_what_does_not_fit
from core.slugs import free_slug
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
from partners.opening_hours import Stretch, day_lines, stretches
from partners.rules import (
    trouble_with_agreement,
    trouble_with_city,
    trouble_with_contact,
    trouble_with_travel_time,
    trouble_with_venue,
)

PAGE = audit.AuditEntry.Via.PAGE
RESERVED = {"add"}  # words that stand in addresses where a slug could


# --- cities --------------------------------------------------------------------------------------


def add_city(*, name: Text, by: User | None, via: str = PAGE, **values: Any) -> City:
    """A city to write about. Raises Refusal when there is one of this name in its country already."""
    city = City(name=name, **values)
    with changing(city, by=by, via=via) as change:
        city.slug = city.slug or free_slug(City, name, reserved=RESERVED)  # of two at once one waits here
        _refuse_twin(name, City.objects.filter(country=city.country))
        return change.add("city.added", city, rule=trouble_with_city, name="name")


def edit_city(*, city: City, by: User | None, via: str = PAGE, base: Mapping | None = None, **values: Any) -> City:
    """Correct what is written about the city. The published page keeps what it says until the next number."""
    with changing(city, by=by, via=via) as change:
        return change.edit("city.edited", change.whole, values, base=base, rule=trouble_with_city, name="name")


def publish_city(*, city: City, by: User | None, note: str = "", via: str = PAGE, seen: str = "") -> CityEdition:
    """Freeze the page of the city as its next number and show that to the public.

    ``seen`` is the digest of the document that the person looked at before. Raises Refusal when the
    rows have changed since, and with the first thing that is missing; ``published.NothingNew``
    when the rows say just what is public already.
    """
    with changing(city, by=by, via=via) as change:
        for sentence in editions.missing(change.whole):
            raise Refusal(sentence)
        if seen and seen != published.digest(editions.as_published(change.whole)):
            raise Refusal(_("Somebody changed this after you opened the page. Look at it again, then publish."))
        edition = published.publish(change.whole, write=editions.write, by=by, note=note, format=editions.FORMAT)
        change.record("city.published", change.whole, name="name", note=note, number=edition.number)
        return edition


def withdraw_city(*, city: City, by: User | None, note: str = "", via: str = PAGE) -> City:
    """Take the page of the city from the public. Its numbers stay, and it can be published again."""
    with changing(city, by=by, via=via) as change:
        city = change.whole
        if city.live is None:
            sentence = _("The page of %(name)s is not public now.") % {"name": city.name}
            raise Refusal(sentence, leads_to=reverse("partners:city", args=[city.slug]))
        change.record("city.withdrawn", city, name="name", note=note, number=city.live.number)
        city.live = None
        city.save(update_fields=["live"])
        return city


def add_topic(*, city: City, name: Text, by: User | None, via: str = PAGE, **values: Any) -> CityTopic:
    """A topic at the end of the city's list, unless ``position`` says where."""
    with changing(city, by=by, via=via) as change:
        values.setdefault("position", change.whole.topics.count())
        return change.add("topic.added", CityTopic(city=change.whole, name=name, **values), name="name")


def edit_topic(
    *, topic: CityTopic, by: User | None, via: str = PAGE, base: Mapping | None = None, **values: Any
) -> CityTopic:
    """Correct a topic, or give it another place in the list."""
    with changing(topic.city, by=by, via=via) as change:
        return change.edit("topic.edited", change.fresh(topic), values, base=base, name="name")


def remove_topic(*, topic: CityTopic, by: User | None, via: str = PAGE) -> None:
    """Take a topic out. The published page keeps it until the next number."""
    with changing(topic.city, by=by, via=via) as change:
        change.remove("topic.removed", change.fresh(topic), name="name")


def add_agreement(*, city: City, year: int, what: Text, by: User | None, via: str = PAGE, **values: Any) -> Agreement:
    """Something that the two cities agreed or marked together; ``sources`` are codes."""
    with changing(city, by=by, via=via) as change:
        agreement = Agreement(city=change.whole, year=year, what=what, **values)
        return change.add("agreement.added", agreement, rule=trouble_with_agreement, name="what")


def edit_agreement(
    *, agreement: Agreement, by: User | None, via: str = PAGE, base: Mapping | None = None, **values: Any
) -> Agreement:
    """Correct what is known of an agreement."""
    with changing(agreement.city, by=by, via=via) as change:
        return change.edit(
            "agreement.edited", change.fresh(agreement), values, base=base, rule=trouble_with_agreement, name="what"
        )


def remove_agreement(*, agreement: Agreement, by: User | None, via: str = PAGE) -> None:
    """Take an agreement out. The published page keeps it until the next number."""
    with changing(agreement.city, by=by, via=via) as change:
        change.remove("agreement.removed", change.fresh(agreement), name="what")


# --- organisations, contacts -----------------------------------------------------------------------


def add_organisation(*, city: City, name: Text, by: User | None, via: str = PAGE, **values: Any) -> Organisation:
    """Raises Refusal when this city has one of this name already."""
    with changing(city, by=by, via=via) as change:
        _refuse_twin(name, change.whole.organisations.all())
        values.setdefault("slug", free_slug(Organisation, name, reserved=RESERVED))
        return change.add("organisation.added", Organisation(city=change.whole, name=name, **values), name="name")


def edit_organisation(
    *, organisation: Organisation, by: User | None, via: str = PAGE, base: Mapping | None = None, **values: Any
) -> Organisation:
    """Correct what is known of an organisation; its slug stays."""
    with changing(organisation, by=by, via=via) as change:
        return change.edit("organisation.edited", change.whole, values, base=base, name="name")


def add_contact(
    *, organisation: Organisation, name: str, role: Text, by: User | None, via: str = PAGE, **values: Any
) -> Contact:
    """Raises Refusal when somebody of this name and address is known in this organisation already."""
    with changing(organisation, by=by, via=via) as change:
        _refuse_twin(name, change.whole.contacts.filter(email__iexact=values.get("email", "")))
        contact = Contact(organisation=change.whole, name=name, role=role, **values)
        return change.add("contact.added", contact, rule=trouble_with_contact)


def edit_contact(
    *, contact: Contact, by: User | None, via: str = PAGE, base: Mapping | None = None, **values: Any
) -> Contact:
    """Correct what is known of a contact. Releases name people by reference, so they follow."""
    with changing(contact.organisation, by=by, via=via) as change:
        return change.edit("contact.edited", change.fresh(contact), values, base=base, rule=trouble_with_contact)


def add_contact_with_organisation(
    *, organisation: Organisation | None, new_organisation: str, by: User, **values: Any
) -> Contact:
    """A contact for whom somebody has come from a programme; the organisation may be new as well."""
    with _organisation(organisation, new_organisation, by) as held:
        return add_contact(organisation=held, by=by, **values)


@contextmanager
def _organisation(chosen: Organisation | None, name: str, by: User) -> Iterator[Organisation]:
    """The one that is chosen, or the one of this name in our own city; a new one where there is none."""
    home = City.objects.home().first()
    if chosen is None and home is None:
        raise Refusal(_("Record our own city first: new organisations belong to it."), field="new_organisation")
    with changing(chosen or home, by=by) as change:
        yield change.whole if chosen else _organisation_called(name, change.whole, by)


def _organisation_called(name: str, home: City, by: User) -> Organisation:
    twins = [each for each in home.organisations.all() if str(each.name).casefold() == name.casefold()]
    return twins[0] if twins else add_organisation(city=home, name=text(name), kind=Organisation.Kind.OTHER, by=by)


# --- venues ----------------------------------------------------------------------------------------


def add_venue(
    *, organisation: Organisation, name: Text, address: str, by: User | None, via: str = PAGE, **values: Any
) -> Venue:
    """Raises Refusal when the organisation has a venue of this name at this address already."""
    with changing(organisation, by=by, via=via) as change:
        _refuse_twin(name, change.whole.venues.filter(address__iexact=address))
        values.setdefault("slug", free_slug(Venue, name, reserved=RESERVED))
        venue = Venue(organisation=change.whole, name=name, address=address, **values)
        return change.add("venue.added", venue, rule=trouble_with_venue, name="name", whole=change.whole)


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
    with _organisation(organisation, new_organisation, by) as held:
        venue = add_venue(organisation=held, name=text(name), address=address, by=by, **values)
        if space:
            add_space(venue=venue, name=text(space), capacity=capacity, by=by)
        return venue


def edit_venue(*, venue: Venue, by: User | None, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Venue:
    """Correct what is known of a venue. Releases keep the address that guests were given."""
    with changing(venue, by=by, via=via) as change:
        return change.edit(
            "venue.edited",
            change.whole,
            values,
            base=base,
            rule=trouble_with_venue,
            name="name",
            whole=venue.organisation,
        )


def add_space(*, venue: Venue, name: Text, capacity: int, by: User | None, via: str = PAGE, **values: Any) -> Space:
    """A room of the venue; ``capacity`` counts people."""
    with changing(venue, by=by, via=via) as change:
        return change.add("space.added", Space(venue=change.whole, name=name, capacity=capacity, **values), name="name")


def edit_space(*, space: Space, by: User | None, via: str = PAGE, base: Mapping | None = None, **values: Any) -> Space:
    """Correct what is known of a space."""
    with changing(space.venue, by=by, via=via) as change:
        return change.edit("space.edited", change.fresh(space), values, base=base, name="name")


def remove_space(*, space: Space, by: User | None, via: str = PAGE) -> None:
    """Raises Refusal while a programme holds a session there."""
    with changing(space.venue, by=by, via=via) as change:
        try:
            change.remove("space.removed", change.fresh(space), name="name")
        except models.ProtectedError:
            sentence = _("Sessions are planned in %(name)s. Give them another space first.")
            raise Refusal(sentence % {"name": space.name}) from None


def add_house_rule(*, venue: Venue, by: User | None, via: str = PAGE, **values: Any) -> HouseRule:
    """What the venue asks of visitors; ``text`` and ``reason`` are Texts."""
    with changing(venue, by=by, via=via) as change:
        values.setdefault("position", change.whole.house_rules.count())
        return change.add("house_rule.added", HouseRule(venue=change.whole, **values), name="text")


def edit_house_rule(
    *, house_rule: HouseRule, by: User | None, via: str = PAGE, base: Mapping | None = None, **values: Any
) -> HouseRule:
    """Correct a rule, or give it another place in the list."""
    with changing(house_rule.venue, by=by, via=via) as change:
        return change.edit("house_rule.edited", change.fresh(house_rule), values, base=base, name="text")


def remove_house_rule(*, house_rule: HouseRule, by: User | None, via: str = PAGE) -> None:
    """Take a rule out. Releases keep those that guests were given."""
    with changing(house_rule.venue, by=by, via=via) as change:
        change.remove("house_rule.removed", change.fresh(house_rule), name="text")


def set_opening_hours(
    *, venue: Venue, hours: Iterable[Stretch], by: User | None, via: str = PAGE, base: Mapping | None = None
) -> Venue:
    """Put the whole week anew, by the venue's own clock. ``base`` has the ``day_lines`` with which a page was made."""
    with changing(venue, by=by, via=via) as change:
        venue = change.whole
        before = sorted(venue.opening_hours.values_list("weekday", "opens", "closes"))
        vars(venue).update(day_lines(before))  # two people's weeks are merged day by day
        after = stretches(day_lines(before) | change.merge(venue, day_lines(hours), base))
        if before != after:
            venue.opening_hours.all().delete()
            OpeningHours.objects.bulk_create(
                OpeningHours(venue=venue, weekday=day, opens=opens, closes=closes) for day, opens, closes in after
            )
            told = {"field": "opening_hours", "before": _in_words(before), "after": _in_words(after)}
            change.record("venue.edited", venue, name="name", changes=[told])
        return venue


def _in_words(hours: Iterable[Stretch]) -> list[str]:
    return [f"{day + 1}: {opens:%H:%M}-{closes:%H:%M}" for day, opens, closes in hours]


def set_travel_time(
    *,
    origin: Venue,
    destination: Venue,
    by: User | None,
    via: str = PAGE,
    base: Mapping | None = None,
    **values: Any,
) -> TravelTime:
    """How long it takes between two venues, in either direction; in place of what was known of them.

    ``values`` are the columns of TravelTime, in minutes and kilometres. Raises Gone when what somebody
    saw (``base``) was removed meanwhile.
    """
    if origin == destination:
        raise Refusal(_("A way leads to another venue."), field="destination")
    with _changing_both(origin, destination, by=by, via=via) as change:
        first, second = sorted([origin, destination], key=lambda venue: venue.pk)
        travel_time = TravelTime.objects.filter(origin=first, destination=second).first()
        if base is not None and travel_time is None:
            raise Gone
        before = audit.values_of(travel_time) if travel_time else {}
        travel_time = travel_time or TravelTime(origin=first, destination=second)
        values = change.merge(travel_time, values, base)
        refuse_what_does_not_fit(trouble_with_travel_time, travel_time, values)
        change.write(travel_time, values)
        if changes := audit.changes_between(before, audit.values_of(travel_time)):
            change.record("way.set", change.whole, name="name", changes=changes, to=str(destination.pk))
        return travel_time


def remove_travel_time(*, travel_time: TravelTime, by: User | None, via: str = PAGE) -> None:
    """Forget a travel time; a programme that needs it says then that nobody knows how long it takes."""
    with _changing_both(travel_time.origin, travel_time.destination, by=by, via=via) as change:
        travel_time = change.fresh(travel_time)
        change.record("way.removed", change.whole, name="name", to=str(travel_time.destination_id))
        travel_time.delete()


@contextmanager
def _changing_both(origin: Venue, destination: Venue, *, by: User | None, via: str) -> Iterator[Change]:
    """The change of the origin. Held in the order of their ids, so that no two people wait for each other."""
    first, second = sorted([origin, destination], key=lambda venue: venue.pk)
    with changing(first, by=by, via=via) as one, changing(second, by=by, via=via) as other:
        change, far_end = (one, other) if first == origin else (other, one)
        yield change
        far_end.is_recorded = change.is_recorded  # the travel time stands on the pages of both


# --- what all of them share --------------------------------------------------------------------------


def _refuse_twin(name: Text | str, rows: models.QuerySet) -> None:
    if any(str(each.name).casefold() == str(name).casefold() for each in rows):
        raise Refusal(_("%(name)s is in the list already.") % {"name": name}, field="name")
