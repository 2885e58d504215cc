"""Each text can be read on its ground: 4.5:1 in light and in dark, as WCAG measures it."""

import re

import pytest

from core.templatetags.icons import STATIC

LEAST_FOR_TEXT, LEAST_FOR_SHAPES = 4.5, 3.0
GROUNDS = ["paper", "sheet", "well"]
KINDS = ["session", "site-visit", "meal", "reflection", "guests-turn", "travel", "free"]
TEXTS = [
    *[
        (text, ground)
        for text in ("ink", "muted", "brand", "brand-strong", "stop", "ask", "note", "good")
        for ground in GROUNDS
    ],
    *[(tone, f"{tone}-soft") for tone in ("stop", "ask", "note", "good", "brand")],
    *[("ink", f"{tone}-soft") for tone in ("stop", "ask", "note", "good", "sun")],
    *[("muted", f"{tone}-soft") for tone in ("stop", "ask", "note", "good")],
    *[("brand", f"{tone}-soft") for tone in ("stop", "ask", "note")],
    *[(text, f"{kind}-soft") for text in ("ink", "muted", "brand", "stop", "ask", "note") for kind in KINDS],
    *[("on-brand", "brand"), ("on-brand", "brand-strong"), ("paper", "stop")],
    *[("on-deep", "deep"), ("on-deep-muted", "deep"), ("sun", "deep"), ("on-sun", "sun"), ("on-focus", "focus")],
]
SHAPES = [
    *[("edge", ground) for ground in GROUNDS],
    *[(kind, f"{kind}-soft") for kind in KINDS],
    *[(kind, "sheet") for kind in KINDS],
]


def tokens(scheme: str) -> dict[str, str]:
    """The colours of tokens.css: those of a dark page are the light ones with some replaced."""
    sheet = (STATIC / "css" / "tokens.css").read_text()
    light, dark, _paper = re.split(r"@media[^{]*\{", sheet)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    return found


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def too_faint(pairs: list[tuple[str, str]], scheme: str, least: float) -> list[str]:
    colours = tokens(scheme)
    measured = {f"{one} on {other}": contrast(colours[one], colours[other]) for one, other in pairs}
    return [f"{pair}: {ratio:.2f}" for pair, ratio in measured.items() if ratio < least]


def test_contrast_is_measured_as_wcag_says():
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(scheme):
    assert too_faint(TEXTS, scheme, LEAST_FOR_TEXT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_shape_that_means_something_stands_out(scheme):
    assert too_faint(SHAPES, scheme, LEAST_FOR_SHAPES) == []


def test_a_dark_page_replaces_every_colour_that_a_light_ground_chose():
    light, dark = tokens("light"), tokens("dark")

    assert [
        name for name in ("paper", "ink", "muted", "brand", "stop", "session-soft") if light[name] == dark[name]
    ] == []
