"""Two people on the same page: what each changed is kept, and what then does not go together is refused."""

import datetime

import pytest
from django.urls import reverse

from core.changing import Gone
from core.translated import text
from partners import actions
from partners.models import TravelTime
from tests.factories import create_city, create_contact, create_organisation, create_user, create_venue
from tests.partners.filled import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(as_person):
    return as_person(create_user("Alice", roles=["coordinator", "editor"]))


def travel_time(**values) -> TravelTime:
    hall = create_venue("Demo hall")
    hub = create_venue("Demo hub", organisation=hall.organisation)
    return actions.set_travel_time(origin=hall, destination=hub, plan_minutes=30, by=None, **values)


def part_of_a_city(kind: str):
    city = create_city()
    if kind == "topic":
        row = actions.add_topic(city=city, name=text("Trees"), by=None)
    else:
        row = actions.add_agreement(city=city, year=2003, what=text("Signed."), by=None)
    return row, reverse(f"partners:{kind}-edit", args=[city.slug, row.pk])


def part_of_a_venue(kind: str):
    venue = create_venue(capacity=10)
    if kind == "space":
        row = venue.spaces.get()
    else:
        row = actions.add_house_rule(venue=venue, text=text("Ask."), reason=text("Why."), by=None)
    return row, reverse(f"partners:{kind.replace('_', '-')}-edit", args=[venue.slug, row.pk])


@pytest.mark.parametrize(
    ("kind", "theirs", "mine", "field", "value"),
    [
        ("topic", {"name": text("Theirs")}, {"position": "7"}, "position", 7),
        ("agreement", {"what": text("Theirs.")}, {"year": "2004"}, "year", 2004),
        ("space", {"capacity": 12}, {"note_en": "Mine."}, "note", text("Mine.")),
        ("house_rule", {"reason": text("Theirs.")}, {"text_en": "Mine."}, "text", text("Mine.")),
    ],
)
def test_edits_of_two_people_to_one_part_are_both_kept(staff, kind, theirs, mine, field, value):
    row, address = part_of_a_city(kind) if kind in {"topic", "agreement"} else part_of_a_venue(kind)
    opened = staff.get(address)
    getattr(actions, f"edit_{kind}")(**{kind: row}, by=None, **theirs)
    response = staff.post(address, filled(opened, **mine), follow=True)
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in theirs} == theirs
    assert getattr(row, field) == value
    assert "We kept their changes to" in response.text


def test_a_contact_of_two_people_still_begins_before_it_ends(staff):
    contact = create_contact("Demo host")
    address = reverse("partners:contact-edit", args=[contact.pk])
    opened = staff.get(address)
    actions.edit_contact(contact=contact, by=None, ends_on=datetime.date(2026, 4, 30))
    response = staff.post(address, filled(opened, starts_on="2026-05-01"))
    assert response.context["form"].errors == {"ends_on": ["The last day must not come before the first."]}
    contact.refresh_from_db()
    assert (contact.starts_on, contact.ends_on) == (None, datetime.date(2026, 4, 30))


def test_a_city_of_two_people_still_has_both_degrees_or_neither(staff):
    city = create_city(latitude="49.19522", longitude="16.60796")
    address = reverse("partners:city-edit", args=[city.slug])
    opened = staff.get(address)
    actions.edit_city(city=city, by=None, latitude=None, longitude=None)
    response = staff.post(address, filled(opened, latitude="49.2"))
    assert response.status_code == 409
    again = staff.post(address, filled(response, latitude="49.2", base=response.context["form"].data["base"]))
    assert again.context["form"].errors == {"longitude": ["Give both degrees, or neither."]}
    city.refresh_from_db()
    assert (city.latitude, city.longitude) == (None, None)


def test_a_way_that_two_people_change_keeps_both(staff):
    row = travel_time()
    address = reverse("partners:travel-time-edit", args=[row.destination.slug, row.origin.slug])
    opened = staff.get(address)
    actions.set_travel_time(origin=row.origin, destination=row.destination, by=None, walk_minutes=48)
    staff.post(address, filled(opened, plan_minutes="35"))
    row.refresh_from_db()
    assert (row.walk_minutes, row.plan_minutes) == (48, 35)


def test_an_organisation_that_two_people_change_keeps_both(staff):
    organisation = create_organisation("Demo council", kind="council")
    address = reverse("partners:organisation-edit", args=[organisation.slug])
    opened = staff.get(address)
    actions.edit_organisation(organisation=organisation, by=None, about=text("Theirs."))
    staff.post(address, filled(opened, kind="charity"))
    organisation.refresh_from_db()
    assert (organisation.kind, organisation.about) == ("charity", text("Theirs."))


def test_what_somebody_else_removed_is_not_there_any_more(staff):
    topic, address = part_of_a_city("topic")
    opened = staff.get(address)
    actions.remove_topic(topic=topic, by=None)
    assert staff.post(address, filled(opened, name_en="Mine")).status_code == 404
    with pytest.raises(Gone):
        actions.edit_topic(topic=topic, by=None, name=text("Mine"))
