"""Who comes: their part, their days, their groups; leaving, and coming back."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refusal
from core.audit import AuditEntry
from core.translated import text
from tests import factories
from tests.factories import DAY_ONE
from tests.visits.pages import form_of, typed
from visits.booking.models import Visit
from visits.delegation import actions
from visits.delegation.models import Need, Person
from visits.delegation.permissions import membership
from visits.problems.find import find
from visits.programme.programme import Programme

pytestmark = pytest.mark.django_db
DAY_TWO = DAY_ONE + datetime.timedelta(days=1)


def address(visit, *parts) -> str:
    return "/".join([f"/visits/{visit.reference}/people", *(str(part) for part in parts), ""])


def boxes(**changes) -> dict:
    values = {"name": "Dana", "part": "delegate", "language": "cs", "english": "basic"}
    return {**values, **changes}


# --- the list ------------------------------------------------------------------------------------


def test_a_person_keeps_all_that_was_typed(as_person, alice, visit):
    group = visit.groups.create(name=text("Group A"))
    answer = as_person(alice).post(
        address(visit, "add"),
        boxes(
            part="interpreter",
            profession_en="Interpreter",
            profession_cs="Tlumočnice",
            organisation="Demo agency",
            email="Dana@Example.org",
            languages=["cs", "en"],
            days=["2027-03-10"],
            group=group.pk,
        ),
    )

    assert answer.url == address(visit)
    person = visit.people.get()
    assert (person.name, person.part, person.organisation, person.group) == (
        "Dana",
        "interpreter",
        "Demo agency",
        group,
    )
    assert person.profession == {"en": "Interpreter", "cs": "Tlumočnice"}
    assert (person.language, person.languages, person.english) == ("cs", ["cs", "en"], "basic")
    assert (person.days, person.is_there_on(DAY_ONE), person.is_there_on(DAY_TWO)) == ([DAY_TWO], False, True)
    entry = AuditEntry.objects.get(verb="person.added")
    assert (entry.subject_id, entry.whole_id, entry.subject_name) == (person.pk, visit.pk, {})


def test_nothing_ticked_means_every_day(as_person, alice, visit):
    as_person(alice).post(address(visit, "add"), boxes())

    assert visit.people.get().is_there_on(DAY_ONE)


def test_the_language_of_the_city_is_proposed(as_person, alice):
    brno = factories.create_city("Brno", interpreter_language="cs")
    kyiv = factories.create_city("Kyiv", interpreter_language="uk")
    client = as_person(alice)
    proposed = [
        form_of(client.get(address(factories.create_visit(city=city), "add")))["language"] for city in (brno, kyiv)
    ]

    assert proposed == [["cs"], ["en"]]


def test_after_saving_another_person_can_follow_at_once(as_person, alice, visit):
    assert as_person(alice).post(address(visit, "add"), boxes(another="1")).url == address(visit, "add")


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "Write down the person's name."),
        ({"name": "x" * 1_000_000}, "name", "This has 1000000 characters; 120 characters fit."),
        ({"name": "Da\x07na"}, "name", "characters that cannot be shown"),
        ({"part": "king"}, "part", "Choose one of the answers that stand here"),
        ({"english": ""}, "english", "Say how good their English is; ask them if you do not know."),
        ({"email": "dana"}, "email", "Write the whole e-mail address, for example name@example.org."),
        ({"language": "tlh"}, "language", "Choose one of the answers that stand here"),
        ({"languages": ["tlh"]}, "languages", "Choose one of the answers that stand here"),
        ({"days": ["2027-03-20"]}, "days", "Choose one of the answers that stand here"),
        ({"days": ["soon"]}, "days", "Choose one of the answers that stand here"),
        ({"part": "student"}, "access_ends_on", "A placement student's access ends on a set day. Say which."),
        (
            {"part": "student", "access_ends_on": "2027-03-09"},
            "access_ends_on",
            "Their access would end on Tuesday 9 March, before their last day here, Wednesday 10 March.",
        ),
        ({"access_ends_on": "31 June"}, "access_ends_on", "Write a day that the calendar has"),
    ],
)
def test_bad_input_is_answered_in_a_sentence_and_comes_back(as_person, alice, visit, changes, field, sentence):
    sent = boxes(**changes)
    answer = as_person(alice).post(address(visit, "add"), sent)

    assert sentence in " ".join(answer.context["form"].errors[field])
    assert f'href="#id_{field}' in answer.text
    assert form_of(answer)["name"] == [sent["name"]]
    assert not Person.objects.exists()


def test_a_delegation_has_one_lead(as_person, alice, visit):
    factories.create_person(visit, part="lead")
    second = factories.create_person(visit)
    client = as_person(alice)
    refused = [
        client.post(address(visit, "add"), boxes(part="lead")),
        client.post(address(visit, second.pk), typed(client.get(address(visit, second.pk)), part="lead")),
    ]

    for answer in refused:
        assert answer.context["form"].errors == {
            "part": ["Somebody else leads this delegation. Change their part first."]
        }
    with pytest.raises(IntegrityError, match="visits_person_one_lead_in_a_delegation"), transaction.atomic():
        factories.create_person(visit, part="lead")


def test_another_visit_has_a_lead_of_its_own(visit):
    factories.create_person(visit, part="lead")

    assert factories.create_person(factories.create_visit(), part="lead").part == "lead"


def test_the_database_keeps_students_without_an_end_date_out(visit):
    with pytest.raises(IntegrityError, match="visits_person_a_student_has_an_end_date"), transaction.atomic():
        factories.create_person(visit, part="student")


def test_two_people_of_a_visit_have_two_addresses(as_person, alice, visit):
    factories.create_person(visit, email="dana@example.org")
    answer = as_person(alice).post(address(visit, "add"), boxes(email="Dana@example.org"))

    assert answer.context["form"].errors == {
        "email": ["Somebody else on this list has the same address. Each person needs their own."]
    }


def test_changes_by_two_people_to_different_fields_are_both_kept(as_person, alice, visit):
    person = factories.create_person(visit, "Dana")
    client = as_person(alice)
    first, second = client.get(address(visit, person.pk)), client.get(address(visit, person.pk))
    client.post(address(visit, person.pk), typed(first, english="fluent", days=["2027-03-10"]))
    answer = client.post(address(visit, person.pk), typed(second, name="Dana N.", languages=["cs"]), follow=True)

    person.refresh_from_db()
    assert (person.english, person.days, person.name, person.languages) == ("fluent", [DAY_TWO], "Dana N.", ["cs"])
    assert "We kept their changes to: How good is their English?; On which days are they here?" in answer.text
    assert [entry.facts["fields"] for entry in AuditEntry.objects.filter(verb="person.edited")] == [
        ["name", "languages"],
        ["english", "days"],
    ]


def test_the_second_who_changes_the_same_field_of_a_person_is_asked(as_person, alice, visit):
    person = factories.create_person(visit, "Dana")
    client = as_person(alice)
    first, second = client.get(address(visit, person.pk)), client.get(address(visit, person.pk))
    client.post(address(visit, person.pk), typed(first, days=["2027-03-10"]))
    answer = client.post(address(visit, person.pk), typed(second, days=["2027-03-09"]))

    person.refresh_from_db()
    [clash] = answer.context["form"].clashes
    assert (answer.status_code, person.days) == (409, [DAY_TWO])
    assert (clash.typed, clash.current) == ("Tuesday 9 March", "Wednesday 10 March")


def test_days_that_no_longer_belong_to_the_visit_stay_until_somebody_unticks_them(as_person, alice, visit):
    person = factories.create_person(visit, days=[DAY_ONE])
    Visit.objects.update(starts_on=DAY_TWO, ends_on=DAY_TWO)
    client = as_person(alice)
    page = client.get(address(visit, person.pk))

    assert form_of(page)["days"] == ["2027-03-09"]
    client.post(address(visit, person.pk), typed(page, days=["2027-03-10"]))
    person.refresh_from_db()
    assert person.days == [DAY_TWO]


def test_the_address_of_somebody_invited_is_corrected_on_a_page_of_its_own(as_person, alice, visit):
    person = factories.create_member(visit, "Dana", email="dana@example.org")
    client = as_person(alice)
    page = client.get(address(visit, person.pk))
    assert "email" not in form_of(page)
    client.post(address(visit, person.pk), typed(page, email="other@example.org"))

    person.refresh_from_db()
    assert person.email == "dana@example.org"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_people_takes_the_same_number_of_queries(as_person, alice, visit, count, django_assert_num_queries):
    for number in range(count):
        group = visit.groups.create(name=text(f"Group {number}"))
        person = factories.create_member(visit, group=group)
        person.undertakings.create(version="1.0", language="cs", received_on=DAY_ONE)
    client = as_person(alice)
    client.get(address(visit))

    with django_assert_num_queries(5):
        client.get(address(visit))


def test_the_list_counts_guests_and_who_has_not_promised(as_person, alice, visit):
    for part in ("lead", "delegate", "interpreter"):
        factories.create_person(visit, part=part)
    visit.people.first().undertakings.create(version="1.0", language="cs", received_on=DAY_ONE)
    answer = as_person(alice).get(address(visit))

    assert "2 guests, and whoever comes with them." in answer.text
    assert "2 people have not given the confidentiality undertaking yet." in answer.text
    assert "Invite 3 people by mail" in answer.text


def test_an_empty_list_says_how_to_begin(as_person, alice, visit):
    answer = as_person(alice).get(address(visit))

    assert "Nobody is on the list yet" in answer.text
    assert f'href="{address(visit, "add")}"' in answer.text


# --- leaving, and coming back --------------------------------------------------------------------


def test_somebody_who_leaves_is_shut_out_at_once_and_their_needs_are_gone(client, as_person, alice, visit, bob):
    person = visit.people.get()
    actions.write_needs(person=person, access="no steps", meals="", by=alice)
    as_person(alice).post(address(visit, person.pk, "remove"))

    person.refresh_from_db()
    assert person.left_at is not None
    assert person.invitation.withdrawn_at is not None
    assert not Need.objects.exists()
    assert membership(bob, visit) is None
    assert not Visit.objects.visible_to(bob).exists()
    bob.refresh_from_db()
    assert factories.sign_in(client, bob).get(f"/visits/{visit.reference}/itinerary/").status_code == 404


def test_the_sessions_of_somebody_who_leaves_end(client, alice, visit, bob):
    factories.sign_in(client, bob)
    assert client.get(f"/visits/{visit.reference}/itinerary/").status_code == 200
    actions.let_person_leave(person=visit.people.get(), by=alice)

    assert client.get(f"/visits/{visit.reference}/itinerary/").url.startswith("/account/login")


def test_somebody_who_leaves_is_not_counted_and_can_be_brought_back(as_person, alice, visit):
    person = factories.create_person(visit, "Dana")
    client = as_person(alice)
    answer = client.post(address(visit, person.pk, "remove"), follow=True)
    assert "Bring Dana back" in answer.text
    assert (answer.context["roster"].rows, answer.context["roster"].gone) == ([], [person])
    assert client.get(address(visit, person.pk)).status_code == 404

    answer = client.post(address(visit, person.pk, "restore"), follow=True)
    assert [row.person for row in answer.context["roster"].rows] == [person]
    assert client.post(address(visit, person.pk, "restore")).status_code == 404


def test_whoever_comes_back_is_invited_anew(alice, visit, bob):
    person = visit.people.get()
    first = person.invitation
    actions.let_person_leave(person=person, by=alice)
    person = actions.bring_person_back(person=person, by=alice)
    assert membership(bob, visit) is None

    person = actions.invite_again(person=person, by=alice)
    assert (person.invitation.state, person.invitation != first) == ("sent", True)


def test_a_lead_who_comes_back_finds_another_lead_and_is_a_delegate(alice, visit):
    first = factories.create_person(visit, part="lead")
    actions.let_person_leave(person=first, by=alice)
    factories.create_person(visit, part="lead")

    assert actions.bring_person_back(person=first, by=alice).part == "delegate"


def test_a_lead_who_comes_back_to_an_empty_place_leads_again(alice, visit):
    first = factories.create_person(visit, part="lead")
    actions.let_person_leave(person=first, by=alice)

    assert actions.bring_person_back(person=first, by=alice).part == "lead"


def test_each_of_these_steps_is_in_the_log(alice, visit):
    person = factories.create_person(visit)
    actions.let_person_leave(person=person, by=alice)
    actions.bring_person_back(person=person, by=alice)

    entries = AuditEntry.objects.filter(subject_id=person.pk).order_by("id")
    assert [(entry.verb, entry.by_user, entry.whole_id) for entry in entries] == [
        ("person.left", alice.pk, visit.pk),
        ("person.came_back", alice.pk, visit.pk),
    ]


# --- a placement student -------------------------------------------------------------------------


def test_the_access_of_a_student_ends_by_itself(client, visit):
    student = factories.create_member(visit, "Stan", part="student", access_ends_on=DAY_TWO).invitation.user

    def programme() -> int:
        return factories.sign_in(client, student).get(f"/visits/{visit.reference}/programme/").status_code

    with time_machine.travel(factories.moment("23:30", DAY_TWO), tick=False):
        assert programme() == 200
        assert list(Visit.objects.visible_to(student)) == [visit]
    with time_machine.travel(factories.moment("00:10", DAY_TWO + datetime.timedelta(days=1)), tick=False):
        assert programme() == 404
        assert membership(student, visit) is None
        assert list(Visit.objects.visible_to(student)) == []


# --- a place on the list -------------------------------------------------------------------------

YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("person", "invitation", "holds"),
    [
        ({}, {}, True),
        ({"left_at": timezone.now()}, {}, False),
        ({"access_ends_on": YESTERDAY}, {}, False),
        ({"access_ends_on": YESTERDAY + datetime.timedelta(days=2)}, {}, True),
        ({}, {"accepted_at": None}, False),
        ({}, {"withdrawn_at": timezone.now()}, False),
        ({"invitation": None}, {}, False),
    ],
)
def test_a_place_holds_while_all_that_it_needs_holds(visit, bob, person, invitation, holds):
    """And nobody's place holds by what another person on the list has."""
    factories.create_member(visit, "Dana")
    place = visit.people.get(name="Bob")
    type(place.invitation).objects.filter(pk=place.invitation_id).update(**invitation)
    Person.objects.filter(pk=place.pk).update(**person)

    assert (membership(bob, visit) is not None) == holds
    assert Visit.objects.visible_to(bob).exists() == holds


