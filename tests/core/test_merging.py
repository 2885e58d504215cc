"""What two people wrote is put together: nothing of either is lost, and only what both changed is asked."""

import datetime
import decimal
import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.merging import Disagreement, comparable, merge, rebased
from core.translated import Text

LEEDS = ZoneInfo("Europe/London")
CODES = ["en", "cs", "de"]
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(str.strip)


@st.composite
def texts(draw):
    said = {code: each for code in CODES if (each := draw(words))}
    marks = sorted(code for code in said if draw(st.booleans()))
    return Text({**said, **({"needs_review": marks} if marks else {})})


moments = st.datetimes(timezones=st.sampled_from([LEEDS, datetime.UTC])).filter(lambda each: 1 < each.year < 9999)
anything = st.text(max_size=12)  # with spaces around it, and line ends of every kind
plain_values = st.one_of(
    st.none(), st.booleans(), st.integers(), anything, st.dates(), st.times(), moments, st.uuids(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2), st.floats(allow_nan=False, allow_infinity=False),
    st.lists(anything), st.lists(st.uuids()), texts(),
    st.dictionaries(st.sampled_from(CODES), st.one_of(anything, st.integers(0, 2), st.lists(anything))),
)  # fmt: skip
NAMES = {"title": texts(), "about": texts(), "minutes": st.integers(0, 3), "hosts": st.lists(st.sampled_from("abc"))}
rows = st.fixed_dictionaries(NAMES)


def told(row):
    """As the page carries it away and brings it back."""
    return json.loads(json.dumps({name: comparable(value) for name, value in row.items()}))


def same(row, other):
    return {name: comparable(value) for name, value in row.items()} == {
        name: comparable(value) for name, value in other.items()
    }


def after(current, merged):
    """The row when what came of the merge has been written."""
    return {**current, **merged.values}


# --- what always holds ---------------------------------------------------------------------------


@given(rows, rows)
def test_where_nobody_else_has_saved_mine_is_written(base, mine):
    merged = merge(base=told(base), current=base, mine=mine)
    assert (merged.disagreements, merged.kept) == ((), ())
    assert same(after(base, merged), mine)


@given(rows, rows)
def test_where_i_have_changed_nothing_all_of_theirs_stays(base, current):
    merged = merge(base=told(base), current=current, mine=base)
    assert merged.disagreements == ()
    assert same(after(current, merged), current)


@given(rows, rows, st.sets(st.sampled_from(sorted(NAMES))))
def test_two_changes_of_different_values_both_survive_in_either_order(base, changed, hers):
    ann = {**base, **{name: changed[name] for name in hers}}
    ben = {**base, **{name: changed[name] for name in NAMES.keys() - hers}}
    for first, second in ((ann, ben), (ben, ann)):
        merged = merge(base=told(base), current=first, mine=second)
        assert merged.disagreements == ()
        assert same(after(first, merged), changed)


@given(texts(), texts(), st.sets(st.sampled_from(CODES)))
def test_two_changes_of_different_languages_both_survive_in_either_order(base, changed, hers):
    ann, ben = with_languages_of(base, changed, hers), with_languages_of(base, changed, set(CODES) - hers)
    for first, second in ((ann, ben), (ben, ann)):
        merged = merge(base=told({"title": base}), current={"title": first}, mine={"title": second})
        assert merged.disagreements == ()
        assert after({"title": first}, merged) == {"title": changed}


def with_languages_of(base, other, codes):
    """The text with the wordings, and their marks, that the other has in these languages."""
    sources = {code: other if code in codes else base for code in CODES}
    said = {code: each[code] for code, each in sources.items() if code in each}
    marks = sorted(code for code in said if code in sources[code].get("needs_review", []))
    return Text({**said, **({"needs_review": marks} if marks else {})})


@given(rows, rows)
def test_what_both_have_changed_to_the_same_is_no_disagreement(base, changed):
    merged = merge(base=told(base), current=changed, mine=changed)
    assert (merged.disagreements, merged.kept) == ((), ())
    assert same(after(changed, merged), changed)


