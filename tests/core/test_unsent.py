"""A form that was sent too late comes back to whoever wrote it, and to nobody else."""

import datetime
import re

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

import config.urls
from core import kept_forms, unsent
from core.access import open_to_all
from core.kept_forms import KeptForm
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.test_unsent")]
ORIGIN = {"HTTP_ORIGIN": settings.SITE_URL}


def note(request):
    """A page with a form: it shows what a form would be filled with."""
    data = unsent.received(request)
    if request.method == "POST":
        return HttpResponse("saved")
    text = data.get("text", "") if data else ""
    return HttpResponse(f"[{text}] {getattr(request, 'form_came_back', False)}", content_type="text/plain")


@require_POST
def publish(request):
    return HttpResponse("published")


@open_to_all
def enquiry(request):
    return HttpResponse("thank you")


pages = [
    path("test/note/", note),
    path("test/other/", note),
    path("test/publish/", publish),
    path("test/enquiry/", enquiry),
]
urlpatterns = [*pages, *config.urls.urlpatterns]


@pytest.fixture
def alice():
    return factories.create_user("Alice", roles=["coordinator"])


@pytest.fixture
def visitor():
    return Client(enforce_csrf_checks=True)


def form_of(client, user, text="My words", **more) -> dict[str, str]:
    """The hidden fields of an open form, and what was typed into it."""
    client.get("/account/login/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    return {"csrfmiddlewaretoken": token, unsent.WRITER: unsent.writer_mark(user), "text": text, **more}


def sign_in(client, user):
    factories.sign_in(client, user)


def test_a_form_sent_after_the_sign_in_ran_out_comes_back(visitor, alice):
    response = visitor.post("/test/note/?part=2", form_of(visitor, alice, "Příliš žluťoučký"))
    assert response.url == "/account/login/?next=%2Ftest%2Fnote%2F%3Fpart%3D2"
    sign_in(visitor, alice)
    assert visitor.get("/test/note/?part=2").text == "[Příliš žluťoučký] True"


def test_it_comes_back_once(visitor, alice):
    visitor.post("/test/note/", form_of(visitor, alice))
    sign_in(visitor, alice)
    visitor.get("/test/note/")
    assert visitor.get("/test/note/").text == "[] False"


def test_it_comes_back_to_its_own_address_only(visitor, alice):
    visitor.post("/test/note/", form_of(visitor, alice))
    sign_in(visitor, alice)
    assert visitor.get("/test/other/").text == "[] False"
    assert visitor.get("/test/note/").text == "[My words] True"


def test_somebody_else_who_signs_in_does_not_get_it(visitor, alice):
    visitor.post("/test/note/", form_of(visitor, alice))
    sign_in(visitor, factories.create_user("Bob", roles=["editor"]))
    assert visitor.get("/test/note/").text == "[] False"


@pytest.mark.parametrize("mark", ["", "made-up", "11111111-1111-1111-1111-111111111111:forged"])
def test_without_our_mark_nothing_is_kept(visitor, alice, mark):
    response = visitor.post("/test/note/", {**form_of(visitor, alice), unsent.WRITER: mark})
    assert response.status_code == 302
    assert Session.objects.count() == 0


def test_passwords_are_never_kept(visitor, alice):
    visitor.post("/test/note/", form_of(visitor, alice, oldpassword="secret-1", password1="secret-2"))
    kept = KeptForm.objects.get().body
    assert "text=My+words" in kept
    assert "secret" not in kept


def test_a_form_that_is_too_long_is_told_how_to_save_its_words(visitor, alice):
    response = visitor.post("/test/note/", form_of(visitor, alice, "x" * (kept_forms.LONGEST + 1)))
    assert response.status_code == 403
    assert "too long to be kept" in response.text
    assert Session.objects.count() == 0


def test_a_form_of_a_hundred_thousand_accents_is_kept(visitor, alice):
    visitor.post("/test/note/", form_of(visitor, alice, "ž" * 100_000))
    sign_in(visitor, alice)
    assert visitor.get("/test/note/").text == f"[{'ž' * 100_000}] True"


def test_a_form_opened_before_the_last_sign_in_comes_back(visitor, alice):
    data = form_of(visitor, alice)
    sign_in(visitor, alice)
    data["csrfmiddlewaretoken"] = "x" * 64  # signing in has changed what is valid
    response = visitor.post("/test/note/", data, **ORIGIN)
    assert (response.status_code, response.url) == (302, "/test/note/")
    assert visitor.get("/test/note/").text == "[My words] True"


def test_a_form_whose_cookies_are_all_gone_comes_back_after_sign_in(visitor, alice):
    data = form_of(visitor, alice)
    visitor.cookies.clear()
    assert visitor.post("/test/note/", data, **ORIGIN).url == "/account/login/?next=%2Ftest%2Fnote%2F"
    sign_in(visitor, alice)
    assert visitor.get("/test/note/").text == "[My words] True"


@pytest.mark.parametrize("origin", [{}, {"HTTP_ORIGIN": "null"}, {"HTTP_ORIGIN": "https://elsewhere.example"}])
def test_a_form_from_another_site_is_refused_and_not_kept(visitor, alice, origin):
    sign_in(visitor, alice)
    data = {"text": "Prepared", unsent.WRITER: unsent.writer_mark(alice)}
    response = visitor.post("/test/note/", data, **origin)
    assert response.status_code == 403
    assert visitor.get("/test/note/").text == "[] False"


def test_a_form_without_a_token_that_somebody_else_wrote_is_refused(visitor, alice):
    bob = factories.create_user("Bob", roles=["editor"])
    sign_in(visitor, bob)
    response = visitor.post("/test/note/", {"text": "Alice's", unsent.WRITER: unsent.writer_mark(alice)}, **ORIGIN)
    assert response.status_code == 403
    assert visitor.get("/test/note/").text == "[] False"


def test_a_button_whose_address_has_no_page_leads_back_to_where_it_stood(visitor, alice):
    page = f"{settings.SITE_URL}/test/other/"
    response = visitor.post("/test/publish/", form_of(visitor, alice), HTTP_REFERER=page, **ORIGIN)
    sign_in(visitor, alice)
    response = visitor.get("/test/publish/")
    assert (response.status_code, response.url) == (302, "/test/other/")
    said = [str(message) for message in visitor.session["_messages"] and stored_messages(visitor)]
    assert said == ["You were signed out, so this was not done. Please do it again."]


def stored_messages(client):
    return re.findall(r'"([^"]*signed out[^"]*)"', client.session["_messages"])


def test_an_address_without_a_page_stays_refused_for_anybody_else(visitor, alice):
    sign_in(visitor, alice)
    assert visitor.get("/test/publish/").status_code == 405


def test_a_public_form_needs_no_mark(visitor, alice):
    assert visitor.post("/test/enquiry/", form_of(visitor, alice)).text == "thank you"


def test_a_form_sent_in_time_is_simply_sent(visitor, alice):
    data = form_of(visitor, alice)
    sign_in(visitor, alice)
    assert visitor.post("/test/note/", data).text == "saved"


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_more_than_the_server_takes_is_answered_with_a_page(visitor, alice):
    assert visitor.post("/test/note/", form_of(visitor, alice, "x" * 2000)).status_code == 400


@pytest.mark.django_db
def test_a_button_that_was_pressed_signed_out_leads_to_the_first_page_and_says_so(as_person, alice, visit):
    address = f"/visits/{visit.reference}/people/invite/"
    came_back = as_person(alice).get(address, headers={"Referer": "http://localhost:8000/account/login/"}, follow=True)

    assert came_back.redirect_chain == [("/start/", 302)]
    assert "You were signed out, so this was not done." in came_back.content.decode()


@pytest.mark.django_db
def test_an_address_of_a_button_that_somebody_types_has_no_page(as_person, alice, visit):
    assert as_person(alice).get(f"/visits/{visit.reference}/people/invite/").status_code == 405


# --- how much is kept, and for whom ---------------------------------------------------------------


def test_of_one_person_the_newest_few_are_kept(visitor, alice):
    for number in range(20):
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=number)):
            visitor.post("/test/note/", form_of(visitor, alice, f"Words {number}"))
    assert [kept.body.count("Words") for kept in KeptForm.objects.all()] == [1] * kept_forms.MOST_OF_ONE
    sign_in(visitor, alice)
    assert visitor.get("/test/note/").text == "[Words 19] True"


