"""The public pages of cities."""

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from core.translated import text
from partners import actions
from partners.models import City
from tests.partners.published import publishable_city, published_city

pytestmark = pytest.mark.django_db


def page(city: City, language: str = "en") -> str:
    with translation.override(language):
        return reverse("cities:city", args=[city.slug])


def test_a_published_city_is_public(client):
    response = client.get(page(published_city()))
    assert response.status_code == 200
    for words in ("Demo summary.", "Demo memorandum.", "Demo topic", "An ETA is needed.", "Partner city"):
        assert words in response.text


def test_a_city_that_was_never_published_is_not_there(client):
    assert client.get(page(publishable_city())).status_code == 404


def test_a_withdrawn_city_is_gone_from_its_page_and_from_the_list(client):
    city = published_city("Canary city")
    actions.withdraw_city(city=city, by=None)
    assert client.get(page(city)).status_code == 404
    assert "Canary city" not in client.get(reverse("cities:cities")).text


def test_edits_do_not_show_before_they_are_published(client):
    city = published_city()
    City.objects.filter(pk=city.pk).update(summary=text("canary"), staff_note="canary")
    actions.add_topic(city=city, name=text("canary"), by=None)
    assert "canary" not in client.get(page(city)).text
    assert "canary" not in client.get(reverse("cities:cities")).text


def test_the_page_speaks_czech(client):
    city = published_city(country="CN")
    City.objects.filter(pk=city.pk).update(name=text("Hangzhou", cs="Chang-čou"))
    actions.publish_city(city=city, by=None)
    response = client.get(page(city, "cs"))
    assert response.headers["Content-Language"] == "cs"
    for words in ("<h1>Chang-čou</h1>", "Ukázkový souhrn.", "Ukázkové memorandum.", "Čína"):
        assert words in response.text


def test_a_text_without_a_czech_wording_says_that_it_is_english(client):
    city = published_city(summary=text("Only in English."))
    assert '<div lang="en"><p>Only in English.</p></div>' in client.get(page(city, "cs")).text


def test_the_name_in_its_own_language_carries_that_language(client):
    city = published_city(
        "Colombo",
        local_name="කොළඹ",
        local_language="si",
        second_local_name="கொழும்பு",
        second_local_language="ta",
    )
    response = client.get(page(city))
    assert 'lang="si">කොළඹ<' in response.text
    assert 'lang="ta">கொழும்பு<' in response.text


@time_machine.travel("2027-03-09T12:30:00Z", tick=False)
def test_two_clocks_tell_the_time_there_and_at_home(client):
    response = client.get(page(published_city()))
    assert 'data-clock="Europe/Prague" datetime="2027-03-09T13:30+01:00">13:30</time>' in response.text
    assert 'data-clock="Europe/London" datetime="2027-03-09T12:30+00:00">12:30</time>' in response.text


def test_entry_is_told_in_general_and_the_checker_decides(client):
    response = client.get(page(published_city()))
    assert "22 November 2026" in response.text
    assert 'href="https://www.gov.uk/check-uk-visa"' in response.text
    assert "you may travel" not in response.text.lower()


def test_an_unchecked_entry_note_leaves_the_checker_alone(client):
    city = published_city(entry="", entry_summary=text(), entry_checked_on=None)
    response = client.get(page(city))
    assert "We last checked" not in response.text
    assert 'href="https://www.gov.uk/check-uk-visa"' in response.text


def test_an_uncertain_link_is_called_so(client):
    city = published_city("Colombo", status="uncertain", certainty=text("Uncertain: nobody found an agreement."))
    response = client.get(page(city))
    assert "Link to be confirmed" in response.text
    assert "Uncertain: nobody found an agreement." in response.text


def test_the_list_groups_cities_by_their_link(client):
    published_city("Brno")
    published_city("Kharkiv", status="friendship")
    published_city("Louisville", status="historic")
    groups = client.get(reverse("cities:cities")).context["groups"]
    assert [[str(card["name"]) for card in group["cards"]] for group in groups] == [
        ["Brno"],
        ["Kharkiv"],
        ["Louisville"],
    ]


def test_the_list_sorts_as_its_reader_does(client):
    for name in ("Žatec", "Cheb", "Hodonín", "Cvikov"):
        published_city(name)
    with translation.override("cs"):
        groups = client.get(reverse("cities:cities")).context["groups"]
    assert [str(card["name"]) for card in groups[0]["cards"]] == ["Cvikov", "Hodonín", "Cheb", "Žatec"]


def test_an_editor_finds_the_way_to_the_rows(as_person, editor, alice):
    city = published_city()
    way = reverse("partners:city", args=[city.slug])
    assert way in as_person(editor).get(page(city)).text
    assert way not in as_person(alice).get(page(city)).text


def test_an_empty_list_says_so(client):
    assert "No city is published yet" in client.get(reverse("cities:cities")).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_cities(client, count, django_assert_num_queries):
    for number in range(count):
        published_city(f"City {number}")
    with django_assert_num_queries(2):  # which are live, for the ETag; their documents
        client.get(reverse("cities:cities"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_two_queries(client, count, django_assert_num_queries):
    city = published_city()
    for number in range(count):
        actions.add_topic(city=city, name=text(f"Topic {number}"), by=None)
        actions.add_agreement(city=city, year=2000 + number, what=text("Signed."), by=None)
    actions.publish_city(city=city, by=None)
    with django_assert_num_queries(2):  # the document, and the visits that the public is told of
        client.get(page(city))


@time_machine.travel("2027-03-09T12:30:00Z", tick=False)
@pytest.mark.parametrize("where", ["list", "page"])
def test_an_unchanged_page_is_not_sent_twice(client, where):
    city = published_city()
    address = page(city) if where == "page" else reverse("cities:cities")
    etag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    actions.add_topic(city=city, name=text("News"), by=None)
    assert client.get(address, headers={"if-none-match": etag}).status_code == 304
    actions.publish_city(city=city, by=None)
    assert client.get(address, headers={"if-none-match": etag}).status_code == 200
    actions.withdraw_city(city=city, by=None)
    assert client.get(address, headers={"if-none-match": etag}).status_code != 304


def test_the_clock_moves_on_for_a_reader_who_has_the_page(client):
    city = published_city()
    with time_machine.travel("2027-03-09T12:30:00Z", tick=False):
        etag = client.get(page(city)).headers["ETag"]
    with time_machine.travel("2027-03-09T12:31:00Z", tick=False):
        assert client.get(page(city), headers={"if-none-match": etag}).status_code == 200


def test_nothing_that_people_write_becomes_a_part_of_the_page(client):
    canary = '"><img src=x onerror=alert(1)>'
    city = published_city(
        canary,
        summary=text(canary),
        certainty=text(canary),
        since_words=text(canary),
        local_name=canary,
        local_language="cs",
        entry_summary=text(canary),
    )
    actions.add_topic(city=city, name=text(canary), by=None)
    actions.add_agreement(city=city, year=2000, what=text(canary), by=None)
    actions.publish_city(city=city, by=None)
    for address in (page(city), page(city, "cs"), reverse("cities:cities")):
        assert "<img src=x" not in client.get(address).text