def test_nobody_is_listed_a_visit_twice(bob, visit):
    factories.create_member(visit, user=bob)

    assert list(Visit.objects.visible_to(bob)) == [visit]


# --- groups --------------------------------------------------------------------------------------


def test_a_group_is_made_named_and_joined(as_person, alice, visit):
    client = as_person(alice)
    client.post(f"/visits/{visit.reference}/groups/add/", {"name_en": "Group A", "name_cs": "Skupina A"})
    group = visit.groups.get()
    person = factories.create_person(visit)
    client.post(address(visit, person.pk), typed(client.get(address(visit, person.pk)), group=str(group.pk)))

    person.refresh_from_db()
    assert (group.name, person.group) == ({"en": "Group A", "cs": "Skupina A"}, group)


def test_the_second_who_renames_a_group_is_asked(as_person, alice, visit):
    group = visit.groups.create(name=text("Group A"))
    client, page = as_person(alice), f"/visits/{visit.reference}/groups/{group.pk}/"
    first, second = client.get(page), client.get(page)
    client.post(page, typed(first, name_en="Hers"))

    assert client.post(page, typed(second, name_en="Mine")).status_code == 409
    group.refresh_from_db()
    assert str(group) == "Hers"


def test_groups_stand_in_the_readers_order(as_person, alice, visit):
    for name in ("Group C", "Group A", "Group B"):
        visit.groups.create(name=text(name))
    answer = as_person(alice).get(address(visit))

    assert [str(group) for group in answer.context["groups"]] == ["Group A", "Group B", "Group C"]


