"""Related entries are named by their own live edition: in every document, old or new, and never by a draft."""

import copy
import importlib

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.published import NothingNew, digest
from core.translated import text
from practices import actions, difference, publication_status, search
from practices.editions import words_of_practice
from practices.models import Practice
from tests import factories

PAGE = "/practices/family-conference/"


@pytest.fixture
def hubs(editor):
    return factories.create_public_practice("Family hubs", slug="family-hubs")


@pytest.fixture
def related(published, hubs, editor):
    """Family conference, which is related to the public Family hubs; live as number 2."""
    actions.edit_practice(practice=published, by=editor, related=[hubs])
    actions.publish_practice(practice=published, by=editor)
    published.refresh_from_db()
    return published


def as_it_was_written_once(practice: Practice, title: str) -> Practice:
    """Its live edition as format 1 had it: with the titles that the rows of related entries had then."""
    body = copy.deepcopy(practice.live.body)
    named = [{"id": str(each.pk), "slug": each.slug, "title": {"en": title}} for each in practice.related.all()]
    body["related"] = named
    practice.live = practice.editions.create(
        number=practice.live.number + 1, format=1, body=body, digest=digest(body), published_at=timezone.now(),
        search_words=words_of_practice(body),
    )  # fmt: skip
    practice.save()
    return practice


@pytest.fixture
def old(related):
    return as_it_was_written_once(related, "Canary hubs")


def rename(practice, title, editor):
    actions.edit_practice(practice=practice, by=editor, title=text(title))


def links_on(reader, address=PAGE) -> list[tuple[str, str]]:
    return [(each["slug"], each["title"]["en"]) for each in reader.get(address).context["practice"]["related"]]


def found(words) -> list[str]:
    return sorted(card["slug"] for card in search.find(words).practices)


def has_changes(practice) -> bool:
    return publication_status.of_practice(Practice.objects.for_list().get(pk=practice.pk)).has_changes


def test_a_draft_title_is_shown_on_no_page_of_another_entry(related, hubs, editor, reader):
    rename(hubs, "Canary hubs", editor)
    actions.edit_practice(practice=related, by=editor, how=text("They stand up."))
    actions.publish_practice(practice=related, by=editor)

    assert links_on(reader) == [("family-hubs", "Family hubs")]
    assert "Canary" not in reader.get(PAGE).content.decode()


def test_a_renamed_draft_leaves_every_other_entry_as_published(related, hubs, editor):
    rename(hubs, "Canary hubs", editor)

    assert not has_changes(related)
    with pytest.raises(NothingNew):
        actions.publish_practice(practice=related, by=editor)


def test_the_new_name_stands_on_all_pages_at_once_when_it_is_published(related, hubs, editor, reader):
    kept = reader.get(PAGE).headers["ETag"]
    rename(hubs, "Open hubs", editor)
    assert reader.get(PAGE, headers={"If-None-Match": kept}).status_code == 304

    actions.publish_practice(practice=hubs, by=editor)

    answer = reader.get(PAGE, headers={"If-None-Match": kept})
    assert answer.status_code == 200
    assert "Open hubs" in answer.content.decode()
    assert not has_changes(related)


def test_a_withdrawn_entry_is_not_named(related, hubs, editor, reader):
    kept = reader.get(PAGE).headers["ETag"]

    actions.withdraw_practice(practice=hubs, by=editor)

    answer = reader.get(PAGE, headers={"If-None-Match": kept})
    assert "Family hubs" not in answer.content.decode()
    assert answer.context["practice"]["related"] == []


def test_no_entry_is_found_by_the_titles_of_its_relations(related, hubs, editor):
    draft = factories.create_practice("Canary never published")
    actions.edit_practice(practice=related, by=editor, related=[hubs, draft])
    actions.publish_practice(practice=related, by=editor)

    assert found("canary") == []
    assert found("hubs") == ["family-hubs"]
    assert found(str(draft.pk)[:8]) == []


