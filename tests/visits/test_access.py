"""Who may open what, and who may change what: every address of the visits rooms, for everybody.

Alice coordinates the visit, Stan is a placement student on it, Bob a delegate, Charlie belongs to
another visit; Edith edits the catalogue, Ada administers, and somebody has not signed in.
"""

import datetime
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.audit import AuditEntry
from core.translated import text
from tests import factories
from tests.factories import create_session
from tests.visits.database import changed, table_digests
from visits.delegation.models import Need
from visits.delegation.permissions import membership
from visits.problems.find import find
from visits.problems.models import PassedProblem
from visits.release.actions import publish_release
from visits.urls import urlpatterns

pytestmark = pytest.mark.django_db

PEOPLE = ["alice", "stan", "bob", "charlie", "edith", "ada", "nobody"]
#             alice stan bob  charlie edith ada nobody
PLAN = dict(zip(PEOPLE, [200, 403, 403, 404, 404, 404, 302], strict=True))
DRAFT = dict(zip(PEOPLE, [200, 200, 403, 404, 404, 404, 302], strict=True))
READ = dict(zip(PEOPLE, [200, 200, 200, 404, 404, 404, 302], strict=True))
HOME = dict(zip(PEOPLE, [200, 200, 302, 404, 404, 404, 302], strict=True))  # a guest is led to the itinerary
LEADS_ON = dict(zip(PEOPLE, [302, 302, 403, 404, 404, 404, 302], strict=True))
COORDINATOR = dict(zip(PEOPLE, [200, 403, 403, 403, 403, 403, 302], strict=True))
ANYBODY = dict(zip(PEOPLE, [200, 200, 200, 200, 200, 200, 302], strict=True))
NO_PAGE = None  # takes only what is sent


@dataclass(frozen=True)
class Row:
    """Who gets which answer to GET; and for a page that changes something, what to send."""

    get: dict | None
    sends: dict | None = None
    keys: tuple[str, ...] = ()
    query: str = ""
    button: dict | None = None

    @property
    def answers(self) -> dict:
        """Who gets the page may send its form; a button without a page is for coordinators unless told."""
        return self.get or self.button or PLAN

    @property
    def may_send(self) -> list[str]:
        return [who for who, status in self.answers.items() if status == 200]


PERSON = {"name": "New", "part": "delegate", "language": "en", "english": "good"}
SESSION = {
    "title_en": "New",
    "day": "2027-03-09",
    "starts": "18:00",
    "ends": "19:00",
    "led_by": "hosts",
    "interpreting": "none",
}
WHEN = {"day": "2027-03-10", "starts": "15:00"}
ROWS = {
    "list": Row(ANYBODY),
    "add": Row(COORDINATOR, {"city": "CITY", "title_en": "New"}),
    "visit": Row(HOME, keys=("visit",)),
    "edit": Row(PLAN, {"city": "CITY", "title_en": "New"}, ("visit",)),
    "move": Row(NO_PAGE, {"to": "confirmed"}, ("visit",)),
    "aim-add": Row(PLAN, {"words": "New", "words_language": "cs", "short_en": "New"}, ("visit",)),
    "aim-edit": Row(PLAN, {"words": "New", "words_language": "cs", "short_en": "New"}, ("visit", "aim")),
    "aim-remove": Row(PLAN, {}, ("visit", "aim")),
    "people": Row(DRAFT, keys=("visit",)),
    "needs": Row(PLAN, keys=("visit",)),
    "invite-all": Row(NO_PAGE, {}, ("visit",)),
    "person-add": Row(PLAN, PERSON, ("visit",)),
    "person-edit": Row(PLAN, PERSON, ("visit", "person")),
    "person-remove": Row(PLAN, {}, ("visit", "person")),
    "person-restore": Row(NO_PAGE, {}, ("visit", "left")),
    "person-needs": Row(PLAN, {"access": "New", "meals": "New"}, ("visit", "person")),
    "undertaking": Row(PLAN, {"version": "2", "language": "cs", "received_on": "2020-01-01"}, ("visit", "person")),
    "undertaking-remove": Row(NO_PAGE, {}, ("visit", "person", "undertaking")),
    "invite": Row(NO_PAGE, {}, ("visit", "person")),
    "invitation-withdraw": Row(NO_PAGE, {}, ("visit", "member")),
    "address": Row(PLAN, {"email": "new@example.org"}, ("visit", "person")),
    "group-add": Row(PLAN, {"name_en": "New"}, ("visit",)),
    "group-edit": Row(PLAN, {"name_en": "New"}, ("visit", "group")),
    "group-remove": Row(NO_PAGE, {}, ("visit", "group")),
    "programme": Row(DRAFT, keys=("visit",)),
    "programme-offers": Row(DRAFT, keys=("visit",)),
    "programme-take": Row(DRAFT, WHEN, ("visit", "offer")),
    "programme-add": Row(DRAFT, SESSION, ("visit", "kind")),
    "programme-shift": Row(DRAFT, {"days": "7"}, ("visit",)),
    "programme-edit": Row(DRAFT, SESSION, ("visit", "session")),
    "programme-move": Row(DRAFT, WHEN, ("visit", "session")),
    "programme-remove": Row(DRAFT, {}, ("visit", "session")),
    "problem-pass": Row(DRAFT, {"reason": "New"}, ("visit",), query="?key=KEY"),
    "problem-ask-again": Row(NO_PAGE, {"key": "passed"}, ("visit",), button=DRAFT),
    "itinerary": Row(READ, keys=("visit",)),
    "preview": Row(DRAFT, keys=("visit",)),
    "publish": Row(PLAN, {"note": "New"}, ("visit",)),
    "releases": Row(DRAFT, keys=("visit",)),
    "release": Row(DRAFT, keys=("visit", "number")),
    "compare-any": Row(LEADS_ON, keys=("visit",), query="?before=1&after=1"),
    "compare": Row(DRAFT, keys=("visit", "number", "number")),
}
SENDING = [name for name, row in ROWS.items() if row.sends is not None]


