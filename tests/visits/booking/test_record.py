"""Recording a visit and changing it: what is kept, what is refused, what two people do to each other."""

import datetime

import pytest

from core.audit import AuditEntry
from tests import factories
from tests.factories import DAY_ONE
from tests.visits.pages import form_of, typed
from visits.booking.models import Move, Visit

DAY_TWO = DAY_ONE + datetime.timedelta(days=1)


@pytest.fixture
def brno(db):
    return factories.create_city("Brno", slug="brno")


def boxes(place, /, **changes) -> dict:
    values = {
        "city": place.pk,
        "title_en": "Social workers from Brno",
        "title_cs": "Sociální pracovníci z Brna",
        "starts_on": "2027-03-09",
        "ends_on": "2027-03-10",
        "purpose": "They asked after a talk.",
        "staff_note": "Ring Dana first.",
    }
    return {**values, **changes}


def test_recording_a_visit_keeps_all_that_was_typed_and_asks_for_the_aims(as_person, alice, brno):
    answer = as_person(alice).post("/visits/add/", boxes(brno))

    visit = Visit.objects.get()
    assert answer["Location"] == "/visits/brno-1/aims/add/"
    assert (visit.reference, visit.city, visit.status, visit.lead_coordinator) == ("brno-1", brno, "scoping", alice)
    assert visit.title == {"en": "Social workers from Brno", "cs": "Sociální pracovníci z Brna"}
    assert visit.days == [DAY_ONE, DAY_TWO]
    assert (visit.purpose, visit.staff_note) == ("They asked after a talk.", "Ring Dana first.")
    assert Move.objects.get(visit=visit).to_status == "scoping"
    entry = AuditEntry.objects.get(verb="visit.recorded")
    assert (entry.subject_id, entry.by_user) == (visit.pk, alice.pk)


def test_a_visit_can_be_recorded_before_its_days_are_agreed(as_person, alice, brno):
    as_person(alice).post("/visits/add/", boxes(brno, starts_on="", ends_on=""))

    visit = Visit.objects.get()
    assert (visit.starts_on, visit.ends_on, visit.days) == (None, None, [])


def test_our_own_city_sends_no_visitors(as_person, alice, brno):
    home = factories.create_home()
    page = as_person(alice).get("/visits/add/")
    assert str(home.pk) not in page.text
    assert str(brno.pk) in page.text

    assert as_person(alice).post("/visits/add/", boxes(home)).status_code == 200
    assert not Visit.objects.exists()


BAD = {
    "no city": ({"city": ""}, "city", "Choose the city that the guests come from."),
    "an unknown city": (
        {"city": "1f1f1f1f-1f1f-4f1f-8f1f-1f1f1f1f1f1f"},
        "city",
        "Choose one of the answers that stand here",
    ),
    "a city that is no id": ({"city": "x"}, "city", "is not a valid"),
    "no title": ({"title_en": "", "title_cs": " "}, "title", "Give the visit a title."),
    "a last day before the first": ({"ends_on": "2027-03-08"}, "ends_on", "must not come before the first"),
    "half of the days": ({"ends_on": ""}, "ends_on", "Give both days, or neither."),
    "the other half": ({"starts_on": ""}, "starts_on", "Give both days, or neither."),
    "two weeks and a day": ({"ends_on": "2027-03-23"}, "ends_on", "at most 14 days"),
    "no day at all": ({"starts_on": "soon"}, "starts_on", "Write a day that the calendar has"),
    "a year of the Romans": ({"starts_on": "0027-03-09", "ends_on": "0027-03-10"}, "starts_on", "Write a year between"),
    "a text of a megabyte": ({"purpose": "x" * 1_000_000}, "purpose", "4000 characters fit"),
    "a title of a megabyte": ({"title_en": "x" * 1_000_000}, "title", "has 1000000 characters; 200 fit"),
    "control characters": ({"staff_note": "ring\x07ring"}, "staff_note", "characters that cannot be shown"),
    "a null byte": ({"purpose": "a\x00b"}, "purpose", "Null characters are not allowed."),
    "control characters in a title": ({"title_cs": "a\x1bb"}, "title", "characters that cannot be shown"),
}


@pytest.mark.parametrize("why", BAD)
def test_bad_input_is_answered_in_a_sentence_and_comes_back_as_it_was_typed(as_person, alice, brno, why):
    changes, field, sentence = BAD[why]
    sent = boxes(brno, **changes)
    answer = as_person(alice).post("/visits/add/", sent)

    assert answer.status_code == 200
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert f'href="#id_{field}"' in answer.text
    assert answer.text.index("There is a problem") < answer.text.index("<h1>")
    back = form_of(answer)
    # A parser of HTML reads a null byte as the replacement character.
    typed_in = {name: [str(value).replace("\x00", "�")] for name, value in sent.items() if name != "city"}
    assert {name: [value.replace("\x00", "�") for value in back[name]] for name in typed_in} == typed_in
    assert not Visit.objects.exists()


