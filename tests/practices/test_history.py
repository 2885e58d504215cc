"""The history of an entry: field by field, before and after, who, when, with which note, also by import."""

import pytest
from django.urls import reverse

from core.audit import AuditEntry
from core.translated import text
from practices import actions, history
from practices.difference import mark_words
from tests import factories


def told(subject):
    return history.happenings(AuditEntry.objects.about(subject))


def lines(happening):
    return [(line.name, str(line.before), str(line.after)) for line in happening.lines]


def test_an_edit_is_told_field_by_field_and_language_by_language(practice, editor):
    actions.edit_practice(
        practice=practice, by=editor, kind="service",
        how=text("They stand up.", cs="Lidé sedí v kruhu."),
        summary=text("A meeting of a family.", cs="Setkání rodiny."),
    )  # fmt: skip

    [happening] = told(practice)

    assert (happening.what, happening.who) == ("Entry changed", "Edith")
    assert sorted(lines(happening)) == [
        ("How it is done (English)", "People sit in a circle.", "They stand up."),
        ("Kind", "model", "service"),
        ("What it is (Čeština)", "needs a native review", "read by a native speaker"),
    ]


def test_what_is_told_stays_true_after_later_changes(practice, editor):
    actions.edit_practice(practice=practice, by=editor, how=text("First."))
    actions.edit_practice(practice=practice, by=editor, how=text("Second."))

    second, first = told(practice)

    assert ("How it is done (English)", "People sit in a circle.", "First.") in lines(first)
    assert lines(second) == [("How it is done (English)", "First.", "Second.")]


def test_parts_are_told_with_their_names(practice, editor):
    host = factories.create_contact("Jane Host")
    offer = practice.offers.first()
    actions.edit_part(row=offer, by=editor, minutes=45, hosts=[host], venue=factories.create_venue("Demo House"))
    actions.move_part(row=offer, up=False, by=editor)
    actions.remove_part(row=practice.rules.get(), by=editor)

    removed, moved, edited = told(practice)

    assert edited.what == "Changed: offer “Open workshop”"
    assert sorted(lines(edited)) == [
        ("Usual hosts", "", "Jane Host"),
        ("Usual length in minutes", "80", "45"),
        ("Usual venue", "", "Demo House"),
    ]
    assert moved.what == "Moved: offer “Open workshop”"
    assert lines(moved) == [("Place in the list", "1", "2")]
    assert removed.what == "Removed: rule “No photographs.”"
    assert ("Rule (English)", "No photographs.", "") in lines(removed)


def test_a_host_who_was_erased_is_no_longer_named(practice, editor):
    host = factories.create_contact("Jane Host")
    actions.edit_part(row=practice.offers.first(), by=editor, hosts=[host])
    host.delete()

    [happening] = told(practice)

    assert lines(happening) == [("Usual hosts", "", "somebody who is no longer here")]
    assert "Jane" not in str(AuditEntry.objects.values())


def test_a_claim_is_told_with_its_sources(practice, editor):
    claim = practice.evidence.last()
    sources = [factories.create_source("S02", title="Second report")]
    actions.edit_part(row=claim, by=editor, status="sourced", sources=sources)

    [happening] = told(practice)

    assert sorted(lines(happening)) == [
        ("Sources", "", "Second report"),
        ("Status", "not verified", "sourced"),
    ]


def test_changes_by_import_say_so(editor):
    practice = actions.create_practice(
        by=None, via="import", kind="place", title=text("Centre"), summary=text("s"), how=text("h"), question=text("q")
    )
    actions.add_part(practice=practice, part="ideas", by=None, via="import", text=text("Idea"))

    added, created = told(practice)

    assert (created.what, created.who, created.is_from_page) == ("Entry created", "the portal itself", False)
    assert ("Title (English)", "", "Centre") in lines(created)
    assert added.what == "Added: key idea “Idea”"
    assert lines(added) == [("Text (English)", "", "Idea")]


def test_what_came_by_import_on_a_day_is_one_line_that_opens(practice, editor):
    actions.edit_practice(practice=practice, by=editor, aliases=["one"])
    for words in ("First", "Second", "Third"):
        actions.add_part(practice=practice, part="ideas", by=editor, via="import", text=text(words))
    actions.edit_practice(practice=practice, by=editor, aliases=["two"])
    actions.edit_practice(practice=practice, by=editor, aliases=["three"])

    runs = history.in_runs(told(practice)[:6])

    assert [(run.last.what, [each.what for each in run.earlier]) for run in runs] == [
        ("Entry changed", []),
        ("Entry changed", []),
        ("Added: key idea “Third”", ["Added: key idea “Second”", "Added: key idea “First”"]),
        ("Entry changed", []),
    ]


