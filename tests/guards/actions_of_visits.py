"""The actions of the visits rooms; each is set up with a visit in planning."""

import datetime

from core.access import Refusal
from core.translated import text
from tests import factories
from tests.factories import DAY_ONE
from tests.guards.action import Action
from visits.booking import actions as booking
from visits.booking.models import Visit
from visits.delegation import actions as delegation
from visits.delegation.models import Need, Person
from visits.problems import actions as problems
from visits.problems.find import find
from visits.programme import actions as programme
from visits.programme.programme import Programme
from visits.release import actions as release

CLOCK = {"day": DAY_ONE, "starts": datetime.time(15), "ends": datetime.time(16)}


def invited(visit: Visit) -> Person:
    person = factories.create_person(visit, "Dana")
    return delegation.invite_person(person=person, by=factories.create_user("Anna", roles=["coordinator"]))


def needy_member(visit: Visit) -> Person:
    person = factories.create_member(visit, "Bob")
    Need.objects.create(person=person, access="no steps")
    return person


def problem_to_pass(visit: Visit) -> str:
    factories.create_session(visit)
    return next(problem.key for problem in find(Programme.of(visit)) if problem.kind == "venue")


def passed_problem(visit: Visit) -> str:
    return visit.passed_problems.create(key=problem_to_pass(visit), reason="So.").key


def with_members(visit: Visit) -> Visit:
    factories.create_member(visit, "Bob")
    return visit


def with_people(visit: Visit) -> Visit:
    for _number in range(2):
        factories.create_person(visit)
    return visit


def with_sessions(visit: Visit) -> Visit:
    for _number in range(2):
        factories.create_session(visit)
    return visit


ACTIONS = [
    Action(
        booking.record_visit,
        lambda city: {"city": city, "title": text("New")},
        make=factories.create_city,  # the city keeps two references apart
        is_of_a_whole=False,
    ),
    Action(booking.edit_visit, lambda visit: {"visit": visit, "purpose": "Mine"}, other={"purpose": "Theirs"}),
    Action(
        booking.move_visit,
        lambda visit: {"visit": visit, "to": "confirmed"},
        states=["planning"],
        refusal=Refusal,
    ),
    Action(
        booking.add_aim,
        lambda visit: {"visit": visit, "words": "Chceme.", "words_language": "cs", "short": text("We want")},
    ),
    Action(
        booking.edit_aim,
        lambda visit: {"aim": factories.create_aim(visit), "words": "Mine"},
        other={"words": "Theirs"},
    ),
    Action(booking.remove_aim, lambda visit: {"aim": factories.create_aim(visit)}),
    Action(delegation.add_person, lambda visit: {"visit": visit, "name": "Dana", "email": "dana@example.org"}),
    Action(
        delegation.edit_person,
        lambda visit: {"person": factories.create_person(visit), "name": "Mine"},
        other={"name": "Theirs"},
    ),
    Action(delegation.let_person_leave, lambda visit: {"person": needy_member(visit)}, entries=2),
    Action(
        delegation.bring_person_back,
        lambda visit: {"person": factories.create_person(visit, left_at=factories.moment("09:00"))},
    ),
    Action(
        delegation.write_needs,
        lambda visit: {"person": needy_member(visit), "access": "a lift", "base": {"access": "no steps"}},
    ),
    Action(
        delegation.record_undertaking,
        lambda visit: {
            "person": factories.create_person(visit),
            "version": "1.0",
            "language": "cs",
            "received_on": DAY_ONE,
        },
    ),
    Action(
        delegation.remove_undertaking,
        lambda visit: {
            "undertaking": factories.create_person(visit).undertakings.create(
                version="1.0", language="cs", received_on=DAY_ONE
            )
        },
    ),
    Action(delegation.add_group, lambda visit: {"visit": visit, "name": text("Group A")}),
    Action(
        delegation.edit_group,
        lambda visit: {"group": visit.groups.create(name=text("Group A")), "name": text("Mine")},
        other={"name": text("Theirs")},
    ),
    Action(delegation.remove_group, lambda visit: {"group": visit.groups.create(name=text("Group A"))}),
    # An invitation is made and sent, and each is written down beside what happens to the person.
    Action(delegation.invite_person, lambda visit: {"person": factories.create_person(visit)}, entries=3, mails=1),
    Action(delegation.invite_everybody, lambda visit: {"visit": with_people(visit)}, entries=6, mails=2),
    Action(delegation.invite_again, lambda visit: {"person": invited(visit)}, entries=2, mails=1),
    Action(delegation.withdraw_invitation, lambda visit: {"person": invited(visit)}, entries=2),
    Action(
        delegation.correct_address,
        lambda visit: {"person": invited(visit), "email": "right@example.org"},
        entries=5,
        mails=1,
    ),
    Action(
        delegation.move_visit_and_mail,
        lambda visit: {"visit": with_members(visit), "to": "cancelled"},
        mails=1,
        states=["scoping", "planning", "confirmed", "postponed"],
        refusal=Refusal,
    ),
    Action(
        problems.pass_problem,
        lambda visit: {"visit": visit, "key": problem_to_pass(visit), "reason": "So."},
    ),
    Action(problems.ask_again, lambda visit: {"visit": visit, "key": passed_problem(visit)}),
    Action(programme.add_session, lambda visit: {"visit": visit, "title": text("New"), **CLOCK}),
    Action(
        programme.edit_session,
        lambda visit: {"session": factories.create_session(visit), "title": text("Mine")},
        other={"title": text("Theirs")},
    ),
    Action(
        programme.move_session,
        lambda visit: {"session": factories.create_session(visit), "day": DAY_ONE, "starts": datetime.time(15)},
    ),
    Action(programme.remove_session, lambda visit: {"session": factories.create_session(visit)}),
    Action(
        programme.take_offer,
        lambda visit: {
            "visit": visit,
            "offer": factories.create_offer(),
            "day": DAY_ONE,
            "starts": datetime.time(15),
            "aims": [factories.create_aim(visit)],
        },
    ),
    Action(programme.shift_sessions, lambda visit: {"visit": with_sessions(visit), "days": 7}),
    Action(
        release.publish_release,
        lambda visit: {"visit": with_sessions(visit)},
        states=list(Visit.RELEASES_IN),
        refusal=Refusal,
    ),
]