def test_a_city_in_the_address_is_chosen_already(as_person, alice, brno):
    assert form_of(as_person(alice).get(f"/visits/add/?city={brno.pk}"))["city"] == [str(brno.pk)]
    assert form_of(as_person(alice).get("/visits/add/?city=nonsense"))["city"] == [""]


def test_changing_the_days_leaves_sessions_where_they_are(as_person, alice, visit):
    session = factories.create_session(visit)
    client = as_person(alice)
    page = client.get(f"/visits/{visit.reference}/edit/")
    answer = client.post(f"/visits/{visit.reference}/edit/", typed(page, starts_on="2027-04-06", ends_on="2027-04-07"))

    assert answer["Location"] == f"/visits/{visit.reference}/"
    visit.refresh_from_db()
    assert visit.starts_on == datetime.date(2027, 4, 6)
    session.refresh_from_db()
    assert session.day == DAY_ONE
    assert AuditEntry.objects.get(verb="visit.edited").facts == {"fields": ["starts_on", "ends_on"]}


def test_saving_without_a_change_is_no_event(as_person, alice, visit):
    client = as_person(alice)
    client.post(f"/visits/{visit.reference}/edit/", form_of(client.get(f"/visits/{visit.reference}/edit/")))

    assert not AuditEntry.objects.filter(verb="visit.edited").exists()


def test_two_people_who_change_different_fields_both_keep_their_change(as_person, alice, visit):
    client, address = as_person(alice), f"/visits/{visit.reference}/edit/"
    first, second = client.get(address), client.get(address)
    client.post(address, typed(first, purpose="To see a team at work."))
    answer = client.post(address, typed(second, title_en="New title"), follow=True)

    visit.refresh_from_db()
    assert (visit.purpose, str(visit.title)) == ("To see a team at work.", "New title")
    assert "We kept their changes to: Why do they come?" in answer.text


def test_the_second_who_changes_the_same_field_is_asked(as_person, alice, visit):
    client, address = as_person(alice), f"/visits/{visit.reference}/edit/"
    first, second = client.get(address), client.get(address)
    client.post(address, typed(first, purpose="Hers."))
    answer = client.post(address, typed(second, purpose="Mine."))

    visit.refresh_from_db()
    assert (answer.status_code, visit.purpose) == (409, "Hers.")
    [clash] = answer.context["form"].clashes
    assert (clash.typed, clash.current) == ("Mine.", "Hers.")
    assert form_of(answer)["purpose"] == ["Mine."]

    answer = client.post(address, typed(answer, purpose="Hers, and mine."))
    visit.refresh_from_db()
    assert (answer.status_code, visit.purpose) == (302, "Hers, and mine.")


def test_two_days_that_fit_apart_and_not_together_are_refused(as_person, alice, visit):
    client, address = as_person(alice), f"/visits/{visit.reference}/edit/"
    first, second = client.get(address), client.get(address)
    client.post(address, typed(first, starts_on="2027-03-10"))
    answer = client.post(address, typed(second, ends_on="2027-03-09"))

    visit.refresh_from_db()
    assert "must not come before the first" in answer.text
    assert (visit.starts_on, visit.ends_on) == (DAY_TWO, DAY_TWO)


def test_a_form_sent_after_the_sign_in_ran_out_comes_back(client, alice, visit):
    address = f"/visits/{visit.reference}/edit/"
    sent = typed(factories.sign_in(client, alice).get(address), purpose="Typed for an hour.")
    client.logout()
    answer = client.post(address, sent)
    assert answer["Location"].startswith("/account/login")

    back = factories.sign_in(client, alice).get(address)
    assert form_of(back)["purpose"] == ["Typed for an hour."]
    assert "Here is what you typed; it is not saved yet." in back.text
    visit.refresh_from_db()
    assert visit.purpose == ""


def test_moving_a_visit_on_its_page_keeps_the_reason(as_person, alice, visit):
    answer = as_person(alice).post(
        f"/visits/{visit.reference}/move/", {"to": "confirmed", "why": "All hosts said yes."}, follow=True
    )

    visit.refresh_from_db()
    assert (visit.status, visit.moves.get().why) == ("confirmed", "All hosts said yes.")
    assert "Marked as confirmed." in answer.text
    assert "All hosts said yes." in answer.text


@pytest.mark.parametrize("sent", [{}, {"to": "nonsense"}, {"to": "confirmed", "why": "x" * 501}, {"to": "closed"}])
def test_a_move_that_there_is_not_changes_nothing(as_person, alice, visit, sent):
    answer = as_person(alice).post(f"/visits/{visit.reference}/move/", sent, follow=True)

    visit.refresh_from_db()
    assert (answer.status_code, visit.status, visit.moves.count()) == (200, "planning", 0)