def test_publishing_and_withdrawing_are_told_with_their_notes(practice, editor):
    actions.publish_practice(practice=practice, by=editor, note="For Brno")
    actions.withdraw_practice(practice=practice, by=editor, note="Out of date")

    assert [(each.what, each.entry.note) for each in told(practice)] == [
        ("Withdrawn from the public pages", "Out of date"),
        ("Published as number 1", "For Brno"),
    ]


def test_the_page_shows_the_history_and_the_numbers(desk, published, editor):
    actions.edit_practice(practice=published, by=editor, how=text("They stand up.", cs="Lidé sedí v kruhu."))

    page = desk.get(reverse("catalogue:practice-history", args=[published.slug])).content.decode()

    for words in ("Entry changed", "Edith", "How it is done (English)", "Published as number 1", "Number 1"):
        assert words in page


def test_numbers_are_offered_for_comparing_once_there_are_two(desk, published, editor):
    address = reverse("catalogue:practice-history", args=[published.slug])
    assert "Compare two numbers" not in desk.get(address).content.decode()

    actions.edit_practice(practice=published, by=editor, how=text("They stand up."))
    actions.publish_practice(practice=published, by=editor)

    assert "Compare two numbers" in desk.get(address).content.decode()


def test_a_long_name_ends_at_a_word_and_says_that_it_goes_on(practice, editor):
    words = "Everybody may leave whenever they like and come back when they are ready for it. " * 2
    idea = actions.add_part(practice=practice, part="ideas", by=editor, text=text(words))

    assert str(actions.name_of(idea)).endswith(" they are ready for it. Everybody may leave whenever they like…")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_number_of_queries(desk, published, editor, django_assert_num_queries, count):
    for number in range(count):
        actions.edit_part(row=published.offers.first(), by=editor, hosts=[factories.create_contact(f"Host {number}")])
        actions.publish_practice(practice=published, by=editor)
    address = reverse("catalogue:practice-history", args=[published.slug])
    desk.get(address)

    with django_assert_num_queries(QUERIES_OF_HISTORY):
        desk.get(address)


QUERIES_OF_HISTORY = 8


def test_a_long_history_comes_in_pages(desk, practice, editor):
    for number in range(31):
        actions.edit_practice(practice=practice, by=editor, aliases=[f"name {number}"])
    address = reverse("catalogue:practice-history", args=[practice.slug])

    assert len(desk.get(address).context["runs"]) == 30
    assert len(desk.get(f"{address}?page=2").context["runs"]) == 1


def test_a_term_has_a_history_too(desk, editor):
    term = factories.create_term({"en": "Court", "de": "Gericht"}, slug="court", equivalence={"cs": "near"})
    actions.edit_term(row=term, by=editor, area="law", equivalence={"cs": "none"}, term=text("Court", de="Gerichtshof"))

    [happening] = told(term)

    assert happening.what == "Term changed"
    assert sorted(lines(happening)) == [
        ("Area", "the council", "law"),
        ("Is there such a thing in the other country? (Czech)", "something similar exists", "no such thing exists"),
        ("Term (German)", "Gericht", "Gerichtshof"),
    ]
    assert "Term changed" in desk.get(reverse("catalogue:term-history", args=["court"])).content.decode()


def test_words_that_differ_are_marked():
    before, after = mark_words("We meet on Monday at ten.", "We meet on Friday at ten.")

    assert str(before) == "We meet on <del>Monday</del> at ten."
    assert str(after) == "We meet on <ins>Friday</ins> at ten."


def test_marked_words_are_escaped():
    before, after = mark_words("one <b>two</b> three four", "one <i>two</i> three four")

    assert str(before) == "one <del>&lt;b&gt;two&lt;/b&gt;</del> three four"
    assert str(after) == "one <ins>&lt;i&gt;two&lt;/i&gt;</ins> three four"


def test_wordings_that_have_little_in_common_are_shown_whole():
    assert mark_words("All new here", "Nothing of it stays") == ("All new here", "Nothing of it stays")
