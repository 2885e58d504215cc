"""A missing venue or host is added on the way, and what was typed is there again afterwards."""

import pytest

from partners.models import Contact, Venue
from tests import factories
from tests.factories import create_session
from tests.visits.pages import form_of, typed
from visits.programme.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def form_url(visit) -> str:
    return f"/visits/{visit.reference}/programme/add/session/"


def half_filled(client, form_url, **changes):
    """What a browser sends when somebody has typed some of a session and presses one of the other buttons."""
    values = {
        "title_en": "Talk",
        "starts": "11:00",
        "ends": "",
        "staff_note": "Ring first.",
        "title_cs_needs_review": "on",
    }
    return typed(client.get(form_url), **{**values, **changes})


def venue_boxes(**changes):
    return {"name": "Rothwell Hub", "address": "1 Commercial Street", "new_organisation": "Demo charity", **changes}


def test_a_venue_added_on_the_way_is_chosen_and_all_else_is_there(as_person, alice, visit, form_url):
    factories.create_home()
    client = as_person(alice)
    hosts = [str(factories.create_contact(f"Host {number}").pk) for number in range(2)]
    sent = half_filled(client, form_url, hosts=hosts, title_cs="Přednáška")

    answer = client.post(form_url, {**sent, "leave-to-add": "venue"})
    assert answer.url.startswith("/places/venues/add/?next=")
    there = client.get(answer.url)
    answer = client.post(answer.url, typed(there, **venue_boxes(space="Hall", capacity="12")))
    venue = Venue.objects.get()
    assert answer.url == f"{form_url}?adding=venue&added={venue.pk}"

    back = client.get(answer.url)
    fields = form_of(back)
    written = {
        name: value
        for name, value in sent.items()
        if name not in {"csrfmiddlewaretoken", "written_by", "form_key", "venue", "space"}
    }
    assert {name: sorted(fields[name]) for name in written} == {name: sorted(value) for name, value in written.items()}
    assert (fields["venue"], fields["space"]) == ([str(venue.pk)], [str(venue.spaces.get().pk)])
    assert not back.context["form"].errors  # nothing is told as wrong before it is sent
    assert "Rothwell Hub added." in back.text

    client.post(answer.url, typed(back, ends="12:00"))
    session = visit.sessions.get()
    assert (session.venue, str(session), session.staff_note) == (venue, "Talk", "Ring first.")
    assert str(session.space) == "Hall"
    assert session.hosts.count() == 2


def test_a_host_added_on_the_way_joins_those_who_were_chosen(as_person, alice, visit, form_url):
    client = as_person(alice)
    first = factories.create_contact("First")
    answer = client.post(form_url, {**half_filled(client, form_url, hosts=[str(first.pk)]), "leave-to-add": "hosts"})
    there = client.get(answer.url)
    organisation = str(first.organisation_id)
    answer = client.post(answer.url, typed(there, name="Second", role_en="Manager", organisation=organisation))

    fields = form_of(client.get(answer.url))
    assert sorted(fields["hosts"]) == sorted(str(each.pk) for each in Contact.objects.all())
    assert (Contact.objects.count(), fields["title_en"]) == (2, ["Talk"])


def test_the_venue_they_travel_to_can_be_added_on_the_way(as_person, alice, visit):
    form_url = f"/visits/{visit.reference}/programme/add/travel/"
    client, organisation = as_person(alice), factories.create_organisation()
    sent = typed(client.get(form_url), title_en="Minibus", starts="11:00", ends="11:30")
    answer = client.post(form_url, {**sent, "leave-to-add": "to_venue"})
    there = typed(client.get(answer.url), **venue_boxes(new_organisation="", organisation=str(organisation.pk)))
    answer = client.post(answer.url, there)
    client.post(answer.url, form_of(client.get(answer.url)))

    session = visit.sessions.get()
    assert (session.venue, str(session.to_venue)) == (None, "Rothwell Hub")


def test_one_after_the_other_can_be_added(as_person, alice, visit, form_url):
    client, organisation = as_person(alice), str(factories.create_organisation().pk)
    sent = half_filled(client, form_url)
    for field, boxes in (
        ("venue", venue_boxes(new_organisation="", organisation=organisation)),
        ("hosts", {"name": "Second", "role_en": "Manager", "organisation": organisation}),
    ):
        away = client.post(form_url, {**sent, "leave-to-add": field}).url
        back = client.post(away, typed(client.get(away), **boxes)).url
        sent = form_of(client.get(back))

    assert (sent["title_en"], sent["venue"], sent["hosts"]) == (
        ["Talk"],
        [str(Venue.objects.get().pk)],
        [str(Contact.objects.get().pk)],
    )