class FullVisit:
    """A visit with a row of everything that an address names, and the people of the stories."""

    def __init__(self, alice):
        self.visit = visit = factories.create_visit(lead_coordinator=alice)
        self.people = {
            "alice": alice,
            "stan": factories.create_member(visit, "Stan", part="student", access_ends_on="2100-01-01").invitation.user,
            "bob": factories.create_member(visit, "Bob").invitation.user,
            "charlie": factories.create_member(factories.create_visit("Another"), "Charlie").invitation.user,
            "edith": factories.create_user("Edith", roles=["editor"]),
            "ada": factories.create_user("Ada", roles=["administrator"]),
            "nobody": None,
        }
        # Signing in is noted on an account, so it is done before anything is compared.
        self.clients = {
            name: factories.sign_in(Client(), user) if user else Client() for name, user in self.people.items()
        }
        person = factories.create_person(visit, "Dana")
        left = factories.create_person(visit, "Left")
        left.left_at = left.changed_at
        left.save()
        Need.objects.create(person=person, access="no steps")
        undertaking = person.undertakings.create(version="1", language="cs", received_on=datetime.date(2020, 1, 1))
        session = create_session(visit, "Talk")
        PassedProblem.objects.create(visit=visit, key="passed", reason="So.")
        publish_release(visit=visit, by=alice)
        session.title = text("Walk")  # so that there is something to publish
        session.save()
        self.key = next(problem.key for problem in find(visit) if problem.kind == "venue")
        self.keys = {
            "visit": visit.reference,
            "aim": factories.create_aim(visit).pk,
            "person": person.pk,
            "left": left.pk,
            "member": membership(self.people["bob"], visit).pk,
            "undertaking": undertaking.pk,
            "group": visit.groups.create(name=text("A")).pk,
            "offer": factories.create_offer().pk,
            "kind": "meal",
            "session": session.pk,
            "number": 1,
        }

    def address(self, name: str) -> str:
        row = ROWS[name]
        path = reverse(f"visits:{name}", args=[self.keys[key] for key in row.keys])
        return path + row.query.replace("KEY", self.key)

    def sent(self, name: str) -> dict:
        sends = ROWS[name].sends or {}
        return {key: self.visit.city_id if value == "CITY" else value for key, value in sends.items()}

    def get(self, who: str, name: str):
        return self.clients[who].get(self.address(name))

    def post(self, who: str, name: str):
        return self.clients[who].post(self.address(name), self.sent(name))


@pytest.fixture
def full_visit(alice):
    return FullVisit(alice)


def test_every_address_of_the_visits_rooms_has_its_row():
    assert {pattern.name for pattern in urlpatterns} == set(ROWS)


def test_a_page_is_there_for_whom_it_is_meant(full_visit):
    found = {name: {who: full_visit.get(who, name).status_code for who in PEOPLE} for name in ROWS}
    only_sent = {**dict.fromkeys(PEOPLE, 405), "nobody": 302}

    assert found == {name: row.get or only_sent for name, row in ROWS.items()}


def test_whoever_has_not_signed_in_is_asked_to(full_visit):
    assert {full_visit.get("nobody", name).url.split("?")[0] for name in ROWS} == {reverse("account_login")}


def test_what_is_sent_by_others_is_refused_and_changes_nothing(full_visit):
    before = table_digests()
    others = {name: [who for who in PEOPLE if who not in ROWS[name].may_send] for name in SENDING}
    found = {name: {who: full_visit.post(who, name).status_code for who in others[name]} for name in SENDING}

    assert found == {name: {who: ROWS[name].answers[who] for who in others[name]} for name in SENDING}
    assert changed(before) == set()


def test_what_is_sent_by_those_who_may_changes_something(full_visit):
    """Or else the test above would hold for a form that nobody can send."""
    before = table_digests()
    for name in SENDING:
        for who in ROWS[name].may_send:
            with transaction.atomic():
                assert (name, who, full_visit.post(who, name).status_code) == (name, who, 302)
                assert changed(before), (name, who)
                transaction.set_rollback(True)  # for the next person to do it again


def test_a_page_that_only_shows_takes_nothing(full_visit):
    before = table_digests()

    assert {full_visit.post("alice", name).status_code for name in ROWS if name not in SENDING} == {405}
    assert changed(before) == set()


def test_looking_changes_nothing_but_the_log_of_looks(full_visit):
    before = table_digests()
    for name in [name for name, row in ROWS.items() if row.get]:
        full_visit.get("alice", name)

    assert changed(before) == {"core_auditentry"}
    looks = AuditEntry.objects.newest_first()[:2]
    assert {(look.verb, look.subject_id) for look in looks} == {
        ("needs.read", full_visit.visit.pk),
        ("needs.read", full_visit.keys["person"]),
    }
    assert AuditEntry.objects.filter(verb="needs.read").count() == 2
