"""What a browser may keep of pages behind the sign-in, and when it is told to throw it away."""

import datetime
import re

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions as accounts
from tests import factories
from visits.release.actions import publish_release

pytestmark = pytest.mark.django_db

THROW_AWAY = '"cache"'
SESSION = "/people/me/session/"


@pytest.fixture
def itinerary(visit, bob, alice) -> str:
    factories.create_session(visit, "Talk")
    publish_release(visit=visit, by=alice)
    return f"/visits/{visit.reference}/itinerary/"


def kept(answer) -> str:
    return answer.headers.get("Cache-Control", "")


def thrown_away(answer) -> str:
    return answer.headers.get("Clear-Site-Data", "")


@pytest.mark.parametrize("address", ["/visits/", "/people/me/", "/start/", "/people/", "/nowhere/"])
def test_no_page_of_somebody_signed_in_is_stored(as_person, alice, address):
    assert kept(as_person(alice).get(address)) == "no-store"


@pytest.mark.parametrize(("address", "expected"), [("/", ""), ("/help/", ""), ("/practices/", "no-cache")])
def test_public_pages_are_kept_by_the_public_and_not_by_somebody_whom_they_name(
    as_person, alice, client, address, expected
):
    assert kept(client.get(address)) == expected
    assert kept(as_person(alice).get(address)) == "no-store"


def test_a_guest_keeps_the_itinerary_and_asks_with_one_query(as_person, bob, itinerary, django_assert_num_queries):
    browser = as_person(bob)
    page = browser.get(itinerary)
    assert kept(page) == "private, no-cache"

    with django_assert_num_queries(1):
        again = browser.get(itinerary, headers={"If-None-Match": page.headers["ETag"]})

    assert (again.status_code, kept(again), thrown_away(again)) == (304, "private, no-cache", "")


def test_a_coordinator_who_has_no_mark_keeps_no_itinerary(as_person, alice, itinerary):
    assert kept(as_person(alice).get(itinerary)) == "no-store"


def test_signing_out_says_what_to_throw_away(as_person, bob):
    browser = as_person(bob)
    assert thrown_away(browser.get(reverse("account_logout"))) == ""

    answer = browser.post(reverse("account_logout"))

    assert (answer.status_code, thrown_away(answer)) == (302, THROW_AWAY)


def session_is_gone(user):
    Session.objects.all().delete()


def account_is_closed(user):
    accounts.deactivate(user=user, by=factories.create_user(roles=["administrator"]))


def signed_out_everywhere(user):
    accounts.end_all_sessions(user=user)


@pytest.mark.parametrize("end", [session_is_gone, account_is_closed, signed_out_everywhere])
def test_a_session_that_ended_says_so_where_it_leads_to_sign_in(as_person, bob, itinerary, end):
    browser = as_person(bob)
    page = browser.get(itinerary)

    end(bob)

    answer = browser.get(itinerary, headers={"If-None-Match": page.headers["ETag"]})
    assert (answer.status_code, thrown_away(answer)) == (302, THROW_AWAY)


def test_a_staff_session_that_is_over_says_so(as_person, alice):
    browser = as_person(alice)

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=settings.STAFF_IDLE_MINUTES + 1)):
        answer = browser.get("/visits/")

    assert (answer.status_code, thrown_away(answer)) == (302, THROW_AWAY)


def test_a_stranger_without_a_session_has_nothing_to_throw_away(client):
    answer = client.get("/visits/")

    assert (answer.status_code, thrown_away(answer)) == (302, "")


def test_a_page_knows_the_session_that_it_was_made_for(as_person, alice, client):
    browser = as_person(alice)
    [mark] = re.findall(r'<body [^>]*data-session="(\w+)"', browser.get("/visits/").content.decode())

    assert browser.get(SESSION).content.decode() == mark
    assert kept(browser.get(SESSION)).endswith("no-store, must-revalidate, private")
    assert mark not in {factories.sign_in(Client(), alice).get(SESSION).content.decode(), browser.session.session_key}
    assert Client().get(SESSION).content == b""


def test_a_page_of_a_stranger_asks_for_no_session(client):
    assert "data-session" not in client.get("/").content.decode()
