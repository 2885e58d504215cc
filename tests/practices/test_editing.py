"""Editors write entries, their parts, terms and sources."""

import pytest

from core.audit import AuditEntry
from core.pictures import Picture
from core.translated import text
from practices import actions
from practices.models import Evidence, Offer, Practice, PracticePart, Reading, Rule, Source, Term
from tests import factories
from tests.practices.pages import address, fields_of

MAIN = {
    "title_en": "Futures",
    "title_cs": "Budoucnost",
    "title_cs_needs_review": "on",
    "kind": "programme",
    "how_en": "The worker comes back.",
    "question_en": "Who stays?",
    "summary_en": "A small team.",
    "aliases": "Leeds Futures\n\n  Futures   team \nLeeds Futures",
}
# What an editor types into the form of each part, and what is stored of it.
PARTS = {
    "ideas": ({"text_en": "An idea", "text_cs": "Myšlenka"}, PracticePart, {"kind": "idea"}),
    "steps": ({"label_en": "Find out", "text_en": "Ask."}, PracticePart, {"kind": "step"}),
    "questions": ({"label_en": "Presenting", "text_en": "What is going on?"}, PracticePart, {"kind": "question"}),
    "milestones": (
        {"when": "2018", "label_en": "Outstanding", "text_en": "Care: good."},
        PracticePart, {"kind": "milestone", "when": "2018"},
    ),
    "evidence": ({"text_en": "It helps.", "status": "sourced", "sources": "s01"}, Evidence, {"status": "sourced"}),
    "offers": (
        {"title_en": "A talk", "text_en": "You hear it.", "format": "briefing", "minutes": "45", "group_max": "20",
         "observation": "briefing"},
        Offer, {"minutes": 45, "group_max": 20},
    ),
    "rules": ({"text_en": "Be on time.", "reason_en": "Families wait.", "contact_role_en": "Host"}, Rule, {}),
    "readings": ({"title": "A book", "language": "cs"}, Reading, {"title": "A book", "language": "cs"}),
}  # fmt: skip


# --- entries -------------------------------------------------------------------------------------


def test_an_editor_creates_an_entry(desk):
    answer = desk.post(address("practice-create"), MAIN, follow=True)

    practice = Practice.objects.get()
    assert practice.slug == "futures"
    assert practice.title == {"en": "Futures", "cs": "Budoucnost", "needs_review": ["cs"]}
    assert practice.aliases == ["Leeds Futures", "Futures team"]
    assert practice.live is None
    assert "Entry created. Now add its parts." in answer.content.decode()


def test_two_entries_of_one_title_get_addresses_of_their_own(desk):
    desk.post(address("practice-create"), MAIN)
    desk.post(address("practice-create"), MAIN)

    assert sorted(Practice.objects.values_list("slug", flat=True)) == ["futures", "futures-2"]


@pytest.mark.parametrize("title", ["Search", "Glossary", "New"])
def test_an_entry_or_a_term_does_not_take_the_address_of_another_page(desk, title):
    desk.post(address("practice-create"), {**MAIN, "title_en": title})
    desk.post(address("term-create"), {**TERM, "term_en": title})

    assert (Practice.objects.get().slug, Term.objects.get().slug) == (f"{title.lower()}-2", f"{title.lower()}-2")


def test_an_entry_without_a_title_is_refused_and_keeps_what_was_typed(desk):
    answer = desk.post(address("practice-create"), {**MAIN, "title_en": "", "title_cs": ""})

    assert not Practice.objects.exists()
    page = answer.content.decode()
    assert "There is a problem" in page
    assert "The worker comes back." in page


@pytest.mark.parametrize("words", ["x" * 1_000_000, "bell \x07", "nul \x00"])
def test_impossible_texts_are_refused_with_an_answer(desk, words):
    answer = desk.post(address("practice-create"), {**MAIN, "how_en": words})

    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert not Practice.objects.exists()


