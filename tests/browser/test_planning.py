"""The main job: a coordinator plans a visit, from its first record to release 1 in the hands of the guests."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.pages import (
    about,
    box,
    choose,
    follow,
    go_to,
    in_czech,
    look_at,
    press,
    read_newest_mail,
    session,
    told,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_visit_is_planned_published_and_sent_out(coordinator, sit_down, send_mail):
    records_the_visit(coordinator)
    writes_down_the_aims(coordinator)
    enters_the_people(coordinator)
    writes_down_needs_and_an_undertaking(coordinator)
    takes_an_offer(coordinator)
    adds_a_session_at_a_new_place_with_a_new_host(coordinator)
    adds_meal_travel_reflection_and_the_guests_turn(coordinator)
    settles_what_does_not_fit(coordinator)
    looks_at_it_as_a_guest(coordinator)
    publishes_release_1(coordinator)
    invites_everybody(coordinator, send_mail)
    corrects_a_wrong_address(coordinator, sit_down(), send_mail)


def records_the_visit(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you, Demo coordinator")
    expect(page.get_by_role("link", name="Publish the first release.")).to_be_visible()
    look_at(page)
    follow(page, "Record a visit")
    look_at(page)
    page.get_by_label("Which partner city do they come from?").select_option(label="Brno")
    box(page, "What is the visit called?").fill("Family support workers from Brno")
    page.get_by_label("First day").fill("2027-04-13")
    page.get_by_label("Last day").fill("2027-04-14")
    page.get_by_label("Why do they come?").fill("They build up a service for families and want to see one at work.")
    press(page, "Record the visit")
    told(page, "Visit recorded. Now write down what the guests want to learn.")


def writes_down_the_aims(page: Page) -> None:
    look_at(page)
    aims = [
        ("Kdo zůstane s rodičem, když dítě odejde?", "Who stays with the parents", "Save and add another"),
        ("Jak se rodina sama poradí?", "Families who decide for themselves", "Save and go to the visit"),
    ]
    for words, short, button in aims:
        page.get_by_label("What do they want to learn, in their own words?").fill(words)
        page.get_by_label("In which language did they say it?").select_option(label="Czech")
        box(page, "The same in short, for the programme").fill(short)
        press(page, button)
        told(page, "Aim added.")
    look_at(page)
    expect(page.get_by_text("Jak se rodina sama poradí?")).to_have_attribute("lang", "cs")


def enters_the_people(page: Page) -> None:
    go_to(page, "People")
    look_at(page)
    follow(page, "Add a person")
    look_at(page)
    enter_person(page, "Jana Nováková", "Delegation lead", "basic", ["Czech"])
    enter_person(page, "Petr Svoboda", "Delegate", "good", ["Czech", "English"])
    enter_person(page, "Eva Dvořáková", "Interpreter", "fluent", ["Czech", "English"])
    page.get_by_label("For a placement student: until which day may they see the visit?").fill("2027-05-31")
    page.get_by_label("In which language do they read the programme?").select_option(label="English")
    enter_person(page, "Sam Taylor", "Placement student", "fluent", ["English"], button="Save the person")
    expect(page.get_by_text("2 guests, and whoever comes with them.")).to_be_visible()


def enter_person(page: Page, name: str, part: str, english: str, languages: list[str], button="Save and add another"):
    page.get_by_label("What is their name?").fill(name)
    choose(page, "What is their part in the visit?", part)
    page.get_by_label("E-mail address").fill(f"{name.split()[0].lower()}@example.org")
    for language in languages:
        choose(page, "Which languages do they speak?", language)
    choose(page, "How good is their English?", english)
    press(page, button)
    told(page, f"{name} added.")


def writes_down_needs_and_an_undertaking(page: Page) -> None:
    follow(page, about("Needs", "Jana Nováková"))
    look_at(page)
    page.get_by_label("What do they need to get around and take part?").fill("A way without steps.")
    page.get_by_label("What do they need at meals?").fill("Vegetarian.")
    press(page, "Save what is needed")
    told(page, "What Jana Nováková needs is saved.")
    follow(page, "What everybody needs: access and meals")
    expect(page.get_by_role("row").filter(has_text="Jana Nováková")).to_contain_text("A way without steps.")
    look_at(page)
    follow_people(page)
    follow(page, about("Undertaking", "Jana Nováková"))
    look_at(page)
    press(page, "Record the undertaking")
    told(page, "Undertaking of Jana Nováková recorded.")


def follow_people(page: Page) -> None:
    page.get_by_role("navigation", name="Where you are").get_by_role("link", name="People").click()


def takes_an_offer(page: Page) -> None:
    go_to(page, "Programme")
    look_at(page)
    follow(page, "See the offers")
    look_at(page)
    follow(page, "A conference, explained")
    look_at(page)
    page.get_by_label("On which day?").fill("2027-04-13")
    page.get_by_label("From when?").fill("09:30")
    press(page, "Put it into the programme")
    expect(session(page, "A conference, explained")).to_contain_text("09:30–10:45")
    expect(session(page, "A conference, explained")).to_contain_text("Merrion House")


def adds_a_session_at_a_new_place_with_a_new_host(page: Page) -> None:
    """A venue and a host are missing; they are added on the way, and what was typed is still there."""
    follow(page, "Add: session")
    look_at(page)
    box(page, "What is it called in the programme?").fill("A morning at the library")
    box(page, "What is it called in the programme?", "Čeština").fill("Dopoledne v knihovně")
    fill_in_the_clock(page, "2027-04-13", "11:00", "12:00")
    choose(page, "Which aims does it serve?", "Families who decide for themselves")
    page.get_by_label("How many guests at most?").fill("1")
    page.get_by_text("Is a venue or a host missing?").click()
    press(page, "Add a venue")
    add_the_library(page)
    page.get_by_text("Is a venue or a host missing?").click()
    press(page, "Add a host")
    add_the_librarian(page)
    expect(box(page, "What is it called in the programme?", "Čeština")).to_have_value("Dopoledne v knihovně")
    expect(page.get_by_label("Where?", exact=False).first.locator("option:checked")).to_have_text("Demo Library")
    press(page, "Add it")
    told(page, "A morning at the library is in the programme.")


def fill_in_the_clock(page: Page, day: str, starts: str, ends: str) -> None:
    page.get_by_label("On which day?").fill(day)
    page.get_by_label("From", exact=True).fill(starts)
    page.get_by_label("Until", exact=True).fill(ends)


def add_the_library(page: Page) -> None:
    look_at(page)
    page.get_by_label("What is the place called?").fill("Demo Library")
    page.get_by_label("What is its address?").fill("1 Demo Street, Leeds")
    page.get_by_label("Or the name of an organisation that is not in the list").fill("Demo Libraries")
    page.get_by_label("Which space will you use there?").fill("Reading room")
    page.get_by_label("How many people does it hold?").fill("30")
    press(page, "Add venue")


def add_the_librarian(page: Page) -> None:
    look_at(page)
    page.get_by_label("What is their name?").fill("Demo librarian")
    box(page, "What is their role?").fill("Librarian for families")
    page.get_by_label("For which organisation do they work?").select_option(label="Demo Libraries, Leeds")
    press(page, "Add person")


def adds_meal_travel_reflection_and_the_guests_turn(page: Page) -> None:
    add(page, "meal", "Lunch together", "11:45", "12:30", venue="Demo Library")
    add(
        page,
        "travel",
        "By minibus to New Wortley",
        "12:30",
        "12:40",
        venue="Merrion House",
        to="New Wortley Community Centre",
    )
    add(page, "reflection", "Looking back", "13:30", "14:00", venue="New Wortley Community Centre")
    add(page, "the guests' turn", "One thing from Brno", "14:00", "14:45", venue="New Wortley Community Centre")
    add(page, "free time", "An evening in town", "17:00", "21:00", day="2027-04-15")


def add(page: Page, kind: str, title: str, starts: str, ends: str, *, day="2027-04-13", venue="", to="") -> None:
    follow(page, f"Add: {kind}")
    box(page, "What is it called in the programme?").fill(title)
    fill_in_the_clock(page, day, starts, ends)
    if venue:
        page.get_by_label("Where?").select_option(label=venue)
    if to:
        page.get_by_label("Where to?").select_option(label=to)
    press(page, "Add it")
    told(page, f"{title} is in the programme.")


def settles_what_does_not_fit(page: Page) -> None:
    """Each trouble stands as a sentence beside its session; one is mended, one is kept with a reason."""
    look_at(page)
    beside = {
        "A morning at the library": "takes 1 guest, and 2 are to come",
        "Lunch together": "A morning at the library lasts until 12:00, and Lunch together begins at 11:45",
        "By minibus to New Wortley": "The way from Merrion House to New Wortley Community Centre takes",
        "An evening in town": "is on Thursday 15 April, but the visit lasts from",
    }
    for title, sentence in beside.items():
        expect(session(page, title)).to_contain_text(sentence)
    mends_an_overlap(page)
    keeps_a_short_way(page)
    makes_room_at_the_library(page)
    brings_the_evening_into_the_visit(page)


def problem(page: Page, sentence: str) -> Locator:
    """One of the things to look at, with what can be done about it."""
    return page.get_by_role("complementary").get_by_role("listitem").filter(has_text=sentence)


def mends_an_overlap(page: Page) -> None:
    problem(page, "Lunch together begins at 11:45").get_by_role("link", name="Begin at 12:00").click()
    look_at(page)
    expect(page.get_by_label("From when?")).to_have_value("12:00")
    press(page, "Move it")
    told(page, "Lunch together moved.")
    expect(session(page, "Lunch together")).to_contain_text("12:00–12:45")


def keeps_a_short_way(page: Page) -> None:
    problem(page, "The way from Merrion House").get_by_role("link", name="Keep it, with a reason").click()
    look_at(page)
    page.get_by_label("Why may it stay as it is?").fill("The driver waits at the door.")
    press(page, "Keep it")
    page.get_by_text("1 kept with a reason").click()
    expect(page.get_by_text("It stays because: The driver waits at the door.")).to_be_visible()
    expect(session(page, "By minibus to New Wortley")).not_to_contain_text("minutes to plan")


def makes_room_at_the_library(page: Page) -> None:
    session(page, "A morning at the library").get_by_role("link").click()
    look_at(page)
    page.get_by_label("How many guests at most?").fill("12")
    press(page, "Save the session")
    told(page, "A morning at the library saved.")
    expect(session(page, "A morning at the library")).not_to_contain_text("are to come")


def brings_the_evening_into_the_visit(page: Page) -> None:
    session(page, "An evening in town").get_by_role("link").click()
    page.get_by_label("On which day?").fill("2027-04-14")
    press(page, "Save the session")
    expect(session(page, "An evening in town")).not_to_contain_text("but the visit lasts")
    look_at(page)


def looks_at_it_as_a_guest(page: Page) -> None:
    """The Czech delegate will read it in Czech, where there is Czech."""
    go_to(page, "What guests will see")
    look_at(page)
    page.get_by_label("As whom?").select_option(label="Petr Svoboda")
    press(page, "Show it")
    expect(page.get_by_role("heading", name="Dopoledne v knihovně")).to_be_visible()
    expect(page.get_by_role("heading", name="Rodinná konference")).to_be_visible()
    expect(page.get_by_text("Lunch together")).to_have_attribute("lang", "en")
    look_at(page)


def publishes_release_1(page: Page) -> None:
    go_to(page, "Overview")
    press(page, "Mark as planning")
    told(page, "Marked as planning.")
    follow(page, "Publish")
    look_at(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Publish release 1")
    press(page, "Publish it now")
    told(page, "Release 1 published. Nobody is invited yet")
    look_at(page)


def invites_everybody(page: Page, send_mail) -> None:
    go_to(page, "People")
    press(page, "Invite 4 people by mail")
    told(page, "4 invitations are on their way.")
    send_mail()
    page.goto("/outbox/")
    look_at(page)
    expect(page.get_by_role("row").filter(has_text="petr@example.org")).to_contain_text("sent")
    read_newest_mail(page, "jana@example.org")
    look_at(page)
    expect(page.get_by_role("main")).to_contain_text("Jana Nováková")


def corrects_a_wrong_address(page: Page, elsewhere: Page, send_mail) -> None:
    """The mail to a wrong address leads nowhere any more; a new one reaches the right person."""
    read_newest_mail(page, "petr@example.org")
    wrong = link_of_the_invitation(page)
    page.goto("/visits/brno-2/people/")
    follow(page, about("Correct the address", "Petr Svoboda"))
    look_at(page)
    page.get_by_label("What is the right e-mail address?").fill("petr.svoboda@example.org")
    press(page, "Save and invite again")
    told(page, "Address of Petr Svoboda corrected. A new invitation is on its way.")
    send_mail()
    read_newest_mail(page, "petr.svoboda@example.org")
    assert link_of_the_invitation(page) != wrong
    elsewhere.goto(wrong)
    look_at(elsewhere)
    expect(elsewhere.get_by_text(in_czech("This invitation has been withdrawn."))).to_be_visible()


def link_of_the_invitation(page: Page) -> str:
    return page.get_by_role("main").get_by_role("link", name="/people/invitation/").get_attribute("href")
