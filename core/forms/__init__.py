"""Forms: what all of them do, texts in several languages, and two people on the same page."""

from core.forms.changing import ChangeForm, tell_kept
from core.forms.translated import TranslatedFormField, TranslatedWidget, with_unoffered
from core.forms.words import LONG_TEXT, Explained, Form, ModelForm, refuse_control_characters

__all__ = [
    "LONG_TEXT",
    "ChangeForm",
    "Explained",
    "Form",
    "ModelForm",
    "TranslatedFormField",
    "TranslatedWidget",
    "refuse_control_characters",
    "tell_kept",
    "with_unoffered",
]
