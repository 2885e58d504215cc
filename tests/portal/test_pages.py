"""The pages around everything else."""

import pytest
from django.urls import reverse

from core.outbox.models import Notice
from core.translated import text
from partners.actions import publish_city
from tests import factories
from tests.factories import create_session
from visits.programme.actions import edit_session
from visits.release.actions import publish_release
from visits.release.summary import write_those_behind

pytestmark = pytest.mark.django_db


def test_the_first_page_says_what_this_is_and_three_ways_in(client):
    page = client.get("/").content.decode()

    for words in ("Come and see how we do it", "I want to learn", "I am coming to visit", "I work with a partner city"):
        assert words in page


def test_the_first_page_names_its_other_languages(client):
    page = client.get("/cs/").content.decode()

    assert '<html lang="cs"' in page
    assert '<link rel="alternate" hreflang="en" href="http://localhost:8000/">' in page
    assert '<link rel="alternate" hreflang="cs" href="http://localhost:8000/cs/">' in page
    assert '<link rel="alternate" hreflang="x-default" href="http://localhost:8000/">' in page


def test_an_address_that_leads_nowhere_is_told_in_the_reader_s_language(client):
    guest = factories.create_user("Dana", language="cs")
    assert "This page is not here" in client.get("/admin/").content.decode()

    answers = [factories.sign_in(client, guest).get("/admin/"), client.get("/cs/nowhere/at/all/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert all("Tato stránka tu není" in answer.content.decode() for answer in answers)


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_page_takes_the_same_number_of_queries(client, count, django_assert_num_queries):
    factories.create_home()
    for number in range(count):
        publish_city(city=factories.create_city(f"City {number}", summary=text("About it.")), by=None)

    with django_assert_num_queries(3):
        client.get("/")


@pytest.mark.parametrize("name", ["help", "accessibility", "privacy"])
@pytest.mark.parametrize("prefix", ["", "/cs"])
def test_statements_are_open_to_everybody(client, name, prefix):
    assert client.get(f"{prefix}/{name}/").status_code == 200


def test_the_accessibility_statement_has_what_the_regulations_ask(client):
    page = client.get("/accessibility/").content.decode()

    for words in (
        "partially compliant with the Web Content Accessibility Guidelines version 2.2 AA",
        "Equality and Human Rights Commission",
        "Equality Advisory and Support Service",
        "This statement was prepared on",
        "+44 113 496 0100",
    ):
        assert words in page


@pytest.mark.parametrize("path", ["/", "/help/", "/practices/", "/cities/", "/account/login/", "/cs/"])
def test_help_stands_in_the_same_place_on_every_page(client, path):
    page = client.get(path).content.decode()

    foot = page[page.index('<footer class="foot"') :]
    assert "Demo visits desk" in foot
    assert 'href="tel:+441134960100"' in foot


def test_a_guest_of_one_visit_goes_right_to_the_programme(as_person, bob, visit):
    answer = as_person(bob).get("/start/", follow=True)

    assert answer.request["PATH_INFO"] == f"/visits/{visit.reference}/itinerary/"


def test_a_guest_of_two_visits_chooses(as_person, bob, visit):
    other = factories.create_visit("Another visit")
    factories.create_member(other, "Bob", user=bob)

    page = as_person(bob).get("/start/").content.decode()

    assert visit.get_absolute_url() in page
    assert other.get_absolute_url() in page


def test_a_coordinator_sees_what_waits(as_person, alice, visit):
    page = as_person(alice).get("/start/").content.decode()

    for words in ("Write down what the guests want to learn.", "Enter the people who come.", "Begin the programme."):
        assert words in page


def test_a_coordinator_sees_what_changed_since_the_release(as_person, alice, visit):
    create_session(visit, "Talk", venue=factories.create_venue(), hosts=[factories.create_contact()])
    publish_release(visit=visit, by=alice)
    edit_session(session=visit.sessions.get(), title=text("Another talk"), by=alice)

    assert "The draft differs in 1 thing from what guests see." in as_person(alice).get("/start/").content.decode()


def test_a_coordinator_sees_mail_that_did_not_go_out(as_person, alice):
    Notice.objects.create(address="x@example.org", language="en", cause="test", subject="s", body="b", status="failed")

    assert "1 message did not go out." in as_person(alice).get("/start/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_start_page_takes_the_same_number_of_queries(as_person, alice, count, django_assert_num_queries):
    for _number in range(count):
        create_session(factories.create_visit())
    write_those_behind()
    client = as_person(alice)

    with django_assert_num_queries(5):  # session, person, visits, their summaries, outbox
        client.get("/start/")


def test_an_editor_and_an_administrator_see_their_own_parts(as_person, editor, administrator):
    assert "Catalogue" in as_person(editor).get("/start/").content.decode()
    assert "Administration" in as_person(administrator).get("/start/").content.decode()


def test_search_engines_are_kept_to_public_pages(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /visits/" in lines
    assert "Sitemap: http://localhost:8000/sitemap.xml" in lines


def test_the_site_map_has_every_public_page_in_every_language(client):
    practice = factories.create_practice()
    factories.create_home()
    city = factories.create_city(summary=text("About it."))
    publish_city(city=city, by=None)

    page = client.get("/sitemap.xml").content.decode()

    assert f"http://localhost:8000{reverse('cities:city', args=[city.slug])}" in page
    assert f"http://localhost:8000/cs/cities/{city.slug}/" in page
    assert practice.slug not in page
