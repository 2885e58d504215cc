"""Many codes sent at once in one session: as one by one, three are judged, and a right one signs in once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections
from django.test import Client

from accounts import forms
from tests import factories
from tests.accounts.conftest import ask_for_code, enter_code, mailed_code, other

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 40


@pytest.fixture
def guest():
    return factories.create_member(factories.create_visit(), "Bob").invitation.user


@pytest.fixture
def judged(monkeypatch):
    """Every code that was compared with the right one."""
    codes = []
    compare = forms.EnterCodeForm.clean_code

    def clean_code(form):
        codes.append(form.cleaned_data["code"])
        return compare(form)

    monkeypatch.setattr(forms.EnterCodeForm, "clean_code", clean_code)
    return codes


def browsers_of_one_session(client: Client) -> list[Client]:
    def same() -> Client:
        browser = Client()
        browser.cookies = client.cookies.copy()
        return browser

    return [same() for _ in range(AT_ONCE)]


def send_at_once(browsers: list[Client], code: str) -> list:
    ready = Barrier(len(browsers))

    def send(browser: Client):
        ready.wait(10)
        try:
            return enter_code(browser, code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(browsers)) as people:
        return list(people.map(send, browsers))


def test_of_many_wrong_codes_at_once_three_are_judged(client, guest, judged):
    ask_for_code(client, guest.email)
    send_at_once(browsers_of_one_session(client), other(mailed_code(guest.email)))
    assert len(judged) == settings.ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS


def test_after_them_the_right_code_signs_nobody_in(client, guest):
    ask_for_code(client, guest.email)
    send_at_once(browsers_of_one_session(client), other(mailed_code(guest.email)))
    enter_code(client, mailed_code(guest.email))
    assert not get_user(client).is_authenticated


def test_a_right_code_sent_at_once_signs_in_once(client, guest):
    ask_for_code(client, guest.email)
    browsers = browsers_of_one_session(client)
    answers = send_at_once(browsers, mailed_code(guest.email))
    assert sum(answer.status_code == 302 for answer in answers) == 1
    assert sum(get_user(browser).is_authenticated for browser in browsers) == 1
