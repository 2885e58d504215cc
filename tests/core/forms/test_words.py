"""What every form refuses, says and explains."""

import sys
import unicodedata

import pytest
from django import forms

from core.forms import LONG_TEXT, Form, ModelForm, TranslatedFormField
from core.forms.words import CONTROL_CHARACTERS
from practices.models import Offer


class NoteForm(Form):
    title = forms.CharField()
    note = forms.CharField(widget=forms.Textarea, required=False)
    day = forms.DateField(required=False)
    count = forms.IntegerField(required=False)
    email = forms.EmailField(required=False)
    words = TranslatedFormField(required=False)


def errors_of(**values):
    form = NoteForm({"title": "A title", **values})
    return dict(form.errors)


@pytest.mark.parametrize("name", ["title", "note", "email", "words_en", "words_cs"])
@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9f"])
def test_characters_that_cannot_be_shown_are_refused(name, character):
    assert list(errors_of(**{name: f"some{character}thing"})) == [name.split("_")[0]]


def test_just_the_control_characters_of_unicode_are_refused_but_lines_and_tabs():
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    control = [each for each in everything if unicodedata.category(each) == "Cc" and each not in "\n\r\t"]
    assert CONTROL_CHARACTERS.findall(everything) == control


def test_lines_and_tabs_are_fine():
    assert errors_of(note="one\r\ntwo\n\tthree", words_cs="jedna\r\ndvě") == {}


def test_a_text_of_a_megabyte_is_refused_with_its_measure_and_kept():
    form = NoteForm({"title": "A title", "note": "x" * 1_000_000})
    assert form.errors == {"note": [f"This has 1000000 characters; {LONG_TEXT} characters fit."]}
    assert len(form["note"].value()) == 1_000_000


def test_a_translated_text_that_is_too_long_names_its_language():
    assert errors_of(words_cs="x" * 500) == {"words": ["The text in Czech has 500 characters; 200 fit."]}


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31"])
def test_years_that_nobody_means_are_refused(day):
    assert errors_of(day=day) == {"day": ["Write a year between 1900 and 2100."]}


def test_a_number_that_no_column_holds_is_refused():
    assert list(errors_of(count="2147483648")) == ["count"]
    assert list(errors_of(count="9" * 5000)) == ["count"]
    assert errors_of(count="2147483647") == {}


def test_a_field_can_say_why_it_is_asked():
    class AskForm(Form):
        explain = {"title": ("To greet you.", "Everybody.")}
        title = forms.CharField()
        other = forms.CharField()

    form = AskForm()
    assert (form.fields["title"].purpose, form.fields["title"].audience) == ("To greet you.", "Everybody.")
    assert (form.fields["other"].purpose, form.fields["other"].audience) == ("", "")


def test_the_empty_line_of_a_list_says_what_it_means():
    class PlaceForm(ModelForm):
        class Meta:
            model = Offer
            fields = ["format", "venue", "practice"]

    form = PlaceForm()

    first = {name: str(next(iter(field.choices))[1]) for name, field in form.fields.items()}
    assert first == {"format": "Choose one", "venue": "none", "practice": "Choose one"}