def test_more_at_once_than_a_person_types_are_told_and_not_kept(visitor, alice):
    data = form_of(visitor, alice)
    answers = [visitor.post("/test/note/", data).status_code for _ in range(10)]
    assert answers == [302] * kept_forms.MOST_OF_ONE + [403] * 7


def test_a_button_leads_back_to_a_page_of_ours_alone(visitor, alice):
    page = f"{settings.SITE_URL}//evil.example/"
    visitor.post("/test/publish/", form_of(visitor, alice), HTTP_REFERER=page, **ORIGIN)
    sign_in(visitor, alice)
    assert visitor.get("/test/publish/", headers={"Referer": ""}).status_code == 405


def test_when_too_much_waits_a_person_is_told_and_those_who_wait_lose_nothing(visitor, alice, monkeypatch):
    monkeypatch.setattr(kept_forms, "MOST_OF_ALL", 2)
    for _ in range(2):
        assert visitor.post("/test/note/", form_of(visitor, factories.create_user(roles=["editor"]))).status_code == 302
    response = visitor.post("/test/note/", form_of(visitor, alice))
    assert (response.status_code, KeptForm.objects.count()) == (403, 2)
    assert "copy what you typed" in response.text


def test_for_a_closed_account_nothing_is_kept(visitor, alice):
    data = form_of(visitor, alice)
    alice.is_active = False
    alice.save()
    response = visitor.post("/test/note/", data)
    assert (response.status_code, KeptForm.objects.count(), Session.objects.count()) == (403, 0, 0)


def test_a_page_that_was_open_for_more_than_a_week_is_told_and_keeps_nothing(visitor, alice):
    data = form_of(visitor, alice)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        response = visitor.post("/test/note/", data)
    assert (response.status_code, KeptForm.objects.count(), Session.objects.count()) == (403, 0, 0)
    assert "copy what you typed" in response.text


def test_what_nobody_comes_back_for_is_forgotten(visitor, alice):
    visitor.post("/test/note/", form_of(visitor, alice))
    assert kept_forms.clear() == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=13)):
        assert kept_forms.clear() == 1
        sign_in(visitor, alice)
        assert visitor.get("/test/note/").text == "[] False"


def test_another_browser_of_the_same_person_does_not_get_it(visitor, alice):
    visitor.post("/test/note/", form_of(visitor, alice))
    other = Client()
    sign_in(other, alice)
    assert other.get("/test/note/").text == "[] False"


def test_a_browser_that_keeps_no_cookies_is_told(visitor):
    page = visitor.get("/account/login/")
    visitor.cookies.clear()
    response = visitor.post("/account/login/code/", {"email": "bob@example.org"})
    assert (page.status_code, response.status_code) == (200, 403)
    assert "Your browser keeps no cookies" in response.text
