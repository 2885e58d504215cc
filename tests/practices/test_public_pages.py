"""What readers see: the list, the page of an entry, in both languages, without signing in."""

import re

import pytest

from core.translated import text
from practices import actions
from tests import factories

PAGE = "/practices/family-conference/"


def words_of(answer):
    """The text of a page's main part, on one line."""
    main = re.search(r"<main.*</main>", answer.content.decode(), re.S).group()
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def publish_entry(title, editor, **fields):
    practice = factories.create_practice(title, **fields)
    actions.publish_practice(practice=practice, by=editor)
    return practice


def test_how_it_is_done_stands_before_what_it_is(published, reader):
    words = words_of(reader.get(PAGE))

    assert words.index("People sit in a circle.") < words.index("A meeting of a family.")
    assert words.index("Whom would a child invite?") < words.index("A meeting of a family.")


def test_the_page_shows_every_part_of_the_entry(published, reader):
    words = words_of(reader.get(PAGE))

    for part in (
        "Also called: FGC", "Text of a idea", "Label of a step", "Label of a question", "2015", "Label of a milestone",
        "It helps.", "Not proof.", "Demo report", "Demo press, 2024", "Open workshop", "80 minutes",
        "up to 14 people", "You try it yourselves, with an invented story.", "No photographs.", "People speak freely.",
        "Host", "A guide",
    ):  # fmt: skip
        assert part in words, part
    assert re.search(r"Number 1 of this page, published on \w+ \d+ \w+ \d{4}\.", words)


def test_the_caveat_stands_in_the_same_frame_as_its_claim(published, reader):
    page = reader.get(PAGE).content.decode()

    claim = re.search(r'<li class="claim">(.*?)</ul>', page, re.S).group(1)
    assert "It helps." in claim
    assert "Not proof." in claim


def test_what_is_never_open_stands_apart_from_what_can_be_seen(published, reader):
    page = reader.get(PAGE).content.decode()

    offers = re.search(r'<section id="offers">.*?</section>', page, re.S).group()
    closed = re.search(r'<section id="closed">.*?</section>', page, re.S).group()
    assert "Open workshop" in offers
    assert "Private hour" not in offers
    assert "Private hour" in closed


def test_sections_without_parts_do_not_appear(editor, reader):
    publish_entry("Bare", editor, slug="bare")

    page = reader.get("/practices/bare/").content.decode()

    assert not re.search(r'id="(steps|questions|milestones|evidence|offers|closed|rules|readings|related)"', page)


def test_the_czech_page_stands_at_its_own_address(published, reader):
    answer = reader.get("/cs" + PAGE)
    page = answer.content.decode()

    assert answer.headers["Content-Language"] == "cs"
    assert '<html lang="cs"' in page
    assert "Lidé sedí v kruhu." in page
    assert "People sit in a circle." not in page


