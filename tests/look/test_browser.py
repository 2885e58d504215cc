"""What the script and the sheets do in a browser, with the portal's strict policy in force."""

from datetime import date, time

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms

from core.day_steps import at_class, for_class, hours, in_lanes, lane_class, span_classes

pytestmark = pytest.mark.browser

FORM = (
    '<h1>Ask</h1><form method="post" novalidate{attrs}>{{{{ form|crispy }}}}'
    '<button class="govuk-button">Save</button></form>'
)


class Questions(forms.Form):
    name = forms.CharField(label="Name")
    about = forms.CharField(label="About", widget=forms.Textarea, max_length=10)
    way = forms.ChoiceField(label="Way", choices=[("train", "Train"), ("plane", "Plane")], widget=forms.RadioSelect)
    flight = forms.CharField(label="Flight", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["way"].reveals = {"plane": ["flight"]}


def day() -> dict:
    rows = [
        ("09:00", "10:30", "session"),
        ("10:30", "10:45", "travel"),
        ("10:45", "11:45", "meal"),
        ("11:00", "12:00", "free"),
    ]
    periods = [(time.fromisoformat(starts), time.fromisoformat(ends)) for starts, ends, _kind in rows]
    start_class, height_class = span_classes(periods)
    blocks = [
        {
            "at_class": at_class(starts),
            "for_class": for_class(starts, ends),
            "lane_class": lane_class(*lane),
            "kind": kind,
            "kind_label": kind.title(),
            "title": f"Block {number}",
            "times": f"{starts:%H:%M}-{ends:%H:%M}",
        }
        for number, ((starts, ends), lane, (_, _, kind)) in enumerate(
            zip(periods, in_lanes(periods), rows, strict=True), start=1
        )
    ]
    return {
        "date": date(2026, 10, 13),
        "weekday": "Tuesday",
        "label": "13 October",
        "start_class": start_class,
        "height_class": height_class,
        "hours": hours(periods),
        "blocks": blocks,
    }


def active_id(page) -> str:
    return page.evaluate("document.activeElement.id")


def test_the_error_summary_takes_the_focus_and_gives_it_to_each_field(open_page):
    page = open_page(FORM.format(attrs=""), form=Questions({}))
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    assert page.title().startswith("Error:")

    reached = []
    for link in page.locator(".govuk-error-summary a").all():
        link.click()
        reached.append(active_id(page))

    assert reached == ["id_name", "id_about", "id_way_0"]


def test_a_box_counts_the_letters_that_are_left(open_page):
    page = open_page(FORM.format(attrs=""), form=Questions())
    page.get_by_label("About").fill("Eight let")
    assert page.get_by_text("Characters left: 1").first.is_visible()

    page.get_by_label("About").fill("Much too long")
    assert page.get_by_text("Too long by 3 characters").first.is_visible()


def test_a_field_shows_only_with_the_choice_that_it_belongs_to(open_page):
    page = open_page(FORM.format(attrs=""), form=Questions())
    assert page.get_by_label("Flight").is_hidden()

    page.get_by_label("Plane").check()
    assert page.get_by_label("Flight").is_visible()


def test_a_double_click_sends_once(open_page):
    page = open_page(FORM.format(attrs=""), form=Questions())
    page.evaluate(
        """addEventListener("submit", (event) => {
            (window.stopped ??= []).push(event.defaultPrevented);
            event.preventDefault();
        })"""
    )
    page.get_by_role("button", name="Save").dblclick()

    assert page.evaluate("window.stopped") == [False, True]
    assert page.get_by_role("button", name="Save").get_attribute("aria-disabled") == "true"


def test_leaving_with_unsaved_words_asks_first(open_page):
    page = open_page(FORM.format(attrs=" data-keeps"), form=Questions())
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.get_by_label("Name").press_sequentially("Brno")
    page.get_by_role("link", name="Open Doors").click()
    page.wait_for_function("document.querySelector('#id_name').value === ''")

    assert asked == ["beforeunload"]


def test_a_block_is_as_tall_as_it_lasts_and_stands_at_its_time(open_page):
    page = open_page('<h1>Day</h1>{% include "components/day.html" with day=day only %}', day=day())
    boxes = [block.bounding_box() for block in page.locator(".block").all()]
    session, travel, meal, free = boxes

    assert (session["height"] + 2) / (meal["height"] + 2) == pytest.approx(90 / 60, abs=0.02)
    assert travel["y"] == pytest.approx(session["y"] + session["height"] + 2, abs=1)
    assert meal["x"] + meal["width"] <= free["x"]
    assert session["width"] > 1.9 * meal["width"]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "source",
    [
        f'{{% include "components/error_summary.html" with form=form only %}}{FORM.format(attrs="")}',
        '<h1>Day</h1>{% include "components/day.html" with day=day only %}',
    ],
    ids=["form", "day"],
)
def test_a_scan_finds_nothing_and_nothing_runs_out_of_the_page(open_page, source, width, scheme):
    page = open_page("<h1>Nothing yet</h1>")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page = open_page(source, form=Questions({}), day=day())

    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