def test_people_of_a_removed_group_belong_to_everybody_again(as_person, alice, visit):
    group = visit.groups.create(name=text("Group A"))
    person = factories.create_person(visit, group=group)
    as_person(alice).post(f"/visits/{visit.reference}/groups/{group.pk}/remove/")

    person.refresh_from_db()
    assert (person.group, visit.groups.count()) == (None, 0)


def test_a_group_with_a_session_stays(as_person, alice, visit):
    group = visit.groups.create(name=text("Group A"))
    factories.create_session(visit, group=group)
    answer = as_person(alice).post(f"/visits/{visit.reference}/groups/{group.pk}/remove/", follow=True)

    assert "A session is planned for this group. Give the session to everybody first." in answer.text
    assert visit.groups.get() == group


# --- undertakings --------------------------------------------------------------------------------


def test_an_undertaking_is_kept_with_version_language_day_and_who_recorded_it(as_person, alice, visit):
    person = factories.create_person(visit, language="cs")
    client, page = as_person(alice), address(visit, person.pk, "undertaking")
    with time_machine.travel(factories.moment("12:00", DAY_ONE), tick=False):
        factories.sign_in(client, alice)
        proposed = client.get(page)
        assert (form_of(proposed)["language"], form_of(proposed)["received_on"]) == (["cs"], ["2027-03-09"])
        client.post(page, form_of(proposed))

    undertaking = person.undertakings.get()
    assert (undertaking.version, undertaking.language, undertaking.received_on, undertaking.recorded_by) == (
        "1.0",
        "cs",
        DAY_ONE,
        alice.pk,
    )
    assert AuditEntry.objects.get(verb="undertaking.recorded").facts == {"version": "1.0", "language": "cs"}