def test_editors_compare_relations_by_name_whatever_the_row_is_called_meanwhile(related, hubs, editor):
    first, second = related.editions.order_by("number")
    rename(hubs, "Canary hubs", editor)

    [line] = difference.of_practices(first.body, second.body)

    assert (line.name, line.before, line.after) == ("Family hubs: Related entry (English)", "", "Family hubs")


def test_editors_read_the_name_of_a_relation_that_is_not_public(published, editor):
    actions.edit_practice(practice=published, by=editor, related=[factories.create_practice("Not yet")])
    actions.publish_practice(practice=published, by=editor)
    second, first = published.editions.newest_first()

    assert [line.after for line in difference.of_practices(first.body, second.body)] == ["Not yet"]


# --- what was published before -------------------------------------------------------------------


def test_an_old_page_names_its_relations_as_they_are_published_now(old, hubs, editor, reader):
    assert links_on(reader) == [("family-hubs", "Family hubs")]
    assert "Canary" not in reader.get(PAGE).content.decode()

    actions.withdraw_practice(practice=hubs, by=editor)
    assert links_on(reader) == []


def test_an_old_document_says_as_much_as_a_new_one(old, editor, desk):
    assert not has_changes(old)
    with pytest.raises(NothingNew):
        actions.publish_practice(practice=old, by=editor)
    assert desk.get(reverse("catalogue:practice-publish", args=[old.slug])).context["is_news"] is False

    actions.edit_practice(practice=old, by=editor, related=[])
    assert has_changes(old)


def test_an_old_document_and_a_new_one_are_compared(old, editor, desk):
    other = factories.create_public_practice("Other", slug="other")
    actions.edit_practice(practice=old, by=editor, related=[*old.related.all(), other])
    actions.publish_practice(practice=old, by=editor)
    newer, older = old.editions.newest_first()[:2]
    assert (older.format, newer.format) == (1, 2)

    lines = difference.of_practices(older.body, newer.body)

    assert [(line.name, line.after) for line in lines] == [("Other: Related entry (English)", "Other")]
    for number in (older.number, newer.number):
        page = desk.get(reverse("catalogue:practice-edition", args=[old.slug, number])).content.decode()
        assert "Family hubs" in page
        assert "Canary" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_editors_takes_as_many_queries_with_old_documents(desk, old, editor, count):
    def queries():
        with connection.execute_wrapper(lambda execute, *args: (asked.append(args[0]), execute(*args))[1]):
            asked = []
            desk.get(reverse("catalogue:list"))
        return len([sql for sql in asked if sql.startswith("SELECT")])

    few = queries()
    for _each in range(count):
        more = factories.create_public_practice("More")
        more.related.set([old])
        as_it_was_written_once(more, "Canary")

    assert queries() == few


# --- the migration -------------------------------------------------------------------------------


@pytest.fixture
def migration():
    return importlib.import_module("practices.migrations.0004_search_words_without_related_titles")


def migrate(step):
    with connection.schema_editor() as editor:
        step(apps, editor)


@pytest.mark.django_db(transaction=True)  # rows of an open transaction would keep the table from resting
def test_words_that_are_stored_already_lose_the_titles_of_relations_and_get_them_back(old, migration):
    before = sorted(old.live.search_words.split())
    kept = old.live.body
    assert found("canary") == ["family-conference"]

    migrate(migration.leave_related_out)

    old.live.refresh_from_db()
    assert found("canary") == []
    assert found("rodinna konference") == ["family-conference"]
    assert sorted(old.live.search_words.split()) == sorted(set(before) - {"canary", "hubs"})
    assert old.live.body == kept

    migrate(migration.take_related_in)

    old.live.refresh_from_db()
    assert sorted(old.live.search_words.split()) == before


@pytest.mark.django_db(transaction=True)
def test_editions_are_frozen_again_after_the_migration(old, migration):
    migrate(migration.leave_related_out)

    with pytest.raises(DatabaseError, match="is frozen"), transaction.atomic():
        old.editions.update(search_words="")
