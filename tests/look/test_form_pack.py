"""The form pack: each kind of field in GOV.UK's markup, tied to its hint, its error and the summary."""

import re
from html.parser import HTMLParser

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

from core.forms import TranslatedFormField

CHOICES = [("train", "By train"), ("plane", "By plane")]


class Elements(HTMLParser):
    """Every element of a page as (tag, attributes)."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def with_id(self, id_: str) -> list[tuple[str, dict]]:
        return [(tag, attrs) for tag, attrs in self.found if attrs.get("id") == id_]


def draw(form: forms.BaseForm, **context) -> str:
    return Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": form, **context}))


def attributes(html: str, name: str) -> dict:
    [attrs] = [attrs for _tag, attrs in Elements(html).found if attrs.get("name") == name]
    return attrs


def form_of(field: forms.Field, data: dict | None = None, **attrs) -> forms.Form:
    form = type("OneQuestion", (forms.Form,), {"asked": field})(data)
    for name, value in attrs.items():
        setattr(form.fields["asked"], name, value)
    return form


class EveryKind(forms.Form):
    text = forms.CharField(label="What is it called?", max_length=20, help_text="A few words.")
    mail = forms.EmailField(label="What is your e-mail address?")
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    number = forms.IntegerField(label="How many?")
    day = forms.DateField(label="Which day?")
    clock = forms.TimeField(label="At what time?")
    moment = forms.DateTimeField(label="When exactly?")
    long = forms.CharField(label="What about?", widget=forms.Textarea, max_length=50)
    pick = forms.ChoiceField(label="Which?", choices=[("", "Choose"), *CHOICES])
    radio = forms.ChoiceField(label="How?", choices=CHOICES, widget=forms.RadioSelect)
    boxes = forms.MultipleChoiceField(label="What else?", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    agree = forms.BooleanField(label="I agree")
    upload = forms.FileField(label="Which file?")
    words = TranslatedFormField(label="In which words?")


@pytest.mark.parametrize(
    ("name", "kind", "class_"),
    [
        ("text", "text", "govuk-input"),
        ("mail", "email", "govuk-input"),
        ("secret", "password", "govuk-input"),
        ("number", "number", "govuk-input govuk-input--width-10"),
        ("day", "date", "govuk-input govuk-input--width-10"),
        ("clock", "time", "govuk-input govuk-input--width-5"),
        ("moment", "datetime-local", "govuk-input govuk-input--width-20"),
        ("long", None, "govuk-textarea"),
        ("pick", None, "govuk-select"),
        ("agree", "checkbox", "govuk-checkboxes__input"),
        ("upload", "file", "govuk-file-upload"),
    ],
)
def test_each_field_wears_its_gov_uk_class(name, kind, class_):
    attrs = attributes(draw(EveryKind()), name)

    assert (attrs.get("type"), attrs["class"]) == (kind, class_)


@pytest.mark.parametrize("name", ["text", "mail", "secret", "number", "day", "clock", "long", "pick", "upload"])
def test_a_refused_field_has_a_red_border_and_points_to_its_error(name):
    html = draw(EveryKind({}))
    attrs = attributes(html, name)

    assert f"{attrs['class'].split()[0]}--error" in attrs["class"].split()
    assert attrs["aria-invalid"] == "true"
    assert f"id_{name}_error" in attrs["aria-describedby"].split()


def test_whatever_describes_a_field_exists():
    elements = Elements(draw(EveryKind({})))
    pointed = {id_ for _tag, attrs in elements.found for id_ in (attrs.get("aria-describedby") or "").split()}

    assert pointed
    assert [id_ for id_ in sorted(pointed) if len(elements.with_id(id_)) != 1] == []


def test_every_label_belongs_to_one_input():
    elements = Elements(draw(EveryKind()))
    targets = [attrs["for"] for tag, attrs in elements.found if tag == "label"]

    assert targets
    assert [id_ for id_ in targets if len(elements.with_id(id_)) != 1] == []


def test_each_link_of_the_summary_leads_to_an_input():
    form = EveryKind({})
    summary = render_to_string("components/error_summary.html", {"form": form})
    links = re.findall(r'href="#([^"]+)"', summary)
    elements = Elements(draw(form))

    assert len(links) == len(form.errors) == len(form.fields)
    assert {elements.with_id(id_)[0][0] for id_ in links} == {"input", "select", "textarea"}


def test_the_summary_says_what_belongs_to_no_field_without_a_link():
    form = form_of(forms.CharField(label="Name"), {"asked": "x"})
    form.add_error(None, "The visit ends before it begins.")
    summary = render_to_string("components/error_summary.html", {"form": form})

    assert "<li> The visit ends before it begins.</li>" in summary


def test_the_summary_gathers_several_forms_and_skips_those_not_sent():
    sent, unsent = form_of(forms.CharField(label="Name"), {}), form_of(forms.CharField(label="Age"))
    summary = render_to_string("components/error_summary.html", {"forms": [sent, unsent]})

    assert re.findall(r"data-focuses>(.*?)</a>", summary) == ["Name: This field is required."]


def test_no_summary_without_an_error():
    form = form_of(forms.CharField(), {"asked": "x"})

    assert render_to_string("components/error_summary.html", {"form": form}).strip() == ""
    assert render_to_string("components/error_summary.html", {}).strip() == ""


def test_purpose_and_audience_stand_in_the_hint():
    html = draw(form_of(forms.CharField(), purpose="to greet you", audience="the coordinator"))
    hint = re.search(r'id="id_asked_helptext".*?</div>', html, re.DOTALL).group()

    assert "to greet you" in hint
    assert "the coordinator" in hint
    assert attributes(html, "asked")["aria-describedby"] == "id_asked_helptext"


def test_a_group_says_once_why_it_asks():
    form = form_of(forms.CharField())
    form.purpose, form.audience = "to plan your days", "the coordinator"

    assert draw(form).count("to plan your days") == 1


def test_an_optional_field_says_so_and_a_search_does_not():
    form = form_of(forms.CharField(required=False))
    assert "(optional)" in draw(form)

    form.mark_optional = False
    assert "(optional)" not in draw(form)


def test_a_question_that_another_may_answer_is_not_called_optional():
    form = form_of(forms.CharField(required=False), mark_optional=False)

    assert "(optional)" not in draw(form)


def test_the_browser_neither_refuses_nor_cuts_short():
    html = draw(EveryKind())

    assert [attrs for _tag, attrs in Elements(html).found if {"required", "maxlength"} & attrs.keys()] == []


def test_what_was_typed_comes_back_as_it_was():
    typed = {"text": "a <b>", "day": "soon", "clock": "09:30", "long": "x" * 60, "pick": "plane", "radio": "train"}
    html = draw(EveryKind(typed))

    assert "a &lt;b&gt;" in html
    assert attributes(html, "clock")["value"] == "09:30"
    assert "x" * 60 in html
    # A browser's box for days would show nothing for "soon", so it is a plain one.
    assert (attributes(html, "day")["type"], attributes(html, "day")["value"]) == ("text", "soon")
    assert re.search(r'value="plane" selected', html)
    assert re.search(r'value="train" checked|checked[^>]*value="train"', html)


@pytest.mark.parametrize("language", ["en", "cs"])
def test_days_are_written_as_browsers_read_them_in_every_language(language):
    with translation.override(language):
        html = draw(EveryKind({"day": "2026-10-13", "clock": "09:30"}))

    assert attributes(html, "day")["value"] == "2026-10-13"


def test_choices_are_one_group_with_a_legend():
    html = draw(form_of(forms.ChoiceField(label="How?", choices=CHOICES, widget=forms.RadioSelect), inline=True))

    assert html.count('class="govuk-radios govuk-radios--inline"') == 1
    assert re.search(r"<legend[^>]*>How\?</legend>", html)


def test_many_short_choices_stand_in_columns():
    html = draw(form_of(forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect), in_columns=True))

    assert html.count('class="govuk-radios choices--in-columns"') == 1


def test_choices_in_groups_keep_the_names_of_the_groups():
    grouped = [("train", "By train"), ("By air", [("plane", "By plane"), ("kite", "By kite")])]
    html = draw(form_of(forms.MultipleChoiceField(choices=grouped, widget=forms.CheckboxSelectMultiple)))
    [group] = [attrs for _tag, attrs in Elements(html).found if attrs.get("role") == "group"]

    assert group["aria-labelledby"] == "id_asked_group2"
    assert re.search(r'id="id_asked_group2">By air<', html)


def test_a_list_keeps_its_groups():
    html = draw(form_of(forms.ChoiceField(choices=[("By air", [("plane", "By plane")])])))

    assert '<optgroup label="By air">' in html


def test_a_choice_reveals_the_fields_that_belong_to_it():
    class Arrival(forms.Form):
        way = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
        flight = forms.CharField(label="Which flight?")

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["way"].reveals = {"plane": ["flight"]}

    html = draw(Arrival())

    assert html.count('name="flight"') == 1
    assert re.search(r'By plane</label>\s*</div>\s*<div class="govuk-radios__conditional reveal">', html)


def test_a_tick_reveals_the_fields_that_belong_to_it():
    class Interpreting(forms.Form):
        wanted = forms.BooleanField(required=False)
        language = forms.CharField()

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["wanted"].reveals = {"on": ["language"]}

    html = draw(Interpreting())

    assert html.count('name="language"') == 1
    assert html.index("govuk-checkboxes__conditional") < html.index('name="language"')


def test_a_long_text_says_how_much_fits():
    html = draw(form_of(forms.CharField(widget=forms.Textarea, max_length=50)))

    assert 'data-at-most="50"' in html
    assert "Up to 50 characters" in html


class Stored(str):
    url = "/picture/1"


def test_a_stored_file_can_be_seen_and_taken_away():
    form = forms.Form(initial={"asked": Stored("door.jpg")})
    form.fields["asked"] = forms.FileField(label="Picture", required=False)
    html = draw(form)

    assert '<a class="govuk-link" href="/picture/1">door.jpg</a>' in html
    assert attributes(html, "asked-clear")["type"] == "checkbox"


def test_a_text_in_several_languages_has_a_box_for_each():
    words = {"en": "Lunch", "cs": "Oběd", "needs_review": ["cs"]}
    html = draw(form_of(TranslatedFormField(), None, initial=words))

    assert (attributes(html, "asked_en")["value"], attributes(html, "asked_en")["lang"]) == ("Lunch", "en")
    assert (attributes(html, "asked_cs")["value"], attributes(html, "asked_cs")["lang"]) == ("Oběd", "cs")
    assert "checked" in attributes(html, "asked_cs_needs_review")


def test_hidden_fields_are_drawn_without_label():
    html = draw(form_of(forms.CharField(widget=forms.HiddenInput)))

    assert attributes(html, "asked")["type"] == "hidden"
    assert "<label" not in html


def test_a_layout_groups_fields_under_one_question():
    form = form_of(forms.CharField(label="Name"))
    form.helper = FormHelper()
    form.helper.layout = Layout(Fieldset("About you", Div("asked", css_class="row")))
    html = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))

    assert "<form" not in html
    assert re.search(r"<legend[^>]*>About you</legend>\s*<div class=\"row\">", html)
    assert attributes(html, "asked")["class"] == "govuk-input"


def test_one_field_can_be_drawn_by_itself_and_errors_too():
    form = form_of(forms.CharField(label="Name"), {})
    source = "{% load crispy_forms_tags %}{{ form|as_crispy_errors }}{{ form.asked|as_crispy_field }}"
    html = Template(source).render(Context({"form": form}))

    assert 'href="#id_asked"' in html
    assert len(Elements(html).with_id("id_asked")) == 1
