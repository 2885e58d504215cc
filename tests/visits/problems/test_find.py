"""What does not fit is told in a sentence a colleague could say."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from core.translated import text
from partners.models import OpeningHours, Space, TravelTime
from tests import factories
from tests.factories import DAY_ONE, create_session
from visits.booking.models import Visit
from visits.problems.find import find
from visits.problems.problem import Severity
from visits.programme.programme import Programme

pytestmark = pytest.mark.django_db
DAY_TWO = DAY_ONE + datetime.timedelta(days=1)


def found(visit, kind):
    return [problem for problem in find(Programme.of(visit)) if problem.kind == kind]


def ways(visit):
    """Whatever is said of getting from one place to the next."""
    return [problem.kind for problem in find(Programme.of(visit)) if problem.heading == "Travel"]


def interpreting(visit):
    return [problem.kind for problem in find(Programme.of(visit)) if problem.heading == "Interpreter"]


def travel_time(here, there, minutes):
    ends = sorted([here, there], key=lambda venue: venue.pk)
    return TravelTime.objects.create(origin=ends[0], destination=ends[1], plan_minutes=minutes)


def test_touching_sessions_do_not_overlap(visit):
    create_session(visit, "One", at="09:00", until="10:00")
    create_session(visit, "Two", at="10:00", until="11:00")

    assert found(visit, "overlap") == []


def test_overlapping_sessions_are_told_with_both_times(visit):
    create_session(visit, "One", at="09:00", until="10:00")
    create_session(visit, "Two", at="09:45", until="11:00")

    [problem] = found(visit, "overlap")
    assert str(problem.sentence) == "One lasts until 10:00, and Two begins at 09:45 for the same guests."
    assert problem.severity == Severity.ASK


def test_sessions_of_the_very_same_time_overlap(visit):
    create_session(visit, "One", at="09:00", until="10:00")
    create_session(visit, "Two", at="09:00", until="10:00")

    assert len(found(visit, "overlap")) == 1


def test_groups_may_do_different_things_at_the_same_time(visit):
    group_a, group_b = (visit.groups.create(name=text(name)) for name in ("Group A", "Group B"))
    create_session(visit, "One", at="09:00", until="10:00", group=group_a)
    create_session(visit, "Two", at="09:00", until="10:00", group=group_b)

    assert found(visit, "overlap") == []


def test_a_session_outside_the_days_is_kept_and_told(visit):
    create_session(visit, "Too early", day=DAY_ONE - datetime.timedelta(days=1))

    [problem] = found(visit, "outside")
    assert str(problem.sentence) == (
        "Too early is on Monday 8 March, but the visit lasts from Tuesday 9 March to Wednesday 10 March."
    )


def test_no_time_to_get_to_the_next_place_is_told_with_figures(visit):
    here, there = factories.create_venue("Merrion House"), factories.create_venue("New Wortley")
    travel_time(here, there, 35)
    create_session(visit, "Lunch", at="12:00", until="13:00", venue=here, kind="meal")
    create_session(visit, "Centre", at="13:30", until="14:30", venue=there)

    [problem] = found(visit, "gap")
    assert str(problem.sentence) == (
        "Lunch ends at 13:00 at Merrion House; the way to New Wortley needs 35 minutes, and Centre begins at 13:30."
    )
    assert str(problem.mends[0].label) == "Begin at 13:35"


def test_enough_time_between_places_is_no_problem(visit):
    here, there = factories.create_venue("Merrion House"), factories.create_venue("New Wortley")
    travel_time(here, there, 30)
    create_session(visit, "Lunch", at="12:00", until="13:00", venue=here, kind="meal")
    create_session(visit, "Centre", at="13:30", until="14:30", venue=there)

    assert ways(visit) == []


def test_planned_travel_that_is_too_short_is_told(visit):
    here, there = factories.create_venue("Merrion House"), factories.create_venue("New Wortley")
    travel_time(here, there, 35)
    create_session(visit, "Minibus", at="13:00", until="13:20", venue=here, to_venue=there, kind="travel")
    create_session(visit, "Centre", at="13:20", until="14:30", venue=there)

    assert [str(problem.sentence) for problem in found(visit, "travel")] == [
        "The way from Merrion House to New Wortley takes 35 minutes to plan; Minibus has 20."
    ]


def test_an_overlap_with_travel_is_told_once_and_the_better_time_allows_for_the_travel(visit):
    here, there = factories.create_venue("Merrion House"), factories.create_venue("New Wortley")
    travel_time(here, there, 35)
    create_session(visit, "Lunch", at="12:00", until="13:00", venue=here, kind="meal")
    create_session(visit, "Centre", at="12:30", until="14:30", venue=there)

    assert ways(visit) == []
    [problem] = found(visit, "overlap")
    assert str(problem.mends[0].label) == "Begin at 13:35"


def test_no_time_at_all_for_an_unknown_travel_time_is_asked_about(visit):
    here, there = factories.create_venue("Merrion House"), factories.create_venue("New Wortley")
    create_session(visit, "Lunch", at="12:00", until="13:00", venue=here, kind="meal")
    create_session(visit, "Centre", at="13:00", until="14:30", venue=there)

    [problem] = found(visit, "no-time")
    assert problem.severity == Severity.ASK
    assert str(problem.sentence) == (
        "Lunch ends at 13:00 at Merrion House, and Centre begins at 13:00 at New Wortley: no time for the way."
    )


def test_an_unknown_travel_time_is_a_note(visit):
    here, there = factories.create_venue("Merrion House"), factories.create_venue("New Wortley")
    create_session(visit, "Lunch", at="12:00", until="13:00", venue=here, kind="meal")
    create_session(visit, "Centre", at="13:30", until="14:30", venue=there)

    [problem] = found(visit, "way")
    assert problem.severity == Severity.NOTE


@pytest.mark.parametrize(("guests", "kind"), [(5, None), (6, "full"), (7, "capacity")])
def test_capacity_counts_guests_alone(visit, guests, kind):
    for _n in range(guests):
        factories.create_person(visit)
    factories.create_person(visit, part="interpreter")
    create_session(visit, "Team meeting", capacity=6)

    kinds = {problem.kind for problem in find(Programme.of(visit))} & {"full", "capacity"}
    assert kinds == ({kind} if kind else set())


def test_capacity_counts_only_who_is_there_that_day(visit):
    factories.create_person(visit, days=[DAY_TWO])
    factories.create_person(visit)
    create_session(visit, "Team meeting", capacity=1)

    assert len(found(visit, "full")) == 1


def test_a_room_must_hold_everybody_who_comes(visit):
    venue = factories.create_venue(capacity=3)
    for _n in range(2):
        factories.create_person(visit)
    factories.create_person(visit, part="interpreter")
    create_session(visit, "Talk", venue=venue, space=Space.objects.get(), hosts=[factories.create_contact()])

    [problem] = found(visit, "room")
    assert "holds 3 people; with hosts and interpreter 4 come to Talk" in str(problem.sentence)


def test_a_venue_that_is_closed_is_told(visit):
    venue = factories.create_venue("Centre")
    OpeningHours.objects.create(venue=venue, weekday=1, opens=datetime.time(9), closes=datetime.time(17))
    create_session(visit, "Late", at="16:30", until="17:30", venue=venue)

    assert [str(problem.sentence) for problem in found(visit, "closed")] == [
        "Centre is not open for the whole of Late (16:30 to 17:30)."
    ]


def test_a_missing_venue_and_a_missing_host_are_told(visit):
    create_session(visit, "Talk")

    assert [str(problem.sentence) for problem in [*found(visit, "venue"), *found(visit, "host")]] == [
        "Talk has no venue yet.",
        "Nobody is named who gives Talk.",
    ]


def test_a_host_at_two_places_at_once_is_told_across_visits(visit):
    host = factories.create_contact("Demo host")
    create_session(visit, "Here", hosts=[host])
    create_session(factories.create_visit("Other visit"), "There", hosts=[host], at="09:30", until="10:30")

    [problem] = found(visit, "host-elsewhere")
    assert str(problem.sentence) == "Demo host is to give Here and There (Other visit) at the same time."


@pytest.mark.parametrize("status", sorted(set(Visit.Status) - set(Visit.OPEN)))
def test_a_visit_that_is_over_or_called_off_keeps_no_host(visit, status):
    host = factories.create_contact()
    create_session(visit, "Here", hosts=[host])
    create_session(factories.create_visit("Other visit", status=status), "There", hosts=[host])

    assert found(visit, "host-elsewhere") == []


def test_whoever_has_not_promised_cannot_enter_what_is_observed(visit):
    offer = factories.create_offer(observation="observed")
    promised = factories.create_person(visit, "Dana")
    promised.undertakings.create(version="1.0", language="cs", received_on=DAY_ONE)
    factories.create_person(visit, "Petr")
    create_session(visit, "Team meeting", offer=offer)

    [problem] = found(visit, "undertaking")
    assert problem.severity == Severity.STOP
    assert str(problem.sentence) == ("Petr has not given the undertaking yet and cannot enter Team meeting without it.")


def test_who_misses_the_undertaking_for_two_sessions_is_told_of_once(visit):
    offer = factories.create_offer(observation="observed")
    petr = factories.create_person(visit, "Petr")
    team = create_session(visit, "Team meeting", offer=offer)
    court = create_session(visit, "Family court", offer=offer, at="11:00", until="12:00")

    [problem] = found(visit, "undertaking")
    assert str(problem.sentence) == (
        "Petr has not given the undertaking yet and cannot enter Team meeting, Family court without it."
    )
    assert (problem.sessions, problem.people) == ((team.pk, court.pk), (petr.pk,))


def test_different_people_without_an_undertaking_are_told_of_apart(visit):
    offer = factories.create_offer(observation="observed")
    factories.create_person(visit, "Petr")
    create_session(visit, "Team meeting", offer=offer)
    factories.create_person(visit, "Jana", days=[DAY_ONE])
    create_session(visit, "Family court", offer=offer, day=DAY_ONE + datetime.timedelta(days=1))

    assert [str(problem.sentence) for problem in found(visit, "undertaking")] == [
        "Jana, Petr have not given the undertaking yet and cannot enter Team meeting without it.",
        "Petr has not given the undertaking yet and cannot enter Family court without it.",
    ]


def test_a_day_without_time_to_reflect_is_asked_about(visit):
    create_session(visit, "Talk")

    [problem] = found(visit, "reflection")
    assert "Tuesday 9 March has no time to reflect" in str(problem.sentence)


def test_a_day_outside_the_visit_is_not_asked_for_time_to_reflect_as_well(visit):
    create_session(visit, "Circle", kind="reflection", at="09:00", until="09:20")
    create_session(visit, "Strayed", day=DAY_ONE + datetime.timedelta(days=9))

    assert found(visit, "reflection") == []
    assert len(found(visit, "outside")) == 1


def test_a_room_for_one_is_told_in_the_singular(visit):
    venue = factories.create_venue("Hub", capacity=1)
    for _number in range(2):
        factories.create_person(visit)
    create_session(visit, "Talk", venue=venue, space=venue.spaces.get())

    [problem] = found(visit, "room")
    assert "holds 1 person; with" in str(problem.sentence)


def test_twenty_minutes_of_reflection_are_enough(visit):
    create_session(visit, "Circle", kind="reflection", at="09:00", until="09:20")

    assert found(visit, "reflection") == []


def test_three_hours_without_a_pause_are_asked_about(visit):
    create_session(visit, "One", at="09:00", until="11:00")
    create_session(visit, "Two", at="11:00", until="12:30")

    [problem] = found(visit, "pause")
    assert "From One to the end of Two there is no pause" in str(problem.sentence)


def test_a_break_between_ends_the_stretch(visit):
    create_session(visit, "One", at="09:00", until="11:00")
    create_session(visit, "Break", kind="break", at="11:00", until="11:15")
    create_session(visit, "Two", at="11:15", until="13:00")

    assert found(visit, "pause") == []


def test_guests_without_a_turn_are_asked_about(visit):
    create_session(visit, "Talk")
    assert len(found(visit, "guests_turn")) == 1

    create_session(visit, "Their turn", kind="guests_turn", led_by="guests")
    assert found(visit, "guests_turn") == []


def test_an_aim_that_no_session_serves_is_noted(visit):
    served, unserved = factories.create_aim(visit, "Served"), factories.create_aim(visit, "Unserved")
    create_session(visit, "Talk", aims=[served])

    assert [str(problem.sentence) for problem in found(visit, "aim")] == ["No session serves the aim “Unserved” yet."]
    assert found(visit, "aim")[0].facts == {"aim": unserved}


def test_interpreting_without_an_interpreter_is_told(visit):
    create_session(visit, "Talk", interpreting="consecutive")

    [problem] = found(visit, "interpreter")
    assert "No interpreter is here on Tuesday 9 March" in str(problem.sentence)


def test_guests_with_little_english_and_nobody_to_interpret_are_told_by_name(visit):
    factories.create_person(visit, "Dana", english="basic")
    factories.create_person(visit, "Petr", english="fluent")
    create_session(visit, "Talk")

    [problem] = found(visit, "little-english")
    assert str(problem.sentence) == "Nobody interprets for those with little English: Dana."
    factories.create_person(visit, part="interpreter")
    visit.sessions.update(interpreting="consecutive")
    assert interpreting(visit) == []


def test_little_english_where_nobody_interprets_is_asked_about_once(visit):
    factories.create_person(visit, "Dana", english="basic")
    factories.create_person(visit, "Petr", english="good")
    factories.create_person(visit, "Ivana", part="interpreter")
    create_session(visit, "Talk", at="09:00", until="10:00")
    create_session(visit, "Lunch", at="10:00", until="11:00", kind="meal")
    create_session(visit, "Our turn", at="11:00", until="12:00", kind="guests_turn")
    create_session(visit, "Team meeting", at="12:00", until="13:00", interpreting="whispered")

    [problem] = found(visit, "not-interpreted")

    assert str(problem.sentence) == "Dana has little English, and nobody is to interpret: Talk, Our turn."
    assert problem.severity == Severity.ASK


def test_who_is_not_there_that_day_needs_no_interpreting(visit):
    factories.create_person(visit, "Dana", english="basic", days=[DAY_TWO])
    factories.create_person(visit, part="interpreter")
    create_session(visit, "Talk")

    assert interpreting(visit) == []


def test_a_language_that_is_missing_for_somebody_who_reads_it_is_noted(visit):
    factories.create_person(visit, "Dana", language="cs")
    factories.create_person(visit, "Petr", language="en")
    create_session(visit, text("Lunch", cs="Oběd"), about=text("Soup"))
    create_session(visit, "Talk", at="10:00", until="11:00")
    create_session(visit, text("Way", cs="Cesta"), at="11:00", until="12:00")

    [problem] = found(visit, "language")

    assert str(problem.sentence) == "Czech is still missing: Lunch, Talk. Dana reads the programme in it."
    assert problem.severity == Severity.NOTE


def test_the_language_is_the_one_that_a_guest_has_chosen(visit):
    member = factories.create_member(visit, "Dana", language="en")
    create_session(visit, "Talk")
    assert found(visit, "language") == []

    User.objects.filter(pk=member.invitation.user_id).update(language="cs", last_login=timezone.now())

    assert len(found(visit, "language")) == 1


def test_many_names_are_cut_short(visit):
    for name in ("Dana", "Eva", "Filip", "Hana", "Ivan"):
        factories.create_person(visit, name, language="cs")
    create_session(visit, "Talk")

    [problem] = found(visit, "language")
    assert str(problem.sentence).endswith(" Dana, Eva, Filip and 2 more read the programme in it.")


def test_a_practice_that_guests_cannot_read_about_is_noted(visit):
    public, draft = factories.create_public_practice("Public"), factories.create_practice("Draft")
    first = create_session(visit, "Talk", practice=public)
    first.further_practices.add(draft)
    create_session(visit, "Team meeting", at="10:00", until="11:00", practice=draft)

    [problem] = found(visit, "unpublished")

    expected = "Draft has no public page, so guests cannot read about it: Talk, Team meeting."
    assert str(problem.sentence) == expected
    assert problem.severity == Severity.NOTE


def test_the_worst_stands_first(visit):
    factories.create_person(visit)
    create_session(visit, "Team meeting", offer=factories.create_offer(observation="observed"), capacity=1)

    severities = [problem.severity for problem in find(Programme.of(visit))]
    assert severities == sorted(severities, key=["stop", "ask", "note"].index)


@pytest.mark.parametrize("count", [1, 3])
def test_the_checks_take_the_same_number_of_queries(visit, count, django_assert_num_queries):
    for number in range(count):
        factories.create_person(visit)
        venue = factories.create_venue(capacity=10)
        create_session(
            visit,
            f"Talk {number}",
            venue=venue,
            hosts=[factories.create_contact()],
            aims=[factories.create_aim(visit)],
            at=f"{9 + number:02}:00",
            until=f"{9 + number:02}:30",
        )

    with django_assert_num_queries(7):
        find(Programme.of(visit))
