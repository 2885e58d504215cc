import random

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import path
from django.utils import translation

import config.urls
from core.access import open_to_all
from core.dates import day_in_words
from core.languages import in_order, sort_key
from tests import factories
from tests.factories import DAY_ONE

# --- sorting -------------------------------------------------------------------------------------

CZECH = [
    "Anna",
    "cesta",
    "čas",
    "Čáslav",
    "dům",
    "hora",
    "Hradec",
    "chata",
    "chléb",
    "Ivana",
    "řeka",
    "sůl",
    "šaty",
    "zima",
    "Žák",
    "život",
]


@pytest.mark.parametrize("seed", range(5))
def test_a_list_sorts_as_czech_readers_expect(seed):
    shuffled = random.Random(seed).sample(CZECH, len(CZECH))  # noqa: S311 - nothing secret
    assert in_order(shuffled, language="cs") == CZECH


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("cs", ["cena", "cesta", "cit", "čaj", "daň"]),
        ("cs", ["hovor", "hrad", "hustý", "chalupa", "chyba", "Ústí"]),
        ("cs", ["rád", "ráno", "rok", "řada"]),
        ("cs", ["alej", "Álfheim", "Ámos", "baba"]),  # a long vowel counts as the short one
        ("cs", ["CHLÉB", "chléb", "chleby"]),
        ("en", ["Anna", "chair", "city", "Émile", "hour", "zebra"]),
        ("en", ["Brno", "Čáslav", "Dortmund"]),  # to an English reader Č is a C
        ("de", ["Apfel", "Äpfel", "Arzt", "Öl", "Ort"]),
        ("fr", ["cote", "côté", "eau", "été"]),
    ],
)
def test_each_language_has_its_own_order(language, words):
    assert in_order(reversed(words), language=language) == words


def test_the_readers_language_decides_where_none_is_named():
    words = ["chata", "cesta", "hora"]
    with translation.override("cs"):
        assert in_order(words) == ["cesta", "hora", "chata"]
    with translation.override("en"):
        assert in_order(words) == ["cesta", "chata", "hora"]


def test_letters_written_in_two_signs_sort_as_in_one():
    assert sort_key("c\u030caj", "cs")[0] == sort_key("čaj", "cs")[0]


def test_things_sort_by_what_one_asks_of_them():
    assert in_order([(1, "Žák"), (2, "cesta"), (3, "")], by=lambda pair: pair[1], language="cs") == [
        (3, ""),
        (2, "cesta"),
        (1, "Žák"),
    ]


# --- which language a page speaks ----------------------------------------------------------------


@open_to_all
def tell(request):
    from django.http import HttpResponse

    return HttpResponse(f"{translation.get_language()} {request.LANGUAGE_CODE} {day_in_words(DAY_ONE)}")


def tell_staff(request):
    return tell(request)


urlpatterns = [path("test/tell/", tell), path("test/staff/", tell_staff), *config.urls.urlpatterns]


@pytest.fixture
def visitor():
    return Client()


@pytest.mark.django_db
@pytest.mark.urls(__name__)
class TestLanguage:
    def spoken(self, client, address="/test/tell/", **headers) -> str:
        return client.get(address, headers=headers).headers["Content-Language"]

    def test_a_public_page_speaks_the_language_of_its_address(self, visitor):
        assert self.spoken(visitor, "/practices/") == "en"
        assert self.spoken(visitor, "/cs/practices/") == "cs"

    def test_nothing_else_changes_the_language_of_an_address(self, visitor, as_person):
        visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "cs"
        assert self.spoken(visitor, "/practices/?language=cs", **{"Accept-Language": "cs"}) == "en"
        czech = as_person(factories.create_user("Jana", language="cs"))
        assert self.spoken(czech, "/practices/") == "en"

    def test_behind_sign_in_the_persons_own_setting_decides(self, as_person):
        czech = as_person(factories.create_user("Jana", roles=["editor"], language="cs"))
        assert self.spoken(czech, "/test/staff/", **{"Accept-Language": "en"}) == "cs"

    def test_a_page_of_nobody_follows_the_browser(self, visitor):
        assert self.spoken(visitor, **{"Accept-Language": "cs;q=0.9,de"}) == "cs"
        assert self.spoken(visitor, **{"Accept-Language": "de"}) == "en"

    def test_a_link_carries_the_language_along_and_the_browser_keeps_it(self, visitor):
        assert self.spoken(visitor, "/test/tell/?language=cs") == "cs"
        assert self.spoken(visitor) == "cs"
        cookie = visitor.cookies[settings.LANGUAGE_COOKIE_NAME]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")

    @pytest.mark.parametrize("language", ["xx", "", "cs\r\nSet-Cookie: a=b", "../cs"])
    def test_a_language_that_is_none_is_passed_over(self, visitor, language):
        response = visitor.get("/test/tell/", {"language": language})
        assert response.headers["Content-Language"] == "en"
        assert settings.LANGUAGE_COOKIE_NAME not in response.cookies

    def test_caches_keep_negotiated_pages_apart(self, visitor):
        assert "Accept-Language" in visitor.get("/test/tell/").headers["Vary"]
        assert "Accept-Language" not in visitor.get("/practices/").headers.get("Vary", "")

    def test_one_request_does_not_lend_its_language_to_the_next(self, visitor):
        visitor.get("/cs/practices/")
        assert self.spoken(visitor) == "en"

    def test_days_are_written_as_their_readers_write_them(self, visitor):
        assert visitor.get("/test/tell/").text == "en en Tuesday 9 March"


def test_another_language_needs_no_migration():
    ours = {"core", "accounts", "partners", "practices", "visits"}
    columns = [column for model in apps.get_models() if model._meta.app_label in ours for column in model._meta.fields]

    assert [column for column in columns if column.deconstruct()[3].get("choices") == settings.LANGUAGES] == []
