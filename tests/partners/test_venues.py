"""Venues on the pages of coordinators."""

import datetime

import pytest
from django.urls import reverse

from core.audit import AuditEntry
from core.translated import text
from partners import actions
from partners.models import Organisation, Space, TravelTime, Venue
from tests.factories import create_contact, create_home, create_organisation, create_session, create_venue
from tests.partners.filled import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(as_person, alice):
    return as_person(alice)


def venue_form(**changes) -> dict:
    return {"name": "Demo hall", "address": "1 Demo Street, Leeds", "new_organisation": "Demo charity", **changes}


def test_a_venue_is_added_with_a_new_organisation_and_a_space(staff):
    create_home()
    response = staff.post(reverse("partners:venue-add"), venue_form(postcode="LS1 1AA", space="Hall", capacity="40"))
    venue = Venue.objects.get()
    assert response.headers["Location"] == venue.get_absolute_url()
    assert (str(venue), venue.slug, str(venue.organisation), venue.postcode) == (
        "Demo hall",
        "demo-hall",
        "Demo charity",
        "LS1 1AA",
    )
    assert [(str(space), space.capacity) for space in venue.spaces.all()] == [("Hall", 40)]


def test_a_venue_added_on_the_way_leads_back_with_its_id(staff):
    create_home()
    address = reverse("partners:venue-add") + "?next=/visits/brno-1/programme/add/%3Fadding%3Dvenue"
    assert 'name="next" value="/visits/brno-1/programme/add/?adding=venue"' in staff.get(address).text
    response = staff.post(address, venue_form())
    added = Venue.objects.get().pk
    assert response.headers["Location"] == f"/visits/brno-1/programme/add/?adding=venue&added={added}"


def test_an_address_elsewhere_is_not_followed(staff):
    create_home()
    response = staff.post(reverse("partners:venue-add") + "?next=https://evil.example/", venue_form())
    assert response.headers["Location"] == Venue.objects.get().get_absolute_url()


def test_a_venue_needs_one_organisation_and_not_two(staff):
    organisation = create_organisation()
    address = reverse("partners:venue-add")
    both = staff.post(address, venue_form(organisation=organisation.pk))
    neither = staff.post(address, venue_form(new_organisation=""))
    assert list(both.context["form"].errors) == ["new_organisation"]
    assert list(neither.context["form"].errors) == ["organisation"]
    assert not Venue.objects.exists()


def test_a_space_needs_its_capacity(staff):
    response = staff.post(reverse("partners:venue-add"), venue_form(space="Hall"))
    assert list(response.context["form"].errors) == ["capacity"]


def test_what_was_typed_stays_when_something_is_wrong(staff):
    response = staff.post(reverse("partners:venue-add"), venue_form(address=""))
    assert 'value="Demo hall"' in response.text
    assert 'value="Demo charity"' in response.text


def test_a_second_click_adds_no_second_venue(staff):
    create_home()
    staff.post(reverse("partners:venue-add"), venue_form())
    again = staff.post(reverse("partners:venue-add"), venue_form())
    assert "Demo hall is in the list already." in again.text
    assert (Venue.objects.count(), Organisation.objects.count()) == (1, 1)


def test_two_venues_of_one_name_at_two_addresses_have_two_addresses_here(staff):
    create_home()
    staff.post(reverse("partners:venue-add"), venue_form())
    staff.post(reverse("partners:venue-add"), venue_form(address="2 Demo Street, Leeds"))
    assert sorted(Venue.objects.values_list("slug", flat=True)) == ["demo-hall", "demo-hall-2"]


@pytest.mark.parametrize("name", ["Add", "  ", "☃"])
def test_no_name_makes_an_address_that_is_taken(staff, name, alice):
    venue = actions.add_venue(organisation=create_organisation(), name=text(name), address="x", by=alice)
    assert staff.get(venue.get_absolute_url()).status_code == 200