def test_from_the_programme_an_undertaking_leads_back_to_the_programme(as_person, alice, visit):
    factories.create_person(visit)
    factories.create_session(visit, "Team meeting", offer=factories.create_offer(observation="observed"))
    client = as_person(alice)
    [mend] = next(problem for problem in find(Programme.of(visit)) if problem.kind == "undertaking").mends

    answer = client.post(mend.url, form_of(client.get(mend.url)))

    assert answer.url == f"/visits/{visit.reference}/programme/"
    assert not any(problem.kind == "undertaking" for problem in find(Programme.of(visit)))


def test_a_card_says_on_which_days_somebody_is_here_and_where_they_work(as_person, alice, visit):
    factories.create_person(visit, "Dana", days=[DAY_ONE], organisation="Demo office, Brno")

    page = as_person(alice).get(address(visit)).text

    assert "here on Tuesday 9 March" in page
    assert "Demo office, Brno" in page


def test_the_same_version_is_recorded_once(as_person, alice, visit):
    person = factories.create_person(visit)
    sent = {"version": "1.0", "language": "cs", "received_on": "2020-03-01"}
    client, page = as_person(alice), address(visit, person.pk, "undertaking")
    client.post(page, sent)
    answer = client.post(page, sent)
    assert "This version of the undertaking is recorded already." in answer.text
    client.post(page, {**sent, "version": "1.1"})

    assert sorted(each.version for each in person.undertakings.all()) == ["1.0", "1.1"]
    assert AuditEntry.objects.filter(verb="undertaking.recorded").count() == 2


