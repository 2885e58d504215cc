"""Addresses of rows by their name."""

import pytest

from core.slugs import free_slug
from core.translated import Text
from partners.models import City
from tests.factories import create_city

pytestmark = pytest.mark.django_db


def test_a_slug_is_the_name_in_english():
    assert free_slug(City, Text(cs="Kodaň", en="Copenhagen")) == "copenhagen"


def test_a_slug_is_the_name_in_the_language_that_it_has():
    assert free_slug(City, Text(cs="Kodaň")) == "kodan"


def test_a_slug_that_is_taken_gets_the_first_free_number():
    for slug in ("brno", "brno-2", "brno-4"):
        create_city(slug=slug)

    assert free_slug(City, "Brno") == "brno-3"


def test_a_slug_is_none_of_the_reserved_words():
    assert free_slug(City, "Add", reserved={"add"}) == "add-2"


def test_a_name_without_a_letter_that_an_address_can_hold_is_called_by_its_kind():
    assert free_slug(City, "東京") == "city"


def test_a_long_name_is_cut_and_leaves_room_for_a_number():
    create_city(slug="a" * 49)

    assert free_slug(City, "a" * 49 + " long name") == "a" * 49 + "-2"
