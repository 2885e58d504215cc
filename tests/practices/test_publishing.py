"""Rows become numbers: frozen, seen by everybody, withdrawn, published again."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from core.access import Refusal
from core.published import NothingNew
from core.translated import text
from practices import actions, editions
from practices.models import Evidence, Practice, PracticeEdition, Term
from tests import factories

PAGE = "/practices/family-conference/"


def digest_shown(desk, practice):
    return desk.get(reverse("catalogue:practice-publish", args=[practice.slug])).context["form"]["seen"].value()


def publish_by_page(desk, practice, **fields):
    address = reverse("catalogue:practice-publish", args=[practice.slug])
    return desk.post(address, {"seen": digest_shown(desk, practice), "note": "", **fields}, follow=True)


def test_publishing_shows_the_entry_to_everybody(desk, practice, reader):
    assert reader.get(PAGE).status_code == 404

    answer = publish_by_page(desk, practice, note="First time")

    assert "Published as number 1." in answer.content.decode()
    assert reader.get(PAGE).status_code == 200
    edition = practice.editions.get()
    assert (edition.number, edition.format, edition.note) == (1, 2, "First time")


def test_without_english_nothing_is_published_and_the_page_says_what_is_missing(desk, published, editor, reader):
    actions.edit_practice(practice=published, by=editor, title=text(cs="Rodinná konference"))

    answer = publish_by_page(desk, published, note="Only Czech")

    assert "“Rodinná konference” has no English" in answer.content.decode()
    assert "Only Czech" in answer.content.decode()
    assert published.editions.count() == 1
    assert "Rodinná konference" not in reader.get(PAGE).content.decode()


def test_a_part_without_english_keeps_the_page_back_as_well(published, editor):
    actions.add_part(practice=published, part="ideas", by=editor, text=text(cs="Rodina rozhoduje sama."))

    with pytest.raises(actions.EnglishMissing, match="Rodina rozhoduje sama"):
        actions.publish_practice(practice=published, by=editor)


def test_an_edit_changes_nothing_for_readers_until_it_is_published(published, editor, reader):
    before = reader.get(PAGE).content
    actions.edit_practice(practice=published, by=editor, how=text("They stand up."))
    actions.add_part(practice=published, part="ideas", by=editor, text=text("A new idea"))
    actions.remove_part(row=published.rules.get(), by=editor)

    assert reader.get(PAGE).content == before
    assert "They stand up." not in reader.get("/practices/").content.decode()
    assert "They stand up." not in reader.get("/practices/search/?q=conference").content.decode()

    actions.publish_practice(practice=published, by=editor)

    after = reader.get(PAGE).content.decode()
    assert "They stand up." in after
    assert "A new idea" in after
    assert "No photographs." not in after


def test_a_claim_that_is_not_verified_never_reaches_readers(published, editor, reader):
    words = "Nobody has checked this."
    pages = [PAGE, "/practices/", "/practices/search/?q=checked", "/cs/practices/family-conference/"]
    assert not any(words in reader.get(page).content.decode() for page in pages)
    assert words not in str(published.live.body)
    assert " checked" not in published.live.search_words

    claim = Evidence.objects.get(status="unverified")
    actions.edit_part(row=claim, by=editor, status="sourced", sources=[factories.create_source("S02")])
    actions.publish_practice(practice=published, by=editor)

    assert words in reader.get(PAGE).content.decode()


def test_a_claim_cannot_be_called_sourced_without_a_source(practice, editor):
    claim = Evidence.objects.get(status="unverified")

    with pytest.raises(Refusal, match="Name at least one source"):
        actions.edit_part(row=claim, by=editor, status="sourced")

    claim.refresh_from_db()
    assert claim.status == "unverified"


def test_a_double_click_on_publish_makes_one_edition(desk, practice):
    address = reverse("catalogue:practice-publish", args=[practice.slug])
    form = {"seen": digest_shown(desk, practice), "note": ""}

    desk.post(address, form)
    answer = desk.post(address, form, follow=True)

    assert "Nothing has changed since number 1." in answer.content.decode()
    assert [edition.number for edition in practice.editions.all()] == [1]


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_the_same_moment_make_one_edition(practice, editor):
    outcomes = []
    together = threading.Barrier(2)

    def publish():
        together.wait()
        try:
            outcomes.append(actions.publish_practice(practice=practice, by=editor).number)
        except NothingNew as nothing:
            outcomes.append(str(nothing))
        finally:
            connection.close()

    threads = [threading.Thread(target=publish) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == ["1", "Nothing has changed since number 1."]
    assert PracticeEdition.objects.count() == 1


def test_what_somebody_changed_after_the_preview_is_not_published_unseen(desk, practice, editor):
    seen = digest_shown(desk, practice)
    actions.edit_practice(practice=practice, by=editor, how=text("Quietly changed."))

    answer = desk.post(reverse("catalogue:practice-publish", args=[practice.slug]), {"seen": seen, "note": "mine"})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody changed this after you opened the page." in page
    assert "Quietly changed." in page
    assert 'value="mine"' in page
    assert not practice.editions.exists()

    again = {"seen": answer.context["form"]["seen"].value(), "note": "mine"}
    desk.post(reverse("catalogue:practice-publish", args=[practice.slug]), again)
    assert practice.editions.get().note == "mine"


def test_an_edition_can_never_be_changed(published):
    with pytest.raises(DatabaseError), transaction.atomic():
        PracticeEdition.objects.update(note="rewritten")
    with pytest.raises(DatabaseError), transaction.atomic():
        published.editions.all().delete()

    assert published.editions.get().note == ""


def test_a_withdrawn_entry_is_gone_for_readers_at_once(desk, published, reader):
    address = reverse("catalogue:practice-withdraw", args=[published.slug])
    assert desk.get(address).status_code == 200

    desk.post(address, {"note": "Out of date"})

    gone = reader.get(PAGE)
    assert gone.status_code == 410
    assert "This practice is not public at the moment" in gone.content.decode()
    assert "Family conference" not in gone.content.decode()
    assert "Family conference" not in reader.get("/practices/").content.decode()
    assert "Family conference" not in reader.get("/practices/search/?q=conference").content.decode()
    assert published.editions.count() == 1


def test_a_withdrawn_entry_is_published_again_under_the_next_number(published, editor):
    actions.withdraw_practice(practice=published, by=editor)

    assert actions.publish_practice(practice=published, by=editor).number == 2


def test_withdrawing_twice_says_that_it_is_not_public(desk, published, editor):
    actions.withdraw_practice(practice=published, by=editor)

    answer = desk.post(reverse("catalogue:practice-withdraw", args=[published.slug]), {"note": ""}, follow=True)

    assert answer.redirect_chain == [(reverse("catalogue:practice", args=[published.slug]), 302)]
    assert "This is not published." in answer.content.decode()


def test_any_two_numbers_can_be_compared(desk, published, editor):
    actions.edit_practice(practice=published, by=editor, how=text("They sit in a ring.", cs="Lidé sedí v kruhu."))
    actions.publish_practice(practice=published, by=editor)
    actions.edit_practice(practice=published, by=editor, title=text("Conference", cs="Rodinná konference"))
    actions.publish_practice(practice=published, by=editor)
    address = reverse("catalogue:practice-compare", args=[published.slug])

    page = desk.get(f"{address}?from=1&to=3").content.decode()
    assert "From number 1 to number 3" in page
    assert "How it is done (English)" in page
    assert "Title (English)" in page
    assert "How it is done (Čeština)" not in page

    assert "These two say the same." in desk.get(f"{address}?from=2&to=2").content.decode()
    for strange in ("9", "x", "-1", "9999999999999"):
        assert desk.get(f"{address}?from={strange}&to=1").status_code == 404, strange


def test_an_old_number_is_shown_as_readers_saw_it(desk, published, editor):
    actions.edit_practice(practice=published, by=editor, how=text("They stand up."))
    actions.publish_practice(practice=published, by=editor)

    page = desk.get(reverse("catalogue:practice-edition", args=[published.slug, 1])).content.decode()

    assert "People sit in a circle." in page
    assert "They stand up." not in page


def test_the_preview_speaks_the_language_that_is_asked_for(desk, practice):
    address = reverse("catalogue:practice-publish", args=[practice.slug])

    assert "Lidé sedí v kruhu." not in desk.get(address).content.decode()
    assert "Lidé sedí v kruhu." in desk.get(f"{address}?in=cs").content.decode()


def test_the_preview_tells_what_is_new_to_readers(desk, published, editor):
    actions.edit_practice(practice=published, by=editor, how=text("People sit in a ring.", cs="Lidé sedí v kruhu."))

    page = desk.get(reverse("catalogue:practice-publish", args=[published.slug])).content.decode()

    assert "<del>circle.</del>" in page
    assert "<ins>ring.</ins>" in page


def test_the_words_to_search_by_are_filled_at_publication(published):
    words = published.live.search_words.split()

    assert {"rodinna", "konference", "fgc", "workshop", "circle", "kruhu"} <= set(words)
    assert len(words) == len(set(words))


def test_a_term_is_published_changed_and_withdrawn(editor, reader):
    term = factories.create_term("Court")
    assert "Court" not in reader.get("/practices/glossary/").content.decode()

    actions.publish_term(term=term, by=editor)
    assert "Court" in reader.get("/practices/glossary/").content.decode()

    actions.edit_term(row=term, by=editor, term=text("Family court"))
    assert "Family court" not in reader.get("/practices/glossary/").content.decode()
    with pytest.raises(actions.LookAgain):
        actions.publish_term(term=term, by=editor, seen="another digest")
    assert actions.publish_term(term=term, by=editor).number == 2
    assert "Family court" in reader.get("/practices/glossary/").content.decode()
    with pytest.raises(NothingNew):
        actions.publish_term(term=term, by=editor)

    actions.withdraw_term(term=Term.objects.get(), by=editor)
    assert "Family court" not in reader.get("/practices/glossary/").content.decode()


def test_a_term_is_published_by_its_page(desk, editor):
    term = factories.create_term("Court", slug="court")
    address = reverse("catalogue:term-publish", args=["court"])
    seen = desk.get(address).context["form"]["seen"].value()

    answer = desk.post(address, {"seen": seen, "note": ""}, follow=True)

    assert "Published as number 1." in answer.content.decode()
    assert term.editions.get().body == editions.write_term(term)


def test_published_documents_are_read_without_the_rows(published, reader):
    Practice.objects.filter(pk=published.pk).update(how={"en": "gone"}, title={"en": "gone"}, kind="place")
    published.parts.all().delete()
    published.offers.all().delete()
    published.rules.all().delete()
    published.evidence.all().delete()

    page = reader.get(PAGE).content.decode()

    for words in ("Family conference", "People sit in a circle.", "Open workshop", "No photographs.", "It helps."):
        assert words in page
    assert "gone" not in page
