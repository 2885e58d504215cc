"""Two people work on the same entry, term or source: nobody's words are lost, and no rule is broken together."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.access import Refusal
from core.changing import Clash, Gone
from core.pictures import Picture
from core.rules import Proposed
from core.translated import text
from practices import actions
from practices.models import Evidence, Practice, Source
from practices.rules import trouble_with_evidence
from tests import factories
from tests.practices.pages import address, fields_of


def at_the_same_moment(*acts):
    """What each gives back, or raises."""
    together = Barrier(len(acts))

    def run(act):
        together.wait()
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(run, acts))


def test_changes_to_different_fields_are_both_kept(desk, practice, editor):
    fields = fields_of(desk.get(address("practice-edit", practice.slug)).context["form"])
    actions.edit_practice(practice=practice, by=editor, summary=text("Changed by a colleague."))

    answer = desk.post(address("practice-edit", practice.slug), {**fields, "how_en": "They stand up."}, follow=True)

    practice.refresh_from_db()
    assert practice.summary["en"] == "Changed by a colleague."
    assert practice.how["en"] == "They stand up."
    assert "We kept their changes to:" in answer.content.decode()


def test_a_change_to_the_same_field_is_refused_with_both_wordings(desk, practice, editor):
    fields = fields_of(desk.get(address("practice-edit", practice.slug)).context["form"])
    actions.edit_practice(practice=practice, by=editor, how=text("Theirs.", cs="Lidé sedí v kruhu."))

    answer = desk.post(address("practice-edit", practice.slug), {**fields, "how_en": "Mine."})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs." in page
    assert "Mine." in page
    practice.refresh_from_db()
    assert practice.how["en"] == "Theirs."

    again = {**fields_of(answer.context["form"]), "how_en": "Ours."}
    assert desk.post(address("practice-edit", practice.slug), again).status_code == 302
    practice.refresh_from_db()
    assert practice.how["en"] == "Ours."


def test_a_part_that_two_people_edit_clashes_too(desk, practice, editor):
    rule = practice.rules.get()
    edit = address("part-edit", practice.slug, "rules", rule.pk)
    fields = fields_of(desk.get(edit).context["form"])
    actions.edit_part(row=rule, by=editor, reason=text("Theirs."))

    assert desk.post(edit, {**fields, "reason_en": "Mine."}).status_code == 409
    assert desk.post(edit, {**fields, "text_en": "No films."}).status_code == 302

    rule.refresh_from_db()
    assert (rule.text["en"], rule.reason["en"]) == ("No films.", "Theirs.")


def test_two_people_who_judge_a_term_differently_clash(desk, editor):
    term = factories.create_term({"en": "Court", "cs": "soud"}, equivalence={"cs": "near"})
    edit = address("term-edit", term.slug)
    fields = fields_of(desk.get(edit).context["form"])
    actions.edit_term(row=term, by=editor, equivalence={"cs": "none"})

    assert desk.post(edit, {**fields, "equivalence_cs": "exact"}).status_code == 409
    assert desk.post(edit, {**fields, "definition_en": "Other words."}).status_code == 302

    term.refresh_from_db()
    assert (term.equivalence, term.definition) == ({"cs": "none"}, {"en": "Other words."})


def test_another_language_that_somebody_judged_is_no_clash(desk, editor):
    term = factories.create_term({"en": "Court", "cs": "soud"}, equivalence={"cs": "near", "de": "none"})
    edit = address("term-edit", term.slug)
    fields = fields_of(desk.get(edit).context["form"])
    actions.edit_term(row=term, by=editor, equivalence={"cs": "near", "de": "exact"}, confidence={"de": "low"})

    assert desk.post(edit, {**fields, "equivalence_cs": "exact", "confidence_cs": ""}).status_code == 302

    term.refresh_from_db()
    assert (term.equivalence, term.confidence) == ({"cs": "exact", "de": "exact"}, {"de": "low"})


def test_two_people_who_correct_one_source_differently_clash(desk, editor, source):
    edit = address("source-edit", "S01")
    fields = fields_of(desk.get(edit).context["form"])
    actions.edit_source(source=source, by=editor, publisher="Theirs")

    assert desk.post(edit, {**fields, "publisher": "Mine"}).status_code == 409
    assert desk.post(edit, {**fields, "title": "Better"}).status_code == 302

    source.refresh_from_db()
    assert (source.title, source.publisher) == ("Better", "Theirs")


def test_a_picture_that_somebody_else_chose_clashes(practice, editor):
    first, second = (
        Picture.objects.create(name=name, audience="public", shows_people=False, width=8, height=6, alt=text("A door"))
        for name in "ab"
    )
    actions.edit_practice(practice=practice, by=editor, picture=first)

    with pytest.raises(Clash):
        actions.edit_practice(practice=practice, by=editor, picture=second, base={"picture": ""})

    assert Practice.objects.get().picture == first


# --- a rule across fields ------------------------------------------------------------------------


def test_half_of_a_wrong_pair_is_refused_with_the_other_half_in_its_box(desk, practice, editor, source):
    """She says that a claim has a source while he, who read that it is not verified, takes the source out."""
    claim = factories.create_claim("Both of us.", practice=practice, status="unverified", sources=[source])
    edit = address("part-edit", practice.slug, "evidence", claim.pk)
    fields = fields_of(desk.get(edit).context["form"])
    assert fields["status"] == "unverified"
    actions.edit_part(row=claim, by=editor, status="sourced")

    answer = desk.post(edit, {**fields, "sources": ""})

    form = answer.context["form"]
    assert form.errors == {"sources": ["Name at least one source, or mark the claim as not verified."]}
    assert (form["status"].value(), form.kept_from_others) == ("sourced", ["Status"])
    assert "<li>Status</li>" in answer.text
    claim.refresh_from_db()
    assert (claim.status, list(claim.sources.all())) == ("sourced", [source])

    assert desk.post(edit, {**fields_of(form), "status": "unverified"}).status_code == 302
    claim.refresh_from_db()
    assert (claim.status, list(claim.sources.all())) == ("unverified", [])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_half_of_a_wrong_pair_at_the_same_moment_one_is_refused(editor):
    source = factories.create_source()
    claim = factories.create_claim(status="unverified", sources=[source])
    page = {"status": "unverified", "sources": [source.code]}

    for _round in range(20):
        actions.edit_part(row=claim, by=editor, status="unverified", sources=[source])
        answers = at_the_same_moment(
            lambda: actions.edit_part(row=claim, by=editor, base=page, status="sourced", sources=[source]),
            lambda: actions.edit_part(row=claim, by=editor, base=page, status="unverified", sources=[]),
        )
        assert {type(each) for each in answers} == {Refusal, Evidence}
        assert list(trouble_with_evidence(Proposed(Evidence.objects.get(), {}))) == []


# --- a whole and its parts -----------------------------------------------------------------------


def test_a_change_of_any_part_raises_the_number_of_the_entry_once(practice, editor):
    rule = practice.rules.get()

    def revision():
        return Practice.objects.get(pk=practice.pk).revision

    assert revision() == 0
    actions.edit_part(row=rule, by=editor, text=text("No films."))
    assert revision() == 1
    actions.edit_part(row=rule, by=editor, text=text("No films."))
    assert revision() == 1
    actions.remove_part(row=rule, by=editor)
    actions.publish_practice(practice=practice, by=editor)
    actions.withdraw_practice(practice=practice, by=editor)
    assert revision() == 4


@pytest.mark.parametrize("act", [actions.edit_part, actions.remove_part, actions.move_part])
def test_a_part_that_somebody_has_removed_is_said_to_be_gone(practice, editor, act):
    rule = practice.rules.get()
    actions.remove_part(row=practice.rules.get(), by=editor)

    with pytest.raises(Gone):
        act(row=rule, by=editor, **({"up": True} if act == actions.move_part else {}))


@pytest.mark.django_db(transaction=True)
def test_a_change_waits_while_somebody_publishes(practice, editor):
    """Publish and edit at the same moment: the edition holds the one state or the other, and no edit is lost."""
    at_the_same_moment(
        lambda: actions.publish_practice(practice=practice, by=editor),
        lambda: actions.edit_practice(practice=practice, by=editor, how=text("After.")),
    )

    practice.refresh_from_db()
    assert practice.how == {"en": "After."}
    before = {"en": "People sit in a circle.", "cs": "Lidé sedí v kruhu."}
    assert practice.live.body["how"] in (before, {"en": "After."})


def test_a_code_that_another_source_has_is_refused_also_to_the_second_of_two_at_once(editor, source):
    """The form asked before the other was there."""
    with pytest.raises(Refusal, match="is in the list already") as refusal:
        actions.register_source(code=source.code, title="Another", publisher="Press", by=editor)
    assert refusal.value.field == "code"
    assert Source.objects.get() == source
