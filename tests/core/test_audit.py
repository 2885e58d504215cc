import ast
import datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils import timezone, translation

from core import audit, audit_words
from core.audit import AuditEntry, changes_between, values_of
from core.translated import text
from tests import factories

LOG = reverse("core:audit")
REFUSED = (InternalError, IntegrityError, ProgrammingError)


@pytest.fixture
def log(as_person, administrator):
    """``log(day=...)``: the lines that an administrator sees, and the page."""
    client = as_person(administrator)

    def look(**query):
        response = client.get(LOG, query)
        assert response.status_code == 200
        return response.context["lines"], response.text

    return look


def in_words(lines) -> list[tuple[str, str, str]]:
    return [(line.what, line.about, line.who) for line in lines]


# --- writing -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_entry_tells_what_to_what_by_whom(alice):
    practice = factories.create_practice("Plan clinic")
    entry = audit.record("practice.edited", practice, by=alice, name=practice.title, note="A slip.", number=3)
    entry.refresh_from_db()
    told = (
        entry.verb,
        entry.subject_id,
        entry.subject_kind,
        entry.subject_name,
        entry.by_user,
        entry.note,
        entry.facts,
    )
    expected = ("practice.edited", practice.pk, "practice", {"en": "Plan clinic"}, alice.pk, "A slip.", {"number": 3})
    assert told == expected


@pytest.mark.django_db
def test_no_entry_can_be_changed_or_taken_away():
    entry = audit.record("practice.edited")
    for change in (
        lambda: AuditEntry.objects.update(note="Nothing happened."),
        lambda: AuditEntry.objects.all().delete(),
        lambda: entry.save(),
    ):
        with pytest.raises(REFUSED, match="is frozen"), transaction.atomic():
            change()
    assert AuditEntry.objects.get().note == ""


@pytest.mark.django_db
def test_only_erasing_for_data_protection_takes_an_entry_away():
    audit.record("practice.edited")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL open_doors.erasing = 'on'")
        with pytest.raises(REFUSED, match="is frozen"), transaction.atomic():
            AuditEntry.objects.update(note="Rewritten.")
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db
def test_everything_about_a_thing_and_its_parts_is_found():
    practice, other = factories.create_practice(), factories.create_practice()
    offer = factories.create_offer(practice=practice)
    mine = [audit.record("practice.edited", practice), audit.record("practice.part_edited", offer, whole=practice)]
    audit.record("practice.edited", other)
    assert list(AuditEntry.objects.about(practice)) == mine[::-1]


@pytest.mark.django_db
def test_changes_are_told_field_by_field():
    visit = factories.create_visit()
    before = values_of(visit)
    visit.ends_on = datetime.date(2027, 3, 12)
    visit.title = text("Another visit")
    assert changes_between(before, values_of(visit)) == [
        {"field": "title", "before": {"en": "Demo visit"}, "after": {"en": "Another visit"}},
        {"field": "ends_on", "before": "2027-03-10", "after": "2027-03-12"},
    ]


@pytest.mark.django_db
def test_whatever_a_row_holds_can_be_recorded():
    visit = factories.create_visit(lead_coordinator=factories.create_user("Alice"))
    session = factories.create_session(visit)
    for row in (visit, visit.city, session, factories.create_contact(), factories.create_offer()):
        audit.record("visit.edited", row, changes=changes_between({}, values_of(row)))
    assert AuditEntry.objects.count() == 5


# --- reading -------------------------------------------------------------------------------------


def test_the_newest_stands_first_in_words(log, alice):
    practice = factories.create_practice("Plan clinic")
    audit.record("practice.created", practice, by=alice, name=practice.title)
    audit.record("practice.published", practice, by=alice, name=practice.title, number=1, note="First")
    audit.record("visit.moved")
    lines, page = log()
    assert in_words(lines) == [
        ("Visit: moved on", "", "the portal itself"),
        ("Practice: published", "Plan clinic", "Alice"),
        ("Practice: created", "Plan clinic", "Alice"),
    ]
    assert lines[1].facts == "number: 1"
    assert "First" in page


def test_facts_are_told_in_words_and_only_where_there_are_any(log):
    audit.record("session.edited", fields=["ends_at", "title"], roles=[], number=0)

    assert [line.facts for line in log()[0]] == ["fields: ends at, title, number: 0"]


