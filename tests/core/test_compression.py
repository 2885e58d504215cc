"""Pages travel compressed to whoever takes that, and are still not sent twice."""

import gzip

import pytest
from django.conf import settings
from django.test import Client

from core.pictures import add_picture
from core.translated import text
from tests import factories
from tests.uploads import upload
from visits.release.actions import publish_release

pytestmark = pytest.mark.django_db

TAKES_GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def is_compressed(answer) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("address", ["/", "/practices/", "/cs/practices/glossary/", "/cities/", "/sitemap.xml"])
def test_a_page_is_compressed_for_whoever_takes_that_and_for_nobody_else(client, address):
    factories.create_public_practice()
    plain, packed = client.get(address), client.get(address, headers=TAKES_GZIP)

    assert not is_compressed(plain)
    assert is_compressed(packed)
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)
    assert {"Accept-Encoding"} <= set(plain.headers["Vary"].split(", ")) & set(packed.headers["Vary"].split(", "))


def test_equal_pages_are_not_of_equal_length(client):
    """What is added at random hides how well a page was compressed."""
    assert len({len(client.get("/", headers=TAKES_GZIP).content) for _look in range(20)}) > 1


def test_small_answers_are_left_alone(client):
    assert not is_compressed(client.get("/healthz", headers=TAKES_GZIP))
    assert not is_compressed(client.get("/visits/", headers=TAKES_GZIP))  # leads to the sign-in page


def test_a_public_page_that_was_sent_compressed_is_not_sent_again(client):
    first = client.get("/practices/", headers=TAKES_GZIP)
    mark = first.headers["ETag"]
    assert mark.startswith('W/"')

    for held in (mark, mark.removeprefix("W/")):
        again = client.get("/practices/", headers={**TAKES_GZIP, "If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")


def test_a_city_page_that_was_sent_compressed_is_not_sent_again(client):
    address = factories.create_public_city("Brno").get_absolute_url()
    mark = client.get(address, headers=TAKES_GZIP).headers["ETag"]

    assert client.get(address, headers={**TAKES_GZIP, "If-None-Match": mark}).status_code == 304


def test_an_itinerary_that_was_sent_compressed_is_confirmed_by_one_query(
    as_person, visit, alice, bob, django_assert_num_queries
):
    factories.create_session(visit, "Talk")
    publish_release(visit=visit, by=alice)
    browser, address = as_person(bob), f"/visits/{visit.reference}/itinerary/"
    first = browser.get(address, headers=TAKES_GZIP)
    mark = first.headers["ETag"]
    assert is_compressed(first)
    assert mark.startswith('W/"')

    for held in (mark, mark.removeprefix("W/")):
        with django_assert_num_queries(1):
            again = browser.get(address, headers={**TAKES_GZIP, "If-None-Match": held})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", held)


@pytest.mark.parametrize("address", ["/outbox/?address=wren", "/visits/?page=2", "/people/me/?language=en"])
def test_what_may_repeat_its_address_to_somebody_with_a_session_is_not_compressed(as_person, alice, address):
    """What else stands on the page could be guessed by how well it compresses with what was asked."""
    coordinator = as_person(alice)
    asked = coordinator.get(address, headers=TAKES_GZIP)
    plain = coordinator.get(address.partition("?")[0], headers=TAKES_GZIP)
    assert (asked.status_code, is_compressed(asked), is_compressed(plain)) == (200, False, True)


def test_a_form_that_comes_back_with_its_words_is_not_compressed(as_person, alice):
    answer = as_person(alice).post("/visits/add/", {"title_en": "wren song"}, headers=TAKES_GZIP)
    assert ("wren song" in answer.text, is_compressed(answer)) == (True, False)


def test_search_of_a_visitor_without_a_session_is_compressed(client, db):
    assert is_compressed(client.get("/practices/search/?q=wren", headers=TAKES_GZIP))


def test_a_picture_is_not_compressed_once_more(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = add_picture(file=upload(), by=None, alt=text("A door"), audience="public", shows_people=False)

    answer = client.get(picture.get_absolute_url(), headers=TAKES_GZIP)

    assert (answer.status_code, is_compressed(answer), answer.headers["ETag"][:1]) == (200, False, '"')


@pytest.fixture
def static_file():
    """One that lies beside itself compressed, as collectstatic leaves them."""
    file = settings.STATIC_ROOT / "compression" / "file.css"
    packed = file.with_suffix(".css.gz")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("body { color: black }\n" * 100)
    packed.write_bytes(gzip.compress(file.read_bytes()))
    yield file
    file.unlink()
    packed.unlink()


def test_a_static_file_is_compressed_once(static_file):
    answer = Client().get("/static/compression/file.css", headers=TAKES_GZIP)

    assert is_compressed(answer)
    assert gzip.decompress(answer.getvalue()) == static_file.read_bytes()