def test_the_main_text_is_edited(desk, practice):
    form = desk.get(address("practice-edit", practice.slug)).context["form"]
    desk.post(address("practice-edit", practice.slug), {**fields_of(form), "how_en": "They stand up."})

    practice.refresh_from_db()
    assert practice.how == {"en": "They stand up.", "cs": "Lidé sedí v kruhu."}
    assert practice.title == {"en": "Family conference", "cs": "Rodinná konference"}
    assert practice.aliases == ["FGC"]


def test_saving_without_a_change_leaves_no_trace(desk, practice):
    form = desk.get(address("practice-edit", practice.slug)).context["form"]
    desk.post(address("practice-edit", practice.slug), fields_of(form))

    assert not AuditEntry.objects.about(practice).exists()


# --- parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_each_kind_of_part_is_added_edited_and_removed_on_a_page_of_its_own(desk, source, part):
    typed, model, stored = PARTS[part]
    practice = factories.create_practice()
    assert desk.get(address("part-add", practice.slug, part)).status_code == 200

    assert desk.post(address("part-add", practice.slug, part), typed).status_code == 302

    row = model.objects.get(**stored)
    assert row.practice == practice
    edit = address("part-edit", practice.slug, part, row.pk)
    fields = fields_of(desk.get(edit).context["form"])
    changed = next(name for name in typed if name.endswith("_en") or name == "title")
    assert desk.post(edit, {**fields, **typed, changed: "Other words"}).status_code == 302
    row.refresh_from_db()
    assert str(getattr(row, changed.removesuffix("_en"))) == "Other words"

    remove = address("part-remove", practice.slug, part, row.pk)
    page = desk.get(remove).content.decode()
    assert "Readers see it until you publish the entry again." in page
    assert model.objects.filter(pk=row.pk).exists()
    desk.post(remove)
    assert not model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("part", PARTS)
def test_an_empty_part_is_refused(desk, part):
    practice = factories.create_practice()

    answer = desk.post(address("part-add", practice.slug, part), {})

    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert not PARTS[part][1].objects.exists()


def test_parts_move_up_and_down_among_their_kind(desk, practice):
    first = practice.parts.get(kind="idea")
    second, third = (
        PracticePart.objects.create(practice=practice, kind="idea", position=position, text=text("more"))
        for position in (5, 6)
    )

    def order():
        return list(practice.parts.filter(kind="idea").values_list("pk", flat=True))

    desk.post(address("part-move", practice.slug, "ideas", third.pk), {"up": ""})
    assert order() == [first.pk, third.pk, second.pk]
    desk.post(address("part-move", practice.slug, "ideas", first.pk), {"down": ""})
    assert order() == [third.pk, first.pk, second.pk]
    desk.post(address("part-move", practice.slug, "ideas", third.pk), {"up": ""})
    assert order() == [third.pk, first.pk, second.pk]
    assert practice.parts.get(kind="step").text == {"en": "Text of a step"}


def test_looking_at_the_address_of_a_move_changes_nothing(desk, practice):
    idea = practice.parts.get(kind="idea")

    answer = desk.get(address("part-move", practice.slug, "ideas", idea.pk))

    assert answer.status_code == 405
    assert not AuditEntry.objects.about(practice).exists()


def test_an_offer_of_which_a_programme_has_a_session_stays(desk, practice):
    offer = factories.create_offer(practice=practice)
    factories.create_session(factories.create_visit(), offer=offer)

    answer = desk.post(address("part-remove", practice.slug, "offers", offer.pk), follow=True)

    assert answer.redirect_chain == [(f"{address('practice', practice.slug)}#offers", 302)]
    assert "A programme has a session of this offer" in answer.text
    assert practice.offers.filter(pk=offer.pk).exists()
    assert not AuditEntry.objects.about(practice).exists()


def test_a_part_of_another_entry_is_not_found(desk, practice):
    other = factories.create_offer()

    for name in ("part-edit", "part-remove"):
        assert desk.get(address(name, practice.slug, "offers", other.pk)).status_code == 404
    for name in ("part-edit", "part-move", "part-remove"):
        assert desk.post(address(name, practice.slug, "offers", other.pk), {"up": ""}).status_code == 404


