"""A form sent twice acts once: pressed twice, sent again by the browser, or gone back to later."""

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core import sent_once
from core.sent_once import FIELD, SentForm
from tests import factories
from visits.booking.models import Visit

RECORD = reverse("visits:add")
BEFORE = "You have sent this form before"


def key_on(client: Client, address: str) -> str:
    return re.search(rf'name="{FIELD}" value="([^"]*)"', client.get(address).text)[1]


def a_visit(city, **fields) -> dict:
    return {"city": city.pk, "title_en": "From Brno", **fields}


def clock_times(visit: Visit) -> list[str]:
    return [f"{session.starts_at:%d %H:%M}" for session in visit.sessions.all()]


@pytest.fixture
def coordinator(as_person, alice):
    return as_person(alice)


@pytest.mark.django_db
def test_a_visit_recorded_twice_is_there_once_and_both_are_led_to_it(coordinator):
    fields = a_visit(factories.create_city(), **{FIELD: key_on(coordinator, RECORD)})
    first, second = coordinator.post(RECORD, fields), coordinator.post(RECORD, fields)
    assert (first.status_code, second.url) == (302, first.url)
    assert Visit.objects.count() == 1
    assert BEFORE not in coordinator.get(second.url).text


@pytest.mark.django_db
def test_a_form_that_is_sent_once_more_later_says_so(coordinator):
    fields = a_visit(factories.create_city(), **{FIELD: key_on(coordinator, RECORD)})
    first = coordinator.post(RECORD, fields)
    coordinator.get(first.url)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=5)):
        again = coordinator.post(RECORD, {**fields, "title_en": "Another title"}, follow=True)
    assert (Visit.objects.count(), again.redirect_chain) == (1, [(first.url, 302)])
    assert BEFORE in again.text


@pytest.mark.django_db
def test_a_page_opened_anew_acts_anew(coordinator):
    city = factories.create_city()
    for _ in range(2):
        coordinator.post(RECORD, a_visit(city, **{FIELD: key_on(coordinator, RECORD)}))
    assert Visit.objects.count() == 2


@pytest.mark.django_db
def test_a_form_with_errors_can_be_sent_again(coordinator):
    key = key_on(coordinator, RECORD)
    assert coordinator.post(RECORD, {FIELD: key}).status_code == 200
    assert coordinator.post(RECORD, a_visit(factories.create_city(), **{FIELD: key})).status_code == 302


@pytest.mark.django_db
def test_the_key_of_somebody_else_keeps_nobody_from_acting(client, alice, as_person):
    other = factories.create_user("Anna", roles=["coordinator"])
    fields = a_visit(factories.create_city(), **{FIELD: key_on(as_person(alice), RECORD)})
    client.post(RECORD, fields)
    factories.sign_in(client, other).post(RECORD, fields)
    assert Visit.objects.count() == 2


@pytest.mark.django_db
def test_the_whole_programme_moves_once(coordinator, visit):
    factories.create_session(visit)
    before = clock_times(visit)
    address = reverse("visits:programme-shift", args=[visit.reference])
    fields = {"days": "1", FIELD: key_on(coordinator, address)}
    answers = [coordinator.post(address, fields) for _ in range(3)]
    assert {answer.url for answer in answers} == {reverse("visits:programme", args=[visit.reference])}
    coordinator.post(address, {"days": "-1", FIELD: key_on(coordinator, address)})
    assert clock_times(visit) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["record", "shift"])
def test_two_sendings_at_once_act_once(what):
    alice = factories.create_user("Alice", roles=["coordinator"])
    visit = factories.create_visit(lead_coordinator=alice)
    session = factories.create_session(visit)
    address = RECORD if what == "record" else reverse("visits:programme-shift", args=[visit.reference])
    fields = a_visit(visit.city) if what == "record" else {"days": "1"}
    fields[FIELD] = key_on(factories.sign_in(Client(), alice), address)

    answers = at_once(alice, address, fields, times=4)

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, answers[0].url)}
    moved = visit.sessions.get().starts_at - session.starts_at
    assert (Visit.objects.count(), moved.days) == ((2, 0) if what == "record" else (1, 1))


def at_once(user: User, address: str, fields: dict, *, times: int) -> list:
    ready = Barrier(times)

    def send(client: Client):
        ready.wait(10)
        try:
            return client.post(address, fields)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as people:
        return list(people.map(send, [factories.sign_in(Client(), user) for _ in range(times)]))


@pytest.mark.django_db
def test_what_was_sent_is_forgotten_in_time(coordinator):
    coordinator.post(RECORD, a_visit(factories.create_city(), **{FIELD: key_on(coordinator, RECORD)}))
    assert sent_once.clear() == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        assert sent_once.clear() == 1
    assert SentForm.objects.count() == 0