@given(rows, rows, rows)
def test_no_word_of_theirs_is_overwritten_without_being_asked(base, current, mine):
    """Whatever differs from both is asked; whatever is not asked is mine, or theirs where I changed nothing."""
    merged = merge(base=told(base), current=current, mine=mine)
    asked = {each.part[0] for each in merged.disagreements}
    for name in ("minutes", "hosts"):
        was, now, sent = (comparable(each[name]) for each in (base, current, mine))
        assert (name in asked) == (now != was and sent != was and now != sent)
        if name not in asked:
            assert comparable(after(current, merged)[name]) == (now if sent == was else sent)


@given(rows, rows, rows)
def test_whoever_has_seen_what_stands_is_not_asked_again(base, current, mine):
    merged = merge(base=told(base), current=current, mine=mine)
    seen = rebased(told(base), current, [each.part for each in merged.disagreements])
    again = merge(base=json.loads(json.dumps(seen)), current=current, mine=mine)
    assert again.disagreements == ()
    assert again.kept == merged.kept


@given(plain_values)
@example({"en": " ", "cs": "Poradna"})
@example("one\r\r\ntwo")
def test_a_comparable_value_is_the_same_after_a_journey_through_json(value):
    there = comparable(value)
    assert comparable(json.loads(json.dumps(there))) == there


# --- single cases --------------------------------------------------------------------------------


def test_what_both_have_changed_is_told_with_both_values():
    merged = merge(base={"minutes": "60"}, current={"minutes": 90}, mine={"minutes": 45})
    assert merged.disagreements == (Disagreement(("minutes", ""), 45, 90),)


def test_of_a_text_only_the_language_that_both_have_changed_is_asked():
    base, current = Text(en="Clinic", cs="Poradna"), Text(en="Plan clinic", cs="Ordinace")
    merged = merge(base={"title": base}, current={"title": current}, mine={"title": Text(en="Clinic", cs="Klinika")})
    [asked] = merged.disagreements
    assert asked.part == ("title", "cs")
    assert (asked.mine["words"], asked.current["words"]) == ("Klinika", "Ordinace")
    assert merged.kept == (("title", "en"),)


def test_a_mark_is_merged_with_the_wording_that_it_belongs_to():
    marked = Text(en="Clinic", cs="Poradna", needs_review=["cs"])
    read = Text(en="Clinic", cs="Poradna")
    merged = merge(
        base={"title": marked}, current={"title": read}, mine={"title": Text({**marked, "en": "Plan clinic"})}
    )
    assert merged.values == {"title": Text(en="Plan clinic", cs="Poradna")}


def test_a_value_that_the_page_was_not_made_with_is_taken_as_it_is_sent():
    merged = merge(base={}, current={"minutes": 90}, mine={"minutes": 45})
    assert (merged.values, merged.disagreements) == ({"minutes": 45}, ())


@pytest.mark.parametrize(
    ("value", "other"),
    [
        (decimal.Decimal("1.50"), "1.5"),
        (None, ""),
        ("one\r\ntwo ", "one\ntwo"),
        (["b", "a"], ["a", "b"]),
        (datetime.time(9, 30, 15), "09:30"),
        ({"en": "a", "cs": ""}, {"en": "a"}),
        (
            datetime.datetime(2027, 7, 9, 10, 30, tzinfo=LEEDS),
            datetime.datetime(2027, 7, 9, 9, 30, tzinfo=datetime.UTC),
        ),
    ],
)
def test_one_value_in_two_spellings_is_one(value, other):
    assert comparable(value) == comparable(other)


@pytest.mark.parametrize(("value", "other"), [(0, ""), (False, ""), (True, False), ("a", "A"), (["a"], ["a", "a"])])
def test_different_values_stay_different(value, other):
    assert comparable(value) != comparable(other)