def test_a_part_is_not_found_under_another_kind(desk, practice):
    idea = practice.parts.get(kind="idea")

    assert desk.get(address("part-edit", practice.slug, "steps", idea.pk)).status_code == 404
    assert desk.get(address("part-add", practice.slug, "castles")).status_code == 404


def test_a_part_removed_meanwhile_is_not_found(desk, practice, editor):
    rule = practice.rules.get()
    edit = address("part-edit", practice.slug, "rules", rule.pk)
    fields = fields_of(desk.get(edit).context["form"])
    actions.remove_part(row=rule, by=editor)

    assert desk.post(edit, fields).status_code == 404


@pytest.mark.parametrize(("minutes", "group"), [("4", "10"), ("721", "10"), ("60", "0"), ("x", "10"), ("60", "-1")])
def test_an_offer_out_of_bounds_is_refused(desk, practice, minutes, group):
    typed = {**PARTS["offers"][0], "minutes": minutes, "group_max": group}

    answer = desk.post(address("part-add", practice.slug, "offers"), typed)

    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert practice.offers.count() == 2


def test_sources_are_named_by_code_whatever_the_capitals(desk, practice, source):
    factories.create_source("seed1")
    typed = {**PARTS["evidence"][0], "text_en": "New claim", "sources": "s01; SEED1"}

    desk.post(address("part-add", practice.slug, "evidence"), typed)

    claim = Evidence.objects.get(text__en="New claim")
    assert [each.code for each in claim.sources.all()] == ["S01", "seed1"]


def test_an_unknown_source_is_named_in_the_refusal(desk, practice):
    typed = {**PARTS["evidence"][0], "sources": "S01, S999"}

    page = desk.post(address("part-add", practice.slug, "evidence"), typed).content.decode()

    assert "No source is registered as S999." in page


def test_a_sourced_claim_needs_a_source(desk, practice):
    typed = {**PARTS["evidence"][0], "sources": ""}

    page = desk.post(address("part-add", practice.slug, "evidence"), typed).content.decode()

    assert "Name at least one source, or mark the claim as not verified." in page


def test_an_offer_keeps_a_host_who_has_left(desk, practice):
    gone = factories.create_contact("Gone", ends_on="2020-01-01")
    offer = practice.offers.first()
    offer.hosts.set([gone])
    edit = address("part-edit", practice.slug, "offers", offer.pk)
    fields = fields_of(desk.get(edit).context["form"])

    assert desk.post(edit, {**fields, "minutes": "30"}).status_code == 302

    offer.refresh_from_db()
    assert offer.minutes == 30
    assert list(offer.hosts.all()) == [gone]


# --- pictures ------------------------------------------------------------------------------------


def test_a_picture_is_chosen_among_those_that_everybody_may_see(desk, practice):
    words = {"width": 800, "height": 600, "alt": text("A door")}
    public = Picture.objects.create(name="a", audience="public", shows_people=False, **words)
    staff = Picture.objects.create(name="b", audience="staff", **words)
    page = address("practice-picture", practice.slug)
    assert desk.get(page).status_code == 200

    refused = desk.post(page, {"picture": str(staff.pk)})
    assert "There is a problem" in refused.content.decode()
    desk.post(page, {"picture": str(public.pk)})
    practice.refresh_from_db()
    assert practice.picture == public

    desk.post(page, {"picture": ""})
    practice.refresh_from_db()
    assert practice.picture is None


# --- terms and sources ---------------------------------------------------------------------------

TERM = {
    "term_en": "Care order",
    "term_cs": "soudní rozhodnutí",
    "area": "court",
    "definition_en": "An order of the court.",
    "equivalence_cs": "near",
    "confidence_cs": "low",
}


def test_an_editor_creates_a_term(desk):
    desk.post(address("term-create"), TERM)

    term = Term.objects.get()
    assert (term.slug, term.area) == ("care-order", "court")
    assert (term.equivalence, term.confidence) == ({"cs": "near"}, {"cs": "low"})


