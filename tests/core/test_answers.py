"""What is answered when something is refused: to a page, and to a part of a page that a script has asked for."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

import config.urls
from core.access import Refusal
from core.changing import Clash, Gone
from core.merging import merge
from tests import factories
from visits.booking.models import Visit, VisitIsOver

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.test_answers")]

SIGNED_OUT = "You are signed out. Sign in again in another window, then go on here."


def a_clash() -> Clash:
    merged = merge(base={"title": "a"}, current={"title": "b"}, mine={"title": "c"})
    return Clash(merged, {"title": "b"})


WHAT = {
    "refusal": lambda: Refusal("The museum is closed."),
    "leading": lambda: Refusal("The museum is closed.", leads_to="/test/elsewhere/"),
    "clash": a_clash,
    "over": lambda: VisitIsOver(Visit(reference="brno-1", status="closed")),
    "gone": Gone,
    "forbidden": PermissionDenied,
    "missing": Http404,
    "broken": lambda: ZeroDivisionError("not a refusal"),
}


def refusing(request: HttpRequest, what: str) -> HttpResponse:
    raise WHAT[what]()


def unpublished(request: HttpRequest) -> HttpResponse:
    """A page that answers by itself that it is not there."""
    return HttpResponse("<h1>a whole page</h1>", status=404)


urlpatterns = [
    path("test/unpublished/", unpublished),
    path("test/<slug:what>/", refusing),
    *config.urls.urlpatterns,
]


@pytest.fixture
def alice(client: Client) -> Client:
    return factories.sign_in(client, factories.create_user("Alice", roles=["coordinator"]))


def press(client: Client, what: str, *, referer: str = "", fragment: bool = False) -> HttpResponse:
    headers = {"Referer": referer} if referer else {}
    return client.post(f"/test/{what}/", headers=headers | ({"HX-Request": "true"} if fragment else {}))


def told(client: Client) -> list[str]:
    """The messages that wait for the next page."""
    return [str(message) for message in client.get(reverse("people:account")).context["messages"]]


def assert_is_a_fragment(answer: HttpResponse, status: int, sentence: str) -> None:
    assert answer.status_code == status
    assert sentence in answer.text
    assert 'role="alert"' in answer.text
    assert "<html" not in answer.text
    assert "Location" not in answer.headers


# --- a page --------------------------------------------------------------------------------------


def test_a_refused_button_leads_back_to_its_page_and_says_why(alice):
    answer = press(alice, "refusal", referer="http://testserver/visits/?page=2")
    assert (answer.status_code, answer.url) == (302, "/visits/?page=2")
    assert told(alice) == ["The museum is closed."]


def test_a_refusal_may_know_a_better_page(alice):
    answer = press(alice, "leading", referer="http://testserver/visits/")
    assert (answer.status_code, answer.url) == (302, "/test/elsewhere/")


def test_a_visit_that_is_over_leads_to_its_page(alice):
    answer = press(alice, "over", referer="http://testserver/visits/brno-1/edit/")
    assert (answer.status_code, answer.url) == (302, "/visits/brno-1/")
    assert told(alice) == ["This visit is closed, so nothing of it can be changed any more."]


def test_a_clash_that_no_form_shows_is_told_as_any_refusal(alice):
    answer = press(alice, "clash", referer="http://testserver/visits/")
    assert (answer.status_code, answer.url) == (302, "/visits/")
    assert "Somebody else changed this while you were writing." in told(alice)[0]


@pytest.mark.parametrize(("what", "status"), [("forbidden", 403), ("missing", 404)])
def test_a_page_that_is_not_theirs_is_a_whole_page(alice, what, status):
    answer = press(alice, what)
    assert answer.status_code == status
    assert "<html" in answer.text


def test_a_page_leads_to_the_sign_in(client):
    answer = press(client, "refusal")
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_what_is_no_refusal_stays_an_error(alice):
    with pytest.raises(ZeroDivisionError):
        press(alice, "broken")


# --- where a button stood ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "referer",
    [
        "",
        "https://evil.example/visits/",
        "//evil.example/visits/",
        "javascript:alert(1)",
        "http://[broken",
        "http://testserver//evil.example/",
    ],
    ids=["hidden", "another site", "another site without a scheme", "a script", "no address", "another site in a path"],
)
def test_who_comes_from_nowhere_of_ours_is_led_to_their_first_page(alice, referer):
    answer = press(alice, "refusal", referer=referer)
    assert (answer.status_code, answer.url) == (302, reverse("portal:start"))


def test_only_the_path_of_a_page_is_led_to(alice):
    """What is our own host now need not be it for the next who reads the answer."""
    answer = press(alice, "refusal", referer="http://testserver/visits/#people")
    assert answer.url == "/visits/"


def test_a_button_on_the_page_that_refuses_leads_back_to_that_page(alice):
    answer = press(alice, "refusal", referer="http://testserver/test/refusal/")
    assert answer.url == "/test/refusal/"


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_page_that_refuses_to_be_shown_does_not_lead_to_itself(alice, method):
    answer = getattr(alice, method)("/test/refusal/", headers={"Referer": "http://testserver/test/refusal/?again"})
    assert (answer.status_code, answer.url) == (302, reverse("portal:start"))


def test_a_page_that_refuses_to_be_shown_leads_back_to_the_page_before(alice):
    answer = alice.get("/test/refusal/", headers={"Referer": "http://testserver/visits/"})
    assert answer.url == "/visits/"


# --- a part of a page ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "status", "sentence"),
    [
        ("refusal", 422, "The museum is closed."),
        ("leading", 422, "The museum is closed."),
        ("over", 422, "This visit is closed"),
        ("gone", 422, "Somebody else has removed this already."),
        ("clash", 409, "Somebody else changed this while you were writing."),
        ("forbidden", 403, "This is not open to you."),
        ("missing", 404, "This is not here any more. Load the page again."),
    ],
)
def test_a_part_of_a_page_gets_the_sentence_with_its_status(alice, what, status, sentence):
    answer = press(alice, what, referer="http://testserver/visits/", fragment=True)
    assert_is_a_fragment(answer, status, sentence)
    assert told(alice) == [], "it was said already"


def test_a_part_of_a_page_that_answers_by_itself_gets_the_sentence_too(alice):
    answer = alice.get("/test/unpublished/", headers={"HX-Request": "true"})
    assert_is_a_fragment(answer, 404, "This is not here any more.")
    assert alice.get("/test/unpublished/").text == "<h1>a whole page</h1>"


def test_an_address_that_is_none_is_a_sentence_too(alice):
    answer = alice.get("/no/such/page/", headers={"HX-Request": "true"})
    assert_is_a_fragment(answer, 404, "This is not here any more.")


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_sign_in_page_is_put_into_a_page(client, method):
    answer = getattr(client, method)("/test/refusal/", headers={"HX-Request": "true"})
    assert_is_a_fragment(answer, 403, SIGNED_OUT)


def test_only_a_script_that_says_so_gets_a_part(alice):
    answer = alice.post("/test/refusal/", headers={"HX-Request": "false", "Referer": "http://testserver/visits/"})
    assert (answer.status_code, answer.url) == (302, "/visits/")
