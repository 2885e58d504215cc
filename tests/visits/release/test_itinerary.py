"""The itinerary as each reader gets it: their group, their days, their language; today first; nothing of drafts."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from core.translated import text
from tests import factories
from tests.factories import DAY_ONE, LEEDS, create_session
from tests.visits.release.documents import CANARY, full_visit
from visits.delegation.actions import let_person_leave
from visits.delegation.models import Person
from visits.release.actions import publish_release

pytestmark = pytest.mark.django_db
DAY_TWO = DAY_ONE + datetime.timedelta(days=1)


@pytest.fixture
def three_days(alice):
    """A published visit of three days with one session a day, for all, for group A and for group B."""
    visit = factories.create_visit(lead_coordinator=alice, ends_on=DAY_ONE + datetime.timedelta(days=2))
    groups = [None, *(visit.groups.create(name=text(name)) for name in ("Group A", "Group B"))]
    for day in visit.days:
        for group, title in zip(groups, ("All", "Only A", "Only B"), strict=True):
            create_session(visit, f"{title} {day:%d}", day=day, group=group)
    publish_release(visit=visit, by=alice)
    return visit


def itinerary(visit) -> str:
    return f"/visits/{visit.reference}/itinerary/"


def seen(answer) -> dict:
    """The titles of each day, in the order of the page; those that begin together by name."""
    return {
        day.date.day: [entry.title for entry in sorted(day.entries, key=lambda entry: (entry.starts, entry.title))]
        for day in answer.context["days"]
    }


# --- whose ---------------------------------------------------------------------------------------


def test_a_guest_reads_what_is_for_everybody_and_for_their_group(as_person, three_days):
    group = next(each for each in three_days.groups.all() if str(each) == "Group A")
    guest = factories.create_member(three_days, "Dana", group=group).invitation.user

    # What begins at the same moment stands in no order that anybody promised.
    titles = {day: sorted(each) for day, each in seen(as_person(guest).get(itinerary(three_days))).items()}
    assert titles == {day: [f"All {day:02}", f"Only A {day:02}"] for day in (9, 10, 11)}


def test_a_guest_without_a_group_reads_all_of_it_with_each_group_named(as_person, three_days):
    guest = factories.create_member(three_days, "Dana").invitation.user
    answer = as_person(guest).get(itinerary(three_days))

    assert [len(titles) for titles in seen(answer).values()] == [3, 3, 3]
    assert sorted(entry.group for entry in answer.context["days"][0].entries) == ["", "Group A", "Group B"]


def test_a_guest_reads_the_days_on_which_they_are_there(as_person, three_days):
    guest = factories.create_member(three_days, "Dana", days=[DAY_TWO]).invitation.user
    answer = as_person(guest).get(itinerary(three_days))

    assert list(seen(answer)) == [10]
    assert [tab["url"] for tab in answer.context["tabs"]] == ["#day-2027-03-10"]


def test_a_guest_for_whom_nothing_is_planned_is_told_whom_to_ask(as_person, three_days):
    guest = factories.create_member(three_days, "Dana", days=[datetime.date(2027, 3, 20)]).invitation.user

    assert "No session of this programme is for you yet." in as_person(guest).get(itinerary(three_days)).text


def test_a_coordinator_reads_what_is_for_anybody(as_person, alice, three_days):
    assert [len(titles) for titles in seen(as_person(alice).get(itinerary(three_days))).values()] == [3, 3, 3]


def test_before_the_first_release_a_guest_is_told_to_wait(as_person, visit, bob):
    create_session(visit, CANARY)
    answer = as_person(bob).get(itinerary(visit))

    assert "Your programme is being made" in answer.text
    assert CANARY not in answer.text


def test_a_guest_who_opens_the_visit_comes_to_the_itinerary(as_person, visit, bob):
    assert as_person(bob).get(f"/visits/{visit.reference}/").url == itinerary(visit)


# --- in which language ---------------------------------------------------------------------------


@pytest.fixture
def brno(alice):
    visit = full_visit(alice)
    publish_release(visit=visit, by=alice)
    return visit


def test_the_itinerary_speaks_english(as_person, brno):
    guest = factories.create_member(brno, language="en").invitation.user
    page = as_person(guest).get(itinerary(brno))

    assert page.headers["Content-Language"] == "en"
    for words in ("Social workers from Brno", "Tuesday 9 March", "The door beside the library.", "Hana Host (Manager)"):
        assert words in page.text


def test_the_itinerary_speaks_czech_and_marks_what_is_not(as_person, brno):
    guest = factories.create_member(brno, language="cs").invitation.user
    page = as_person(guest).get(itinerary(brno))

    assert page.headers["Content-Language"] == "cs"
    assert '<html lang="cs"' in page.text
    for words in (
        "Sociální pracovníci z Brna",
        "Dveře vedle knihovny.",
        "Hana Host (Vedoucí)",
        "mikrobus",
        "Skupina A",
    ):
        assert words in page.text
    assert '<span lang="en">How families decide.</span>' in page.text
    assert "The door beside the library." not in page.text


def test_times_are_leeds_times_with_the_time_at_home_beside(as_person, brno):
    guest = factories.create_member(brno).invitation.user
    [day, _other] = as_person(guest).get(itinerary(brno)).context["days"]

    talk = next(entry for entry in day.entries if entry.title == "Talk")
    assert (talk.starts, talk.ends, talk.home) == ("09:30", "10:45", "Brno 10:30")


def test_a_home_with_the_same_clock_is_not_told(as_person, alice):
    visit = factories.create_visit(city=factories.create_city("Lisbon", time_zone="Europe/Lisbon"))
    create_session(visit)
    publish_release(visit=visit, by=alice)

    assert as_person(alice).get(itinerary(visit)).context["days"][0].entries[0].home == ""


def test_the_time_at_home_follows_the_clocks_of_both_places(as_person, alice):
    """Between the second and the last Sunday of March it is four hours to New York, not five."""
    city = factories.create_city("New York", time_zone="America/New_York")
    visit = factories.create_visit(city=city, starts_on=datetime.date(2027, 3, 9), ends_on=datetime.date(2027, 4, 1))
    for day in (9, 16, 30):
        create_session(visit, day=datetime.date(2027, 3, day))
    publish_release(visit=visit, by=alice)
    days = as_person(alice).get(itinerary(visit)).context["days"]

    assert [day.entries[0].home for day in days] == ["New York 04:00", "New York 05:00", "New York 04:00"]
    assert {day.entries[0].starts for day in days} == {"09:00"}


# --- today ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "order", "marked", "today"),
    [
        ("2027-03-01T12:00", [9, 10, 11], [9], []),
        ("2027-03-09T00:05", [9, 10, 11], [9], [9]),
        ("2027-03-10T23:55", [10, 11, 9], [10], [10]),
        ("2027-03-11T12:00", [11, 9, 10], [11], [11]),
        ("2027-04-01T12:00", [9, 10, 11], [], []),
    ],
)
def test_today_stands_first_then_what_comes_then_what_has_been(client, three_days, now, order, marked, today):
    guest = factories.create_member(three_days, "Dana").invitation.user
    with time_machine.travel(datetime.datetime.fromisoformat(now).replace(tzinfo=LEEDS), tick=False):
        answer = factories.sign_in(client, guest).get(itinerary(three_days))

    assert list(seen(answer)) == order
    tabs = answer.context["tabs"]
    assert [tab["url"][-2:] for tab in tabs] == ["09", "10", "11"]
    assert [int(tab["url"][-2:]) for tab in tabs if tab["current"]] == marked
    assert [day.date.day for day in answer.context["days"] if day.is_today] == today


# --- what stands in it ---------------------------------------------------------------------------


def test_words_that_have_no_czech_say_that_they_are_english(as_person, brno):
    guest = factories.create_member(brno, language="cs").invitation.user
    [day, _other] = as_person(guest).get(itinerary(brno)).context["days"]
    [arrival, leg, talk] = day.entries

    assert arrival.place.startswith('<span lang="en">')
    assert talk.place.startswith('<span lang="en">Rothwell Hub</span>, ')
    assert 'cíl: <span lang="en">Rothwell Hub</span>' in leg.words
    assert (talk.who, '<span lang="en">' in talk.who) == ("Hana Host (Vedoucí)", False)


def test_an_entry_tells_where_which_door_with_whom_and_what_about(as_person, brno):
    guest = factories.create_member(brno).invitation.user
    page = as_person(guest).get(itinerary(brno))
    [day, other] = page.context["days"]
    [arrival, leg, talk], [turn] = day.entries, other.entries

    assert (talk.place, talk.entrance) == ("Rothwell Hub, Hall", "The door beside the library.")
    assert "mlat=53.751" in talk.map_url
    assert (talk.who, talk.about) == ("Hana Host (Manager)", "How families decide.")
    practices = next(each["practices"] for each in brno.releases.get().body["sessions"] if each["practices"])
    assert talk.practices == [
        (each["title"]["en"], reverse("practices:practice", args=[each["slug"]])) for each in practices
    ]
    assert (talk.content_note, talk.guest_note) == ("It is about loss.", "Ask anything.")
    assert str(talk.interpreting) == "interpreted, a few sentences at a time"
    assert (arrival.who, turn.who) == ("Alice", "Dana")
    assert leg.words == "09:00, minibus, to Rothwell Hub, 30 minutes"
    assert ("mlat=53.751" in leg.url, leg.icon) == (True, "bus")
    for words in (
        "Bring a coat.",
        "Wear your badge.",
        "No steps.",
        "+44 113 496 0100",
        "Alice coordinates your visit.",
    ):
        assert words in page.text


def test_two_places_of_one_name_are_both_told(as_person, alice, visit):
    for number in (1, 2):
        venue = factories.create_venue("Civic Hall", address=f"{number} Street")
        create_session(visit, at=f"1{number}:00", until=f"1{number}:30", venue=venue)
    publish_release(visit=visit, by=alice)

    assert [place.address for place in as_person(alice).get(itinerary(visit)).context["places"]] == [
        "1 Street",
        "2 Street",
    ]


def test_the_door_and_the_map_are_told_where_a_place_is_reached_and_not_again(as_person, alice, visit):
    hall = factories.create_venue("Hall", entrance=text("The red door."), latitude=53.79, longitude=-1.54)
    hub = factories.create_venue("Hub", entrance=text("The gate."), latitude=53.75, longitude=-1.55)
    for hour, venue in enumerate([hall, hall, hub, hall], start=9):
        create_session(visit, f"At {hour}", at=f"{hour:02}:00", until=f"{hour:02}:30", venue=venue)
    publish_release(visit=visit, by=alice)
    [day] = as_person(alice).get(itinerary(visit)).context["days"]

    told = [(entry.entrance, bool(entry.map_url)) for entry in day.entries]
    assert told == [("The red door.", True), ("", False), ("The gate.", True), ("The red door.", True)]


def test_where_the_last_leg_leads_is_among_the_places(as_person, alice, visit):
    here, station = factories.create_venue("Here"), factories.create_venue("Leeds station")
    create_session(visit, "Train", kind="travel", venue=here, to_venue=station)
    publish_release(visit=visit, by=alice)
    places = as_person(alice).get(itinerary(visit)).context["places"]

    assert [str(place.name) for place in places] == ["Here", "Leeds station"]


def test_people_are_named_when_shown_and_a_deletion_reaches_every_release(client, brno, alice):
    guest = factories.create_member(brno).invitation.user
    talk = next(session for session in brno.sessions.all() if session.hosts.exists())
    host = talk.hosts.get()

    def page() -> str:
        return factories.sign_in(client, guest).get(itinerary(brno)).text

    host.name = "Hana Married"
    host.save()
    assert "Hana Married (Manager)" in page()

    host.delete()
    Person.objects.filter(name="Dana").delete()
    assert "Hana" not in page()
    assert "somebody who is no longer here (Manager)" in page()
    assert "Dana" not in page()
    assert "Alice" in page()
    body = str(brno.releases.get().body)
    assert "Hana" not in body
    assert "Dana" not in body


def test_somebody_who_left_the_delegation_keeps_their_name_in_what_was_published(as_person, brno, alice):
    let_person_leave(person=Person.objects.get(name="Dana"), by=alice)

    assert "Dana" in as_person(alice).get(itinerary(brno)).text


# --- nothing of drafts ---------------------------------------------------------------------------


def test_no_page_that_a_guest_can_open_holds_a_word_of_the_draft(as_person, brno, alice):
    person = factories.create_member(brno, "Bob")
    Person.objects.filter(pk=person.pk).update(organisation=CANARY)
    session = brno.sessions.first()
    session.title = session.about = text(CANARY)
    session.save()
    create_session(brno, CANARY, at="18:00", until="19:00", about=text(CANARY))
    brno.aims.update(short=text(CANARY))
    client = as_person(person.invitation.user)
    key = factories.create_aim(brno).pk
    parts = ["", "itinerary/", "edit/", "people/", "people/needs/", "programme/", "programme/offers/", "preview/"]
    parts += ["publish/", "releases/", "releases/1/", "problems/pass/", f"aims/{key}/", f"programme/{session.pk}/"]
    pages = {part: client.get(f"/visits/{brno.reference}/{part}", follow=True) for part in parts}
    pages["list"] = client.get("/visits/?which=all")
    pages["start"] = client.get("/start/", follow=True)

    assert {part for part, page in pages.items() if page.status_code == 200} == {"", "itinerary/", "list", "start"}
    for page in pages.values():
        assert CANARY not in page.text
    assert "day-thumb" not in pages["list"].text


# --- what it costs -------------------------------------------------------------------------------


def test_an_itinerary_takes_at_most_six_queries(as_person, brno, django_assert_max_num_queries):
    guest = factories.create_member(brno).invitation.user
    client = as_person(guest)
    client.get(itinerary(brno))

    with django_assert_max_num_queries(6):
        assert client.get(itinerary(brno)).status_code == 200


@pytest.mark.parametrize("count", [1, 25])
def test_an_itinerary_takes_the_same_number_of_queries(as_person, alice, visit, bob, count, django_assert_num_queries):
    for number in range(count):
        create_session(
            visit,
            f"Talk {number}",
            venue=factories.create_venue(f"Venue {number}"),
            hosts=[factories.create_contact()],
            practice=factories.create_practice(),
        )
    publish_release(visit=visit, by=alice)
    client = as_person(bob)
    client.get(itinerary(visit))

    with django_assert_num_queries(6):
        client.get(itinerary(visit))


# --- the preview ---------------------------------------------------------------------------------


def test_the_preview_shows_a_given_guest_what_they_will_see_in_their_language(as_person, alice):
    visit = full_visit(alice)
    group = visit.groups.create(name=text("Group B"))
    guest = factories.create_member(visit, "Petr", language="cs", group=group)
    page = as_person(alice).get(f"/visits/{visit.reference}/preview/", {"person_chosen": guest.pk, "in_language": ""})

    assert '<html lang="en"' in page.text  # the page around it speaks to the coordinator
    assert '<div class="preview" lang="cs">' in page.text
    assert "Sociální pracovníci z Brna" in page.text
    assert [len(titles) for titles in seen(page).values()] == [2, 1]  # all but the talk for group A
    assert CANARY not in page.text


def test_the_preview_is_what_the_guest_then_reads(client, alice):
    visit = full_visit(alice)
    member = factories.create_member(visit, "Petr", language="cs", days=[DAY_ONE], group=visit.groups.get())
    preview = factories.sign_in(client, alice).get(f"/visits/{visit.reference}/preview/?person_chosen={member.pk}")
    publish_release(visit=visit, by=alice)
    page = factories.sign_in(client, member.invitation.user).get(itinerary(visit))

    for name in ("days", "tabs", "practices", "places", "coordinator", "title", "kind"):
        assert page.context[name] == preview.context[name]


def test_the_preview_can_be_asked_for_another_language(as_person, alice):
    visit = full_visit(alice)
    guest = factories.create_member(visit, "Petr", language="cs")
    page = as_person(alice).get(f"/visits/{visit.reference}/preview/", {"person_chosen": guest.pk, "in_language": "en"})

    assert '<div class="preview" lang="en">' in page.text
    assert "Tuesday 9 March" in page.text


@pytest.mark.parametrize(
    "query", ["person_chosen=x", "person_chosen=1f1f1f1f-1f1f-4f1f-8f1f-1f1f1f1f1f1f", "in_language=tlh"]
)
def test_a_preview_for_nobody_shows_what_is_for_everybody(as_person, alice, three_days, query):
    page = as_person(alice).get(f"/visits/{three_days.reference}/preview/?{query}")

    assert page.status_code == 200
    assert [len(titles) for titles in seen(page).values()] == [3, 3, 3]


def test_a_preview_of_somebody_elses_guest_is_not_given(as_person, alice, three_days):
    other = factories.create_member(factories.create_visit(), "Charlie", days=[DAY_ONE])
    page = as_person(alice).get(f"/visits/{three_days.reference}/preview/?person_chosen={other.pk}")

    assert list(seen(page)) == [9, 10, 11]
    assert "Charlie" not in page.text


def test_a_practice_without_a_public_page_is_no_link_to_nowhere(as_person, alice, visit):
    create_session(visit, "One", practice=factories.create_practice("In work"))
    create_session(visit, "Two", practice=factories.create_public_practice("Read about me"), at="11:00", until="12:00")
    publish_release(visit=visit, by=alice)

    page = as_person(alice).get(itinerary(visit)).text

    assert [title in page for title in ("In work", "Read about me")] == [False, True]


def test_a_practice_is_called_as_on_its_public_page(as_person, alice, visit):
    practice = factories.create_public_practice("Read about me")
    practice.title = text("Half an idea")
    practice.save()
    create_session(visit, "One", practice=practice)
    publish_release(visit=visit, by=alice)

    page = as_person(alice).get(itinerary(visit)).text

    assert [title in page for title in ("Half an idea", "Read about me")] == [False, True]
