"""Letting a question stand with a reason; and the page on which all of it is told."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from core.access import Refusal
from core.audit import AuditEntry
from core.translated import text
from partners.models import Space
from tests import factories
from tests.factories import DAY_ONE, create_session
from tests.visits.pages import form_of, typed
from visits.problems import actions
from visits.problems.find import find, open_ones
from visits.problems.models import PassedProblem
from visits.programme.programme import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(visit):
    """What is found: no venue, no host, no time to reflect, no turn of the guests."""
    return create_session(visit, "Talk")


def key_of(visit, kind: str) -> str:
    return next(problem.key for problem in find(Programme.of(visit)) if problem.kind == kind)


def programme(visit) -> str:
    return f"/visits/{visit.reference}/programme/"


def passing(visit) -> str:
    return f"/visits/{visit.reference}/problems/pass/"


def test_an_ask_can_stand_for_a_reason(as_person, alice, visit, session):
    key = key_of(visit, "venue")
    client = as_person(alice)
    page = client.get(passing(visit), {"key": key})
    assert "Talk has no venue yet." in page.text
    client.post(f"{passing(visit)}?key={key}", {"reason": "They meet us at the station."})

    passed = PassedProblem.objects.get()
    assert (passed.visit, passed.key, passed.reason, passed.by_user) == (
        visit,
        key,
        "They meet us at the station.",
        alice.pk,
    )
    assert AuditEntry.objects.get(verb="problem.passed").facts == {"kind": "venue"}
    answer = client.get(programme(visit))
    assert "It stays because: They meet us at the station." in answer.text
    assert "venue" not in {problem.kind for problem in open_ones(find(Programme.of(visit)))}
    assert [problem.passed_because for problem in find(Programme.of(visit)) if problem.kind == "venue"] == [
        "They meet us at the station."
    ]


def test_what_is_passed_no_longer_stands_beside_its_session(as_person, alice, visit, session):
    client = as_person(alice)
    actions.pass_problem(visit=visit, key=key_of(visit, "venue"), reason="So.", by=alice)
    [block] = client.get(programme(visit)).context["days"][0].blocks

    assert [problem.kind for problem in block.problems] == ["host"]


def test_a_question_about_many_people_can_be_passed(alice, visit, session):
    for _n in range(20):
        factories.create_person(visit, english="basic")
    key = key_of(visit, "little-english")
    actions.pass_problem(visit=visit, key=key, reason="A colleague interprets.", by=alice)
    assert "little-english" not in {problem.kind for problem in open_ones(find(Programme.of(visit)))}

    factories.create_person(visit, english="none")
    assert key_of(visit, "little-english") != key
    assert "little-english" in {problem.kind for problem in open_ones(find(Programme.of(visit)))}


def test_every_key_fits_its_column(visit):
    """The longest are those about two sessions and a host; moments may have microseconds."""
    host = factories.create_contact()
    for title in ("One", "Two"):
        session = create_session(visit, title, hosts=[host])
        session.starts_at += datetime.timedelta(microseconds=1)
        session.save()
    for _n in range(20):
        factories.create_person(visit)
    create_session(visit, "Team", offer=factories.create_offer(observation="observed"))
    most = PassedProblem._meta.get_field("key").max_length

    assert {problem.kind for problem in find(Programme.of(visit))} >= {"host-twice", "overlap", "undertaking"}
    assert [problem.key for problem in find(Programme.of(visit)) if len(problem.key) > most] == []


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "Give one sentence of reason."),
        ("   ", "Give one sentence of reason."),
        ("x" * 501, "500 characters fit"),
        ("a\x07b", "characters that cannot be shown"),
    ],
)
def test_a_reason_must_say_something(as_person, alice, visit, session, reason, sentence):
    answer = as_person(alice).post(f"{passing(visit)}?key={key_of(visit, 'venue')}", {"reason": reason})

    assert sentence in " ".join(answer.context["form"].errors["reason"])
    assert form_of(answer)["reason"] == [reason]
    assert not PassedProblem.objects.exists()


def test_the_database_keeps_no_reason_that_says_nothing(visit):
    with pytest.raises(IntegrityError, match="visits_problem_is_passed_with_a_reason"), transaction.atomic():
        PassedProblem.objects.create(visit=visit, key="k", reason="")


def test_a_stop_cannot_be_passed(as_person, alice, visit):
    factories.create_person(visit, "Petr")
    create_session(visit, "Team meeting", offer=factories.create_offer(observation="observed"))
    key = key_of(visit, "undertaking")
    with pytest.raises(Refusal, match="It has to be mended"):
        actions.pass_problem(visit=visit, key=key, reason="So.", by=alice)
    client = as_person(alice)
    answer = client.post(f"{passing(visit)}?key={key}", {"reason": "So."}, follow=True)

    assert "This is no longer open" in answer.text
    assert not PassedProblem.objects.exists()
    [card] = [card for card in client.get(programme(visit)).context["cards"] if card.severity == "stop"]
    assert [str(action["label"]) for action in card.actions] == ["Record the undertaking of Petr"]


def test_a_note_cannot_be_passed(alice, visit):
    factories.create_aim(visit)
    with pytest.raises(Refusal, match="It has to be mended"):
        actions.pass_problem(visit=visit, key=key_of(visit, "aim"), reason="So.", by=alice)


def test_whoever_was_slower_is_told_so(as_person, alice, visit, session):
    key = key_of(visit, "venue")
    actions.pass_problem(visit=visit, key=key, reason="Hers.", by=alice)
    with pytest.raises(Refusal, match="Somebody has given a reason for this already"):
        actions.pass_problem(visit=visit, key=key, reason="Mine.", by=alice)
    answer = as_person(alice).post(f"{passing(visit)}?key={key}", {"reason": "Mine."}, follow=True)

    assert "This is no longer open: something has changed, or somebody has answered it." in answer.text
    assert PassedProblem.objects.get().reason == "Hers."


@pytest.mark.parametrize("key", ["", "venue:nonsense", "x" * 5000, "\x07"])
def test_what_is_no_problem_cannot_be_passed(as_person, alice, visit, session, key):
    with pytest.raises(Refusal, match="not a problem any more"):
        actions.pass_problem(visit=visit, key=key, reason="So.", by=alice)
    client = as_person(alice)
    assert client.get(passing(visit), {"key": key}).url == programme(visit)
    assert not PassedProblem.objects.exists()


def test_when_the_facts_change_the_question_is_open_again(alice, visit):
    create_session(visit, "One", at="09:00", until="10:00")
    other = create_session(visit, "Two", at="09:45", until="11:00")
    actions.pass_problem(visit=visit, key=key_of(visit, "overlap"), reason="A short one.", by=alice)
    assert "overlap" not in {problem.kind for problem in open_ones(find(Programme.of(visit)))}

    other.starts_at = factories.moment("09:30")
    other.save()
    assert "overlap" in {problem.kind for problem in open_ones(find(Programme.of(visit)))}


def test_a_reason_can_be_taken_back(as_person, alice, visit, session):
    key = key_of(visit, "venue")
    actions.pass_problem(visit=visit, key=key, reason="So.", by=alice)
    client, page = as_person(alice), f"/visits/{visit.reference}/problems/ask-again/"
    answers = [client.post(page, {"key": key}, follow=True).text for _n in range(2)]

    assert "The question is open again." in answers[0]
    assert "somebody has taken it back already" in answers[1]
    assert not PassedProblem.objects.exists()
    assert AuditEntry.objects.filter(verb="problem.asked_again").count() == 1


def test_a_reason_of_another_visit_stays(as_person, alice, visit, session):
    other = factories.create_visit()
    PassedProblem.objects.create(visit=other, key="guests_turn", reason="So.")
    as_person(alice).post(f"/visits/{visit.reference}/problems/ask-again/", {"key": "guests_turn"})

    assert PassedProblem.objects.get().visit == other
    assert "guests_turn" in {problem.kind for problem in open_ones(find(Programme.of(visit)))}


def test_every_step_that_is_offered_leads_to_a_page(as_person, alice, visit):
    """Of each problem in one bad programme."""
    here = factories.create_venue("Here", capacity=1)
    there = factories.create_venue("There")
    here.opening_hours.create(weekday=1, opens=datetime.time(9), closes=datetime.time(10))
    factories.create_person(visit, "Petr")
    factories.create_person(visit, "Dana")
    factories.create_aim(visit)
    host = factories.create_contact()
    create_session(visit, "One", venue=here, space=Space.objects.get(), hosts=[host], until="13:00", capacity=1)
    create_session(visit, "Two", at="09:30", until="12:30", hosts=[host], interpreting="whispered", capacity=2)
    create_session(visit, "Three", at="13:00", until="14:00", venue=there)
    create_session(visit, "Team", at="14:00", until="15:00", offer=factories.create_offer(observation="observed"))
    create_session(visit, "Late", day=DAY_ONE + datetime.timedelta(days=5))
    problems = find(Programme.of(visit))
    client = as_person(alice)

    assert {problem.kind for problem in problems} == {
        "outside",
        "overlap",
        "no-time",
        "capacity",
        "full",
        "room",
        "closed",
        "venue",
        "host",
        "host-twice",
        "undertaking",
        "interpreter",
        "reflection",
        "pause",
        "guests_turn",
        "aim",
    }
    urls = {mend.url for problem in problems for mend in problem.mends}
    urls |= {action["url"] for card in client.get(programme(visit)).context["cards"] for action in card.actions}
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_a_student_is_offered_only_steps_that_are_open_to_them(as_person, visit):
    student = factories.create_member(visit, "Stan", part="student", access_ends_on="2100-01-01").invitation.user
    create_session(visit, "Team", venue=factories.create_venue(), offer=factories.create_offer(observation="observed"))
    create_session(visit, "Late", day=DAY_ONE + datetime.timedelta(days=5))
    create_session(visit, "Then", at="11:00", until="12:00", venue=factories.create_venue())
    client = as_person(student)
    page = client.get(programme(visit))
    urls = {action["url"] for card in [*page.context["cards"], *page.context["notes"]] for action in card.actions}

    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)
    assert f"/visits/{visit.reference}/publish/" not in page.text
    assert f"/visits/{visit.reference}/aims/add/" not in page.text


def test_once_a_visit_is_over_its_programme_can_be_read_and_nothing_is_offered(as_person, alice):
    visit = factories.create_visit(status="finished")
    create_session(visit, "Talk")
    page = as_person(alice).get(programme(visit))

    assert "Nobody is named who gives Talk." in page.text
    assert [card.actions for card in page.context["cards"]] == [[]] * len(page.context["cards"])


def test_an_empty_programme_says_how_to_begin(as_person, alice, visit):
    client = as_person(alice)
    assert "An empty programme" in client.get(programme(visit)).text

    undated = factories.create_visit(starts_on=None, ends_on=None)
    assert "No days yet" in client.get(programme(undated)).text


def test_an_empty_programme_is_not_said_to_fit_and_has_nothing_to_move(as_person, alice, visit, session):
    client = as_person(alice)
    full = client.get(programme(visit)).text
    session.delete()
    empty = client.get(programme(visit)).text

    assert ["Move all by days" in page for page in (full, empty)] == [True, False]
    assert "Nothing to check yet" in empty
    assert "Everything that we check fits" not in empty


def test_an_unknown_travel_time_is_entered_and_leads_back_to_the_programme(as_person, alice, visit):
    here, there = factories.create_venue("Here"), factories.create_venue("There")
    create_session(visit, "One", at="09:00", until="10:00", venue=here)
    create_session(visit, "Two", at="11:00", until="12:00", venue=there)
    client = as_person(alice)
    [travel_time] = [problem for problem in find(Programme.of(visit)) if problem.kind == "way"]

    form = client.get(travel_time.mends[0].url)
    answer = client.post(travel_time.mends[0].url, typed(form, plan_minutes="20"))

    assert answer.url == programme(visit)
    assert [problem for problem in find(Programme.of(visit)) if problem.heading == "Travel"] == []


@pytest.mark.parametrize("count", [1, 25])
def test_the_programme_takes_the_same_number_of_queries(as_person, alice, visit, count, django_assert_num_queries):
    for number in range(count):
        venue = factories.create_venue(capacity=10)
        factories.create_person(visit)
        create_session(
            visit,
            f"Talk {number}",
            venue=venue,
            space=venue.spaces.get(),
            hosts=[factories.create_contact()],
            aims=[factories.create_aim(visit)],
            offer=factories.create_offer(observation="observed"),
            group=visit.groups.create(name=text(f"Group {number}")),
            lead_person=visit.people.first(),
            lead_staff=alice,
            at=f"{7 + number // 2:02}:{number % 2 * 30:02}",
            until=f"{7 + number // 2:02}:{number % 2 * 30 + 20:02}",
        )
    client = as_person(alice)
    client.get(programme(visit))

    with django_assert_num_queries(10):
        client.get(programme(visit))