def test_whoever_turns_back_without_adding_finds_what_was_typed(as_person, alice, visit, form_url):
    client = as_person(alice)
    away = client.post(form_url, {**half_filled(client, form_url), "leave-to-add": "venue"}).url
    there = client.get(away)
    assert f'href="{form_url}?adding=venue"' in there.text

    assert form_of(client.get(f"{form_url}?adding=venue"))["title_en"] == ["Talk"]


def test_on_the_way_from_a_session_that_somebody_else_changed_meanwhile_nothing_is_lost(as_person, alice, visit):
    session = create_session(visit, "Talk")
    form_url = f"/visits/{visit.reference}/programme/{session.pk}/"
    client, organisation = as_person(alice), str(factories.create_organisation().pk)
    mine, hers = client.get(form_url), client.get(form_url)
    away = client.post(form_url, {**typed(mine, title_en="Mine"), "leave-to-add": "venue"}).url
    client.post(form_url, typed(hers, title_en="Hers", capacity="7"))
    back = client.post(away, typed(client.get(away), **venue_boxes(new_organisation="", organisation=organisation))).url
    answer = client.post(back, form_of(client.get(back)))

    session.refresh_from_db()
    assert (answer.status_code, str(session), session.venue) == (409, "Hers", None)
    assert [(clash.typed, clash.current) for clash in answer.context["form"].clashes] == [("Mine", "Hers")]

    client.post(form_url, typed(answer, title_en="Ours"))
    session.refresh_from_db()
    assert (str(session), session.capacity, str(session.venue)) == ("Ours", 7, "Rothwell Hub")


def test_leaving_saves_nothing_yet(as_person, alice, visit, form_url):
    client = as_person(alice)
    client.post(form_url, {**half_filled(client, form_url, ends="12:00"), "leave-to-add": "venue"})

    assert not Session.objects.exists()


def test_a_form_too_long_to_be_kept_stays_where_it_is(as_person, alice, visit, form_url):
    client = as_person(alice)
    answer = client.post(
        form_url, {**half_filled(client, form_url, staff_note="x" * 1_100_000), "leave-to-add": "venue"}
    )

    assert answer.status_code == 200
    assert form_of(answer)["staff_note"] == ["x" * 1_100_000]
    assert "4000 characters fit" in answer.text


@pytest.mark.parametrize("field", ["title", "", "https://evil.example/"])
def test_a_button_that_we_have_not_drawn_leads_nowhere_and_saves_nothing(as_person, alice, visit, form_url, field):
    client = as_person(alice)
    answer = client.post(form_url, {**half_filled(client, form_url, ends="12:00"), "leave-to-add": field})

    assert (answer.status_code, form_of(answer)["title_en"]) == (200, ["Talk"])
    assert not Session.objects.exists()


def test_what_was_typed_comes_back_to_nobody_else(client, alice, visit, form_url):
    carol = factories.create_user("Carol", roles=["coordinator"])
    sent = half_filled(factories.sign_in(client, alice), form_url)
    client.post(form_url, {**sent, "leave-to-add": "venue"})

    factories.sign_in(client, carol)
    assert form_of(client.get(f"{form_url}?adding=venue"))["title_en"] == [""]


def test_a_placement_student_is_not_led_where_only_coordinators_go(as_person, alice, visit, form_url):
    student = factories.create_member(visit, "Stan", part="student", access_ends_on="2100-01-01").invitation.user
    assert "leave-to-add" in as_person(alice).get(form_url).text
    assert "leave-to-add" not in as_person(student).get(form_url).text


@pytest.mark.parametrize("added", ["nonsense", "7d3c1f7e-1111-4222-8333-444455556666"])
def test_an_address_that_says_that_something_else_was_added_changes_nothing(as_person, alice, visit, form_url, added):
    client = as_person(alice)
    client.post(form_url, {**half_filled(client, form_url), "leave-to-add": "venue"})

    fields = form_of(client.get(f"{form_url}?adding=venue&added={added}"))

    assert (fields["title_en"], fields["venue"], fields["space"]) == (["Talk"], [""], [""])