def test_a_venue_page_shows_what_guests_and_planners_need(staff):
    venue = create_venue(
        "Demo hall",
        capacity=24,
        postcode="LS1 1AA",
        latitude="53.80120",
        longitude="-1.54663",
        entrance=text("The green door."),
        access=text("No steps."),
    )
    other = create_venue("Demo hub", organisation=venue.organisation)
    create_contact("Demo receptionist", organisation=venue.organisation, usual_venue=venue)
    left = datetime.date(2020, 1, 1)
    create_contact("Demo former host", organisation=venue.organisation, usual_venue=venue, ends_on=left)
    actions.add_house_rule(venue=venue, text=text("Wear your badge."), reason=text("People know you."), by=None)
    actions.set_opening_hours(venue=venue, hours=[(0, datetime.time(8), datetime.time(18))], by=None)
    actions.set_travel_time(
        origin=other, destination=venue, plan_minutes=35, measured_minutes=20, measured_mode="minibus", by=None
    )
    shown = staff.get(venue.get_absolute_url()).text
    for words in (
        "The green door.",
        "No steps.",
        "Wear your badge.",
        "People know you.",
        "24 people",
        "08:00–18:00",
        "35 min",
        "20 min by minibus",
        "Demo receptionist",
        "https://www.openstreetmap.org/?mlat=53.80120&amp;mlon=-1.54663#map=18/53.80120/-1.54663",
    ):
        assert words in shown
    assert "Demo former host" not in shown


def test_edits_of_two_people_to_different_fields_are_both_kept(staff, alice):
    venue = create_venue("Demo hall", postcode="LS1 1AA")
    address = reverse("partners:venue-edit", args=[venue.slug])
    opened = staff.get(address)
    Venue.objects.filter(pk=venue.pk).update(postcode="LS2 2BB")
    response = staff.post(address, filled(opened, address="3 Demo Street"), follow=True)
    venue.refresh_from_db()
    assert (venue.address, venue.postcode, venue.changed_by) == ("3 Demo Street", "LS2 2BB", alice.pk)
    assert "Postcode" in response.text


def test_edits_of_two_people_to_the_same_field_clash(staff):
    venue = create_venue("Demo hall")
    address = reverse("partners:venue-edit", args=[venue.slug])
    opened = staff.get(address)
    Venue.objects.filter(pk=venue.pk).update(address="Theirs")
    response = staff.post(address, filled(opened, address="Mine"))
    assert response.status_code == 409
    assert "Theirs" in response.text
    assert 'value="Mine"' in response.text
    assert Venue.objects.get().address == "Theirs"
    decided = staff.post(address, filled(response, address="Ours", base=response.context["form"].data["base"]))
    assert decided.status_code == 302
    assert Venue.objects.get().address == "Ours"


def test_a_point_on_the_map_needs_both_degrees(staff):
    venue = create_venue()
    address = reverse("partners:venue-edit", args=[venue.slug])
    response = staff.post(address, filled(staff.get(address), latitude="53.8"))
    assert list(response.context["form"].errors) == ["longitude"]


def test_an_edit_is_told_field_by_field_in_the_log(staff, alice):
    venue = create_venue()
    address = reverse("partners:venue-edit", args=[venue.slug])
    staff.post(address, filled(staff.get(address), postcode="LS1 1AA"))
    entry = AuditEntry.objects.get(verb="venue.edited")
    assert (entry.by_user, entry.subject_id, entry.whole_id) == (alice.pk, venue.pk, venue.organisation_id)
    assert entry.changes == [{"field": "postcode", "before": "", "after": "LS1 1AA"}]


def test_a_space_with_a_planned_session_stays(staff, visit):
    venue = create_venue(capacity=12)
    space = venue.spaces.get()
    create_session(visit, venue=venue, space=space)
    response = staff.post(reverse("partners:space-remove", args=[venue.slug, space.pk]), follow=True)
    assert "Sessions are planned in Main room." in response.text
    assert Space.objects.filter(pk=space.pk).exists()


def opening(staff, venue, **days):
    address = reverse("partners:opening-edit", args=[venue.slug])
    return staff.post(address, filled(staff.get(address), **days))


def test_opening_hours_are_written_a_line_a_day(staff):
    venue = create_venue()
    opening(staff, venue, day_0="09:00-17:00", day_1="9.00 - 12.00, 13:00–17:30", day_2="")
    clock = datetime.time.fromisoformat
    assert list(venue.opening_hours.values_list("weekday", "opens", "closes")) == [
        (0, clock("09:00"), clock("17:00")),
        (1, clock("09:00"), clock("12:00")),
        (1, clock("13:00"), clock("17:30")),
    ]


@pytest.mark.parametrize("line", ["nine to five", "25:00-26:00", "17:00-09:00", "09:00-13:00, 12:00-15:00", "09:00"])
def test_hours_that_make_no_sense_are_refused_and_kept_in_the_box(staff, line):
    venue = create_venue()
    response = opening(staff, venue, day_0=line)
    assert list(response.context["form"].errors) == ["day_0"]
    assert f'value="{line}"' in response.text
    assert not venue.opening_hours.exists()


