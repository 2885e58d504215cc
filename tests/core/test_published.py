"""One mechanism for everything that is published; here with a term of the glossary as its subject."""

import datetime
import uuid
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.audit import AuditEntry
from core.published import ORDER, Difference, NothingNew, compare, digest, is_news, is_text, publish, references
from core.translated import Text, text
from partners.models import CityEdition
from practices.models import PracticeEdition, Term, TermEdition
from tests import factories
from visits.release.models import Release

REFUSED = (InternalError, IntegrityError, ProgrammingError)


def write(term: Term) -> dict:
    return {"id": term.pk, "term": term.term, "definition": term.definition, "when": datetime.date(2027, 3, 9)}


@pytest.fixture
def term(db) -> Term:
    return Term.objects.create(slug="demo-term", term=text("Plan", cs="Plán"), definition=text("What is agreed."))


# --- publishing ----------------------------------------------------------------------------------


def test_the_first_edition_is_number_one_and_live(term, alice):
    edition = publish(term, write=write, by=alice, note="First")
    term.refresh_from_db()
    assert (edition.number, edition.format, edition.note, edition.published_by) == (1, 1, "First", alice.pk)
    assert term.live == edition


def test_an_edition_holds_everything_in_every_language_as_plain_values(term):
    edition = TermEdition.objects.get(pk=publish(term, write=write).pk)
    assert edition.body == {
        "id": str(term.pk),
        "term": {"en": "Plan", "cs": "Plán"},
        "definition": {"en": "What is agreed."},
        "when": "2027-03-09",
    }
    assert edition.digest == digest(edition.body)


def test_an_edition_is_read_without_the_rows(term):
    edition = publish(term, write=write)
    Term.objects.update(term=Text({"en": "Something else"}))
    assert TermEdition.objects.get(pk=edition.pk).body["term"] == {"en": "Plan", "cs": "Plán"}


def test_publishing_again_without_a_change_is_refused_with_the_newest(term):
    edition = publish(term, write=write)
    with pytest.raises(NothingNew, match="number 1") as refused:
        publish(term, write=write)
    assert (refused.value.edition, term.editions.count()) == (edition, 1)


def test_a_change_makes_the_next_number(term):
    publish(term, write=write)
    Term.objects.update(term=text("Agreement"))
    assert publish(term, write=write).number == 2
    assert [edition.number for edition in term.editions.newest_first()] == [2, 1]


def test_a_change_that_is_taken_back_makes_a_number_too(term):
    publish(term, write=write)
    Term.objects.update(term=text("Agreement"))
    publish(term, write=write)
    Term.objects.update(term=text("Plan", cs="Plán"))
    assert publish(term, write=write).number == 3


def test_what_was_withdrawn_is_published_again_under_a_new_number(term):
    publish(term, write=write)
    Term.objects.update(live=None)
    assert publish(term, write=write).number == 2


def test_a_refusal_in_the_writing_leaves_nothing(term):
    def fails(row):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish(term, write=fails)
    term.refresh_from_db()
    assert (term.live, term.editions.count()) == (None, 0)


def test_whether_there_is_news(term):
    assert is_news(term, write(term))
    publish(term, write=write)
    term.refresh_from_db()
    assert not is_news(term, write(term))
    term.term = text("Agreement")
    assert is_news(term, write(term))


def test_lists_of_editions_leave_the_documents_where_they_are(term, django_assert_num_queries):
    publish(term, write=write)
    with django_assert_num_queries(1):
        assert "body" in term.editions.without_body().get().get_deferred_fields()


# --- published means frozen ----------------------------------------------------------------------


def frozen_row(table) -> uuid.UUID:
    """An edition of each kind, as it would be published."""
    if table is TermEdition:
        subject = Term.objects.create(slug="t", term=text("Plan"), definition=text("x"))
        return publish(subject, write=write).pk
    if table is PracticeEdition:
        return publish(factories.create_practice(), write=lambda row: {"id": row.pk}, search_words="").pk
    return publish(factories.create_visit(), write=lambda row: {"id": row.pk}, kind="proposal").pk