def test_editing_a_term_keeps_languages_that_the_form_does_not_offer(desk, editor):
    words = {"en": "Court", "cs": "soud", "de": "Gericht"}
    term = factories.create_term(words, equivalence={"cs": "near", "de": "none"}, confidence={"de": "high"})
    edit = address("term-edit", term.slug)
    fields = fields_of(desk.get(edit).context["form"])

    desk.post(edit, {**fields, "term_cs": "rodinný soud", "equivalence_cs": "exact"})

    term.refresh_from_db()
    assert term.term == {"en": "Court", "cs": "rodinný soud", "de": "Gericht"}
    assert term.equivalence == {"cs": "exact", "de": "none"}
    assert term.confidence == {"de": "high"}


def test_an_editor_registers_and_corrects_a_source(desk):
    desk.post(address("source-register"), {"code": "S77", "title": "A report", "url": "https://example.org/"})
    desk.post(address("source-edit", "S77"), {"title": "A better report", "url": "https://example.org/"})

    assert Source.objects.get().title == "A better report"
    page = desk.get(address("source-edit", "S77")).content.decode()
    assert "Source changed" in page
    assert "Source registered" in page
    told = AuditEntry.objects.order_by("id").values_list("verb", "facts", "subject_id", "whole_id", "subject_name__en")
    assert list(told) == [
        ("source.registered", {"code": "S77"}, None, None, "A report"),
        ("source.edited", {"code": "S77"}, None, None, "A better report"),
    ]


def test_sources_stand_in_the_order_of_their_numbers(desk):
    for code in ("S100", "S2", "S10", "S1"):
        desk.post(address("source-register"), {"code": code, "title": "A report", "url": ""})

    assert [each.code for each in desk.get(address("sources")).context["sources"]] == ["S1", "S2", "S10", "S100"]


def test_a_code_is_registered_once(desk, source):
    page = desk.post(address("source-register"), {"code": "S01", "title": "Another"}).content.decode()

    assert "There is a problem" in page
    assert Source.objects.get().title == "Demo report"


def test_a_source_with_a_dangerous_address_is_refused(desk):
    desk.post(address("source-register"), {"code": "S77", "title": "A report", "url": "javascript:alert(1)"})

    assert not Source.objects.exists()


# --- the list ------------------------------------------------------------------------------------


def test_the_list_tells_where_each_entry_stands(desk, published, editor):
    def tags():
        [entry] = desk.get(address("list")).context["entries"]
        return [tag["label"] for tag in entry.tags]

    assert tags() == ["number 1 is public"]
    actions.edit_practice(practice=published, by=editor, how=text("Changed."))
    assert tags() == ["number 1 is public", "changes not published"]
    actions.withdraw_practice(practice=published, by=editor)
    assert tags() == ["not published"]


def test_the_list_tells_how_much_waits_for_a_native_reader(desk, practice):
    [entry] = desk.get(address("list")).context["entries"]

    assert entry.waiting == ["Czech: 1 text"]


def test_an_empty_catalogue_says_how_to_begin(desk):
    assert "Write the first entry" in desk.get(address("list")).content.decode()


@pytest.mark.parametrize("name", ["list", "terms", "sources"])
def test_lists_take_the_same_number_of_queries_for_one_row_and_for_three(
    desk, source, name, django_assert_max_num_queries
):
    def queries():
        with django_assert_max_num_queries(20) as captured:
            assert desk.get(address(name)).status_code == 200
        return len(captured)

    def add():
        entry = factories.create_practice()
        factories.create_offer(practice=entry)
        factories.create_claim(practice=entry, sources=[source])
        factories.create_term()

    add()
    one = queries()
    add()
    add()
    assert queries() == one


def test_the_page_of_an_entry_shows_everything_that_was_written(desk, practice):
    page = desk.get(address("practice", practice.slug)).content.decode()

    for words in ("Lidé sedí v kruhu.", "Text of a step", "Open workshop", "Nobody has checked this.", "A guide"):
        assert words in page
    assert "Readers do not see this" in page