def test_each_language_points_to_the_other(published, reader):
    page = reader.get(PAGE).content.decode()

    found = set(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">', page))
    assert {(code, re.sub(r"https?://[^/]+", "", address)) for code, address in found} >= {
        ("en", PAGE),
        ("cs", "/cs" + PAGE),
    }


def test_words_that_are_missing_in_a_language_say_which_they_are_in(published, reader):
    page = reader.get("/cs" + PAGE).content.decode()

    assert '<span lang="en">No photographs.</span>' in page or re.search(
        r'<div lang="en"><p>No photographs\.</p></div>', page
    )


def test_a_translation_that_nobody_has_read_says_so(published, editor, reader):
    note = "This translation has not been read by a native speaker yet."
    assert note not in words_of(reader.get(PAGE))
    assert reader.get("/cs" + PAGE).context["practice"]["awaits_review"] is True

    read = text("A meeting of a family.", cs="Setkání rodiny.")
    actions.edit_practice(practice=published, by=editor, summary=read)
    actions.publish_practice(practice=published, by=editor)

    assert reader.get("/cs" + PAGE).context["practice"]["awaits_review"] is False


@pytest.mark.parametrize("address", [PAGE, "/cs" + PAGE, "/practices/no-such-entry/"])
def test_what_is_not_published_is_not_found(practice, reader, address):
    assert reader.get(address).status_code == 404


def test_related_entries_that_are_not_public_are_not_linked(published, editor, reader):
    hidden = factories.create_practice("Hidden", slug="hidden")
    shown = publish_entry("Shown", editor, slug="shown")
    actions.edit_practice(practice=published, by=editor, related=[hidden, shown])
    actions.publish_practice(practice=published, by=editor)

    page = reader.get(PAGE).content.decode()

    assert 'href="/practices/shown/"' in page
    assert "Hidden" not in page


def test_the_list_is_in_the_order_of_the_readers_alphabet(editor, reader):
    for english, czech in (("Apple", "Zahrada"), ("Zebra", "Čáp"), ("Middle", "Cesta"), ("Child", "Chata")):
        publish_entry(text(english, cs=czech), editor)

    def titles(address):
        return [str(card["title"]["en"]) for shelf in reader.get(address).context["shelves"] for card in shelf.cards]

    assert titles("/practices/") == ["Apple", "Child", "Middle", "Zebra"]
    assert titles("/cs/practices/") == ["Middle", "Zebra", "Child", "Apple"]  # Cesta, Čáp, Chata, Zahrada


def test_the_list_narrows_down_by_kind_and_words(published, editor, reader):
    publish_entry("Family centre", editor, kind="place")

    def titles(query):
        found = reader.get(f"/practices/?{query}").context["shelves"]
        return sorted(card["title"]["en"] for shelf in found for card in shelf.cards)

    assert titles("") == ["Family centre", "Family conference"]
    assert titles("kind=place") == ["Family centre"]
    assert titles("q=conference") == ["Family conference"]
    assert titles("kind=place&q=conference") == []
    assert "Nothing fits" in words_of(reader.get("/practices/?kind=place&q=conference"))


@pytest.mark.parametrize("query", ["kind=castle", "q=" + "x" * 2000, "q=%00", "q=%1b[31m"])
def test_a_strange_filter_gets_an_answer_and_the_whole_list(published, reader, query):
    answer = reader.get(f"/practices/?{query}")

    assert answer.status_code == 200
    assert "Family conference" in answer.content.decode()
    assert "There is a problem" in answer.content.decode()


def test_a_card_tells_how_many_ways_there_are_to_see_it(published, reader):
    [shelf] = reader.get("/practices/").context["shelves"]

    assert shelf.cards[0]["offer_count"] == 1  # the closed hour does not count


def test_an_empty_catalogue_says_what_to_do(db, reader):
    assert "Nothing is published yet" in words_of(reader.get("/practices/"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_two_queries(editor, reader, django_assert_num_queries, count):
    for number in range(count):
        publish_entry(f"Entry {number}", editor)

    with django_assert_num_queries(2):
        reader.get("/practices/")


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_three_queries(published, source, editor, reader, django_assert_num_queries, count):
    for _each in range(count):
        factories.create_offer(practice=published)
        factories.create_claim(practice=published, sources=[source])
    related = [publish_entry(f"Related {number}", editor) for number in range(count)]
    actions.edit_practice(practice=published, by=editor, related=related)
    actions.publish_practice(practice=published, by=editor)

    with django_assert_num_queries(3):
        reader.get(PAGE)


# --- not sent twice ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/practices/", PAGE, "/cs" + PAGE, "/practices/glossary/", "/practices/search/?q=family"]
)
def test_a_page_that_has_not_changed_is_not_sent_again(published, reader, address):
    first = reader.get(address)

    again = reader.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    for answer in (first, again):
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "Cookie" in answer.headers["Vary"]


def test_a_page_is_sent_anew_after_publishing(published, editor, reader):
    etag = reader.get(PAGE).headers["ETag"]
    actions.edit_practice(practice=published, by=editor, how=text("They stand up."))
    assert reader.get(PAGE, headers={"If-None-Match": etag}).status_code == 304
    actions.publish_practice(practice=published, by=editor)

    answer = reader.get(PAGE, headers={"If-None-Match": etag})

    assert answer.status_code == 200
    assert "They stand up." in answer.content.decode()


def test_a_kept_copy_of_a_withdrawn_page_is_not_confirmed(published, editor, reader):
    etag = reader.get(PAGE).headers["ETag"]
    actions.withdraw_practice(practice=published, by=editor)

    assert reader.get(PAGE, headers={"If-None-Match": etag}).status_code == 410


def test_languages_and_addresses_have_etags_of_their_own(published, reader):
    addresses = [PAGE, "/cs" + PAGE, "/practices/", "/practices/?q=family"]

    assert len({reader.get(address).headers["ETag"] for address in addresses}) == len(addresses)


def test_whoever_is_signed_in_gets_the_page_anew(published, desk, reader):
    etag = reader.get(PAGE).headers["ETag"]

    answer = desk.get(PAGE, headers={"If-None-Match": etag})

    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert "Edit this entry" in answer.content.decode()


def test_only_editors_are_offered_to_edit(published, as_person, alice, reader):
    assert "Edit this entry" not in reader.get(PAGE).content.decode()
    assert "Edit this entry" not in as_person(alice).get(PAGE).content.decode()