@pytest.mark.django_db
@pytest.mark.parametrize("table", [TermEdition, PracticeEdition, Release])
def test_the_database_refuses_to_change_or_delete_what_is_published(table):
    key = frozen_row(table)
    rows = table.objects.filter(pk=key)
    edition = rows.get()
    edition.note = "Rewritten"
    for change in (
        edition.save,
        edition.delete,
        rows.delete,
        lambda: rows.update(body={}),
        lambda: rows.update(number=9),
    ):
        with pytest.raises(REFUSED, match="is frozen"), transaction.atomic():
            change()
    assert (rows.get().note, rows.get().number) == ("", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("table", [AuditEntry, CityEdition, TermEdition, PracticeEdition, Release])
def test_the_database_refuses_to_empty_what_is_frozen(table):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL open_doors.emptying = 'off'")
        with pytest.raises(REFUSED, match="is frozen"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table._meta.db_table} CASCADE")


@pytest.mark.django_db
@pytest.mark.parametrize("table", [TermEdition, PracticeEdition, Release])
def test_erasing_can_delete_for_its_own_transaction_and_never_change(table):
    key = frozen_row(table)
    rows = table.objects.filter(pk=key)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL open_doors.erasing = 'on'")
        with pytest.raises(REFUSED, match="is frozen"), transaction.atomic():
            rows.update(note="Rewritten")
        rows.delete()
    assert not rows.exists()


@pytest.mark.django_db(transaction=True)
def test_the_next_transaction_is_refused_again():
    rows = TermEdition.objects.filter(pk=frozen_row(TermEdition))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL open_doors.erasing = 'on'")
    with pytest.raises(REFUSED, match="is frozen"):
        rows.delete()


@pytest.mark.django_db
def test_one_number_is_never_given_twice(term):
    first = publish(term, write=write)
    with pytest.raises(IntegrityError), transaction.atomic():
        term.editions.create(
            number=1, format=1, body={}, digest="", published_at=first.published_at
        )  # fmt: skip


# --- at the same moment --------------------------------------------------------------------------


def at_once(*acts) -> list:
    """Each in a thread and a transaction of its own; what each returned or raised."""
    barrier, answers = Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            barrier.wait()
            answers[place] = act()
        except Exception as error:
            answers[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return answers


def new_term() -> Term:
    return Term.objects.create(slug="demo-term", term=text("Plan"), definition=text("What is agreed."))


@pytest.mark.django_db(transaction=True)
def test_fifty_times_two_people_publish_at_once_and_one_number_comes_of_it():
    term = new_term()
    for number in range(1, 51):
        Term.objects.update(term=text(f"Plan {number}"))
        answers = at_once(*[lambda: publish(term, write=write)] * 2)
        published = [each for each in answers if isinstance(each, TermEdition)]
        refused = [each for each in answers if isinstance(each, NothingNew)]
        assert (len(published), len(refused)) == (1, 1)
        assert (published[0].number, refused[0].edition.pk) == (number, published[0].pk)
    term.refresh_from_db()
    assert (term.live.number, term.editions.count()) == (50, 50)


def edit(term: Term, words: str) -> str:
    """As an editor's page does it: under the lock on the row."""
    with transaction.atomic():
        row = Term.objects.select_for_update().get(pk=term.pk)
        row.term = text(words)
        row.save(update_fields=["term"])
    return words


@pytest.mark.django_db(transaction=True)
def test_fifty_times_somebody_publishes_while_another_edits_and_no_edit_is_lost():
    """The edit is in the new number or waits in the rows for the next one; never in neither."""
    term = new_term()
    publish(term, write=write)
    for number in range(50):
        Term.objects.update(term=text(f"Before {number}"))
        edition, words = at_once(
            lambda: publish(term, write=write), lambda number=number: edit(term, f"After {number}")
        )
        assert isinstance(edition, TermEdition)
        assert edition.body["term"]["en"] in {f"Before {number}", words}
        term.refresh_from_db()
        assert (term.term["en"], term.live_id) == (words, edition.pk)
        if edition.body["term"]["en"] != words:
            assert publish(term, write=write).body["term"]["en"] == words


# --- two documents beside each other -------------------------------------------------------------

OLD = {"title": {"en": "Plan"}, "offers": [{"id": "a", "minutes": 60}, {"id": "b", "minutes": 30}], "tags": ["x"]}


def changed(**values) -> list[Difference]:
    return compare(OLD, {**OLD, **values})


def test_the_same_documents_do_not_differ():
    assert compare(OLD, dict(OLD)) == []


@pytest.mark.parametrize(
    ("values", "differences"),
    [
        ({"title": {"en": "Plans"}}, [Difference(("title",), {"en": "Plan"}, {"en": "Plans"})]),
        (
            {"title": {"en": "Plan", "cs": "Plán"}},
            [Difference(("title",), {"en": "Plan"}, {"en": "Plan", "cs": "Plán"})],
        ),
        ({"tags": ["x", "y"]}, [Difference(("tags",), ["x"], ["x", "y"])]),
        ({"new": 1}, [Difference(("new",), None, 1)]),
        (
            {"offers": [{"id": "a", "minutes": 90}, {"id": "b", "minutes": 30}]},
            [Difference(("offers", "a", "minutes"), 60, 90)],
        ),
        ({"offers": [{"id": "b", "minutes": 30}]}, [Difference(("offers", "a"), {"id": "a", "minutes": 60}, None)]),
        (
            {"offers": [*OLD["offers"], {"id": "c", "minutes": 5}]},
            [Difference(("offers", "c"), None, {"id": "c", "minutes": 5})],
        ),
        ({"offers": OLD["offers"][::-1]}, [Difference(("offers", ORDER), ["a", "b"], ["b", "a"])]),
        (
            {"offers": []},
            [
                Difference(("offers", "a"), {"id": "a", "minutes": 60}, None),
                Difference(("offers", "b"), {"id": "b", "minutes": 30}, None),
            ],
        ),
    ],
)
def test_what_differs_is_found_in_its_place(values, differences):
    assert changed(**values) == differences


def test_another_thing_in_the_same_place_is_one_difference():
    before, after = {"venue": {"id": "a", "name": "Hall"}}, {"venue": {"id": "b", "name": "House"}}
    assert compare(before, after) == [Difference(("venue",), before["venue"], after["venue"])]
    renamed = {"venue": {"id": "a", "name": "Great Hall"}}
    assert compare(before, renamed) == [Difference(("venue", "name"), "Hall", "Great Hall")]


@pytest.mark.parametrize(
    ("difference", "kind"),
    [
        (Difference(("a",), None, 1), "added"),
        (Difference(("a",), 1, None), "removed"),
        (Difference(("a",), 1, 2), "changed"),
        (Difference(("a", ORDER), ["1"], ["2"]), "moved"),
    ],
)
def test_the_kind_of_a_difference(difference, kind):
    assert difference.kind == kind


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ({"en": "x"}, True),
        ({"en": "x", "cs": "y", "needs_review": ["cs"]}, True),
        ({}, False),
        ({"id": "x"}, False),
        ({"en": "x", "name": "y"}, False),
        ("x", False),
        (None, False),
    ],
)
def test_which_values_are_texts(value, answer):
    assert is_text(value) is answer