def test_a_promise_from_the_future_is_refused(as_person, alice, visit):
    person = factories.create_person(visit)
    sent = {"version": "1.0", "language": "cs", "received_on": "2099-03-01"}
    answer = as_person(alice).post(address(visit, person.pk, "undertaking"), sent)

    assert answer.context["form"].errors == {"received_on": ["This day has not come yet."]}
    assert not person.undertakings.exists()


def test_what_was_recorded_by_mistake_is_taken_back(as_person, alice, visit):
    person = factories.create_person(visit)
    undertaking = actions.record_undertaking(person=person, version="1.0", language="cs", received_on=DAY_ONE, by=alice)
    page = address(visit, person.pk, "undertaking", undertaking.pk, "remove")
    client = as_person(alice)

    assert [client.post(page).status_code for _n in range(2)] == [302, 404]
    assert not person.undertakings.exists()
    assert AuditEntry.objects.filter(verb="undertaking.removed").count() == 1


def test_an_undertaking_of_somebody_else_or_of_no_number_is_not_there(as_person, alice, visit):
    person, other = factories.create_person(visit), factories.create_person(visit)
    theirs = other.undertakings.create(version="1.0", language="cs", received_on=DAY_ONE)
    for number in (theirs.pk, 10**30):
        page = address(visit, person.pk, "undertaking", number, "remove")
        assert as_person(alice).post(page).status_code == 404
    assert other.undertakings.get() == theirs


def test_an_action_that_comes_too_late_says_why(alice, visit):
    person = factories.create_person(visit)
    given = {"person": person, "version": "1.0", "language": "cs", "received_on": DAY_ONE, "by": alice}
    actions.record_undertaking(**given)

    with pytest.raises(Refusal, match="recorded already"):
        actions.record_undertaking(**given)


def test_the_languages_of_their_city_and_english_are_offered_first(as_person, alice, visit):
    visit.city.languages = ["uk", "cs"]
    visit.city.save()

    form = as_person(alice).get(address(visit, "add")).context["form"]

    assert [name for _code, name in form.fields["languages"].choices][:5] == [
        "Ukrainian",
        "Czech",
        "English",
        "Afrikaans",
        "Arabic",
    ]
