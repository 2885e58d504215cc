"""One text in several languages on a form."""

import pytest
from django import forms

from core.forms import ModelForm, TranslatedFormField
from core.translated import Text, text
from partners.models import Contact
from tests import factories


def test_a_language_without_a_box_stays_as_it_was_stored(db):
    class TitleForm(ModelForm):
        class Meta:
            model = Contact
            fields = ["role"]

    contact = factories.create_contact(role=Text({"en": "Manager", "uk": "Керівник", "needs_review": ["uk"]}))
    form = TitleForm({"role_en": "Head", "role_cs": "Vedoucí", "role_cs_needs_review": "on"}, instance=contact)
    form.save()
    contact.refresh_from_db()
    assert contact.role == {"en": "Head", "cs": "Vedoucí", "uk": "Керівник", "needs_review": ["cs", "uk"]}


def test_a_required_text_in_any_language_is_enough():
    field = TranslatedFormField()
    assert field.clean({"en": "", "cs": "Oběd"}) == {"cs": "Oběd"}
    with pytest.raises(forms.ValidationError):
        field.clean({"en": " ", "cs": ""})


def test_a_mark_without_words_is_dropped():
    assert TranslatedFormField().clean({"en": "Lunch", "cs": "", "needs_review": ["cs"]}) == {"en": "Lunch"}


def test_spaces_around_a_text_are_no_change():
    field = TranslatedFormField()
    assert field.has_changed(text("Lunch"), {"en": " Lunch\r\n"}) is False
    assert field.has_changed(text("Lunch"), {"en": "Dinner"}) is True
    assert field.has_changed(text("Lunch"), {"en": "a\x00b"}) is True
