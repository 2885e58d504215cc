"""The small parts of pages: clocks, icons, the map, texts in the reader's language."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from core.map_outline import EUROPE, WORLD
from core.templatetags.icons import icon
from core.templatetags.maps import box, city_maps, meet
from core.templatetags.page import apart, clock_at, page_numbers
from core.translated import text
from visits.templatetags.programme import kind_icon

LEEDS = {"name": "Leeds", "url": "", "lat": 53.79648, "lon": -1.54785}
BRNO = {"name": "Brno", "url": "/brno", "lat": 49.19522, "lon": 16.60796}
DURBAN = {"name": "Durban", "url": "/durban", "lat": -29.8579, "lon": 31.0292}
AUTUMN = datetime(2026, 10, 13, 8, 30, tzinfo=UTC)
AFTER_THE_CLOCKS_GO_BACK = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def test_an_icon_without_a_label_is_decoration():
    assert 'aria-hidden="true"' in icon("map-pin")
    assert 'role="img" aria-label="a &quot;place&quot;"' in icon("map-pin", 'a "place"')


def test_an_icon_that_is_not_vendored_is_a_mistake():
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


@time_machine.travel(AUTUMN, tick=False)
def test_two_clocks_show_each_citys_own_time():
    html = render_to_string(
        "components/two_clocks.html",
        {"place": "Brno", "zone": "Europe/Prague", "home": "Leeds", "home_zone": "Europe/London"},
    )

    assert ">09:30</time>" in html
    assert ">10:30</time>" in html
    assert "Brno is 1 hour ahead of Leeds." in html


@time_machine.travel(AUTUMN, tick=False)
def test_the_hands_of_a_clock_stand_where_they_should():
    clock = clock_at("Brno", "Europe/Prague")

    assert (clock.hour_angle, clock.minute_angle, clock.is_night) == (315, 180, False)


@pytest.mark.parametrize(
    ("zone", "moment", "words"),
    [
        ("Europe/Paris", AUTUMN, "There is 1 hour ahead of Leeds."),
        ("Africa/Johannesburg", AUTUMN, "There is 1 hour ahead of Leeds."),
        ("Africa/Johannesburg", AFTER_THE_CLOCKS_GO_BACK, "There is 2 hours ahead of Leeds."),
        ("Asia/Colombo", AUTUMN, "There is 4½ hours ahead of Leeds."),
        ("America/Kentucky/Louisville", AUTUMN, "There is 5 hours behind Leeds."),
        ("Europe/Dublin", AUTUMN, "There and Leeds have the same time."),
    ],
)
def test_how_far_the_clocks_are_apart(zone, moment, words):
    with time_machine.travel(moment, tick=False):
        assert apart("There", zone, "Leeds", "Europe/London") == words


def test_a_text_in_another_language_says_so():
    page = Template("{% load portal_text %}{% in_language words %}")
    with translation.override("cs"):
        assert page.render(Context({"words": text("Lunch")})) == '<span lang="en">Lunch</span>'
        assert page.render(Context({"words": text("Lunch & tea", cs="Oběd & čaj")})) == "Oběd &amp; čaj"


@pytest.mark.parametrize(
    ("kind", "icon_name"), [("guests_turn", "speech"), ("site visit", "building-2"), ("something", "circle")]
)
def test_a_kind_has_its_icon(kind, icon_name):
    assert kind_icon(kind) == icon_name


def test_long_lists_link_to_their_ends_and_the_pages_around():
    page = Paginator(range(200), 10).page(10)

    assert page_numbers(page) == [1, "…", 9, 10, 11, "…", 20]


def test_links_to_other_pages_keep_the_search():
    request = RequestFactory().get("/practices/", {"q": "court", "page": "2"})
    page = Paginator(range(30), 10).page(2)
    html = Template('{% include "components/pagination.html" %}').render(Context({"request": request, "page": page}))

    assert 'href="?q=court&amp;page=3"' in html
    assert html.count('aria-current="page"') == 1


def test_far_cities_are_drawn_on_a_piece_of_their_own():
    near, far = city_maps([BRNO, DURBAN], LEEDS)

    assert (near.piece, [dot.name for dot in near.dots]) == (EUROPE, ["Brno"])
    assert (far.piece, [dot.name for dot in far.dots]) == (WORLD, ["Durban"])


def test_a_city_lies_east_and_south_of_one_that_it_does():
    [near] = city_maps([BRNO], LEEDS)
    [brno] = near.dots

    assert brno.x > near.home.x
    assert brno.y > near.home.y
    assert 0 < brno.x < near.piece.width
    assert 0 < brno.y < near.piece.height


def test_names_of_neighbours_do_not_cover_each_other():
    close = [{**BRNO, "name": name, "lat": 51 + step * 0.3} for step, name in enumerate(["Dortmund", "Siegen"])]
    [drawn] = city_maps(close, LEEDS)
    one, other = [box(dot.label_x, dot.label_y, len(dot.name) * 8, dot.anchor) for dot in drawn.dots]

    assert not meet(one, other)


def test_the_map_writes_its_numbers_with_points_in_every_language():
    with translation.override("cs"):
        html = render_to_string("components/city_map.html", {"cities": [BRNO], "home": LEEDS})

    assert 'cx="339.' in html


@pytest.mark.parametrize("template", ["404.html", "403.html", "400.html", "500.html"])
def test_error_pages_need_nothing_from_the_rest_of_the_portal(template):
    html = render_to_string(template, {})

    assert html.count("<h1>") == 1
    assert 'id="main-content"' in html