plain_values = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "x", "y"])
parts = st.lists(
    st.builds(lambda key, value: {"id": str(key), "v": value}, st.integers(0, 4), plain_values),
    unique_by=lambda part: part["id"],
)
documents = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), plain_values | parts | st.lists(plain_values, max_size=3), max_size=3
)


# The machine may be busy with other tests.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patiently
@given(documents, documents)
def test_two_documents_differ_just_where_a_difference_is_told(before, after):
    without_nothing = [{key: value for key, value in each.items() if value is not None} for each in (before, after)]
    assert bool(compare(before, after)) == (without_nothing[0] != without_nothing[1])


@patiently
@given(documents, documents)
def test_a_difference_read_backwards_is_the_difference_of_the_documents_backwards(before, after):
    forwards = {(each.path, repr(each.before), repr(each.after)) for each in compare(before, after)}
    backwards = {(each.path, repr(each.after), repr(each.before)) for each in compare(after, before)}
    assert forwards == backwards


# --- people by reference -------------------------------------------------------------------------


def test_everybody_in_a_document_is_found_by_kind():
    document = {
        "lead": {"user": "u1"},
        "sessions": [
            {"hosts": [{"contact": "c1"}, {"contact": "c2"}], "by": {"person": "p1"}},
            {"hosts": [{"contact": "c1"}]},
        ],
        "user": {"en": "a text about a user"},
    }
    found = {kind: references(document, kind) for kind in ("user", "contact", "person")}
    assert found == {"user": {"u1"}, "contact": {"c1", "c2"}, "person": {"p1"}}