def test_people_are_named_as_they_are_called_now_or_not_any_more(log, alice):
    bob = factories.create_user("Bob")
    audit.record("account.edited", bob, by=alice, host={"user": str(bob.pk)})
    bob.name = "Robert"
    bob.save()
    assert in_words(log()[0]) == [("Account: changed", "Robert", "Alice")]
    assert log()[0][0].facts == "host: Robert"
    bob.delete()
    assert in_words(log()[0]) == [("Account: changed", "somebody who is no longer here", "Alice")]
    assert log()[0][0].facts == "host: somebody who is no longer here"


def test_the_log_is_narrowed_by_person_kind_and_day(log, alice):
    edith = factories.create_user("Edith")
    with time_machine.travel(datetime.datetime(2027, 6, 30, 23, 30, tzinfo=factories.LEEDS)):
        audit.record("practice.edited", by=alice)
    with time_machine.travel(datetime.datetime(2027, 7, 1, 0, 30, tzinfo=factories.LEEDS)):
        audit.record("visit.edited", by=edith)
    assert [line.what for line in log(kind="visit")[0]] == ["Visit: changed"]
    assert [line.what for line in log(person=str(alice.pk))[0]] == ["Practice: changed"]
    assert [line.what for line in log(day="2027-06-30")[0]] == ["Practice: changed"]
    assert [line.what for line in log(day="2027-07-01")[0]] == ["Visit: changed"]
    assert "Nothing fits" in log(day="2027-07-02")[1]


@pytest.mark.parametrize(
    "query", [{"kind": "x"}, {"person": "x"}, {"day": "0000"}, {"day": "9999-12-31"}, {"page": "-1"}]
)
def test_a_strange_question_is_answered_with_a_page(log, query):
    audit.record("visit.edited")
    log(**query)


def test_an_empty_log_says_what_will_stand_there(log):
    assert "Nothing has happened yet" in log()[1]


@pytest.mark.parametrize("roles", [[], ["coordinator"], ["editor"], ["coordinator", "editor"]])
def test_only_administrators_read_the_log(as_person, db, roles):
    assert as_person(factories.create_user("Somebody", roles=roles)).get(LOG).status_code == 403


def test_the_log_takes_as_many_queries_for_many_as_for_one(as_person, administrator, alice, django_assert_num_queries):
    client = as_person(administrator)

    def one_of_each():
        contact, person = factories.create_contact(), factories.create_person(factories.create_visit())
        for subject in (factories.create_user(), contact, person):
            audit.record("person.edited", subject, by=factories.create_user(), to={"user": str(alice.pk)})

    one_of_each()
    with django_assert_num_queries(7):
        client.get(LOG)
    for _ in range(5):
        one_of_each()
    with django_assert_num_queries(7):
        client.get(LOG)


# --- words ---------------------------------------------------------------------------------------


def verbs_in_the_code() -> set[str]:
    """Every word of the form "kind.happening" that is given to the log, or on its way there."""
    found = set()
    for room in ("accounts", "core", "partners", "practices", "visits"):
        for file in Path(settings.BASE_DIR, room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and name_of(node.func) == "record" and node.args:
                    found |= words_of(node.args[0])
                elif isinstance(node, ast.keyword) and node.arg == "verb":
                    found |= words_of(node.value)
    return found


def name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def words_of(argument: ast.expr) -> set[str]:
    return {argument.value} if isinstance(argument, ast.Constant) else set()


def test_every_verb_of_the_code_has_its_words():
    verbs = verbs_in_the_code()
    assert len(verbs) > 20
    kinds, happenings = zip(*(verb.split(".") for verb in verbs), strict=True)
    assert set(kinds) - set(audit_words.KINDS) == set()
    assert set(happenings) - set(audit_words.HAPPENINGS) == set()


def test_a_word_of_another_time_stands_as_it_was_stored():
    with translation.override("en"):
        assert audit_words.sentence_of(AuditEntry(verb="carriage.washed_twice")) == "carriage: washed twice"


@pytest.mark.django_db
def test_an_entry_knows_its_moment():
    entry = audit.record("visit.edited")
    assert abs(timezone.now() - entry.at) < datetime.timedelta(minutes=1)