def test_opening_hours_that_two_people_change_are_merged_day_by_day(staff):
    venue = create_venue()
    address = reverse("partners:opening-edit", args=[venue.slug])
    opened = staff.get(address)
    morning = (0, datetime.time(8), datetime.time(12))
    actions.set_opening_hours(venue=venue, hours=[morning], by=None)
    staff.post(address, filled(opened, day_1="13:00-17:00"))
    assert sorted(venue.opening_hours.values_list("weekday", flat=True)) == [0, 1]
    clash = staff.post(address, filled(opened, day_0="09:00-10:00"))
    assert clash.status_code == 409


def test_a_new_travel_time_begins_with_a_guess(staff):
    hall = create_venue("Demo hall", latitude="53.80120", longitude="-1.54663")
    hub = create_venue("Demo hub", organisation=hall.organisation, latitude="53.77892", longitude="-1.54559")
    address = reverse("partners:travel-time-add", args=[hall.slug]) + f"?to={hub.slug}"
    opened = staff.get(address)
    assert [opened.context["form"].initial[name] for name in ("walk_minutes", "taxi_minutes", "plan_minutes")] == [
        48,
        16,
        35,
    ]
    staff.post(address, filled(opened, destination=hub.pk))
    assert TravelTime.objects.get().plan_minutes == 35


def test_a_travel_time_is_edited_and_removed_from_either_end(staff):
    hall = create_venue("Demo hall")
    hub = create_venue("Demo hub", organisation=hall.organisation)
    actions.set_travel_time(origin=hall, destination=hub, plan_minutes=35, by=None)
    address = reverse("partners:travel-time-edit", args=[hub.slug, hall.slug])
    staff.post(address, filled(staff.get(address), measured_minutes="22", measured_mode="taxi"))
    assert (TravelTime.objects.get().measured_minutes, TravelTime.objects.get().plan_minutes) == (22, 35)
    staff.post(reverse("partners:travel-time-remove", args=[hall.slug, hub.slug]))
    assert not TravelTime.objects.exists()


def test_a_measurement_says_how_they_went(staff):
    hall = create_venue("Demo hall")
    hub = create_venue("Demo hub", organisation=hall.organisation)
    actions.set_travel_time(origin=hall, destination=hub, plan_minutes=35, by=None)
    address = reverse("partners:travel-time-edit", args=[hall.slug, hub.slug])
    response = staff.post(address, filled(staff.get(address), measured_minutes="22"))
    assert list(response.context["form"].errors) == ["measured_mode"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(staff, count, django_assert_num_queries):
    for number in range(count):
        create_venue(f"Demo venue {number}", capacity=10)
    with django_assert_num_queries(4):  # session, person, venues, spaces
        staff.get(reverse("partners:venues"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_venue_page_takes_the_same_queries_for_any_number(staff, count, django_assert_num_queries):
    venue = create_venue(capacity=10)
    for number in range(count):
        other = create_venue(f"Demo venue {number}", organisation=venue.organisation)
        actions.set_travel_time(origin=venue, destination=other, plan_minutes=20, by=None)
        create_contact(organisation=venue.organisation, usual_venue=venue)
        actions.add_house_rule(venue=venue, text=text("Ask."), reason=text("Why."), by=None)
    # session, person; venue, spaces, rules, hours, hosts, their organisations; ways, other venues
    with django_assert_num_queries(10):
        staff.get(venue.get_absolute_url())


def test_nothing_that_people_write_becomes_a_part_of_the_page(staff):
    canary = '"><img src=x onerror=alert(1)>'
    venue = create_venue(
        canary,
        capacity=5,
        kind=text(canary),
        address=canary,
        postcode="\"'><",
        precision=canary,
        entrance=text(canary),
        access=text(canary),
    )
    actions.add_house_rule(venue=venue, text=text(canary), reason=text(canary), by=None)
    create_contact(canary, organisation=venue.organisation, usual_venue=venue, role=text(canary))
    for address in (
        venue.get_absolute_url(),
        reverse("partners:venue-edit", args=[venue.slug]),
        reverse("partners:venues"),
        reverse("partners:contacts"),
        reverse("partners:organisations"),
    ):
        assert "<img src=x" not in staff.get(address).text
