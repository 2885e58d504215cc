"""What every form of the portal does: it speaks plainly, explains itself and refuses what cannot be shown."""

import datetime
import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.access import Refusal

LONG_TEXT = 4000  # characters in a box of several lines
SHORT_TEXT = 200
FIRST_YEAR, LAST_YEAR = 1900, 2100  # beyond them a date is a slip of the finger
DASHES = BLANK_CHOICE_DASH[0][1]
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # category Cc but for \t \n \r
LARGEST_NUMBER = 2_147_483_647  # what a column of whole numbers holds


def refuse_control_characters(value: str) -> None:
    """Characters that no keyboard writes and no page can show; line breaks and tabs are fine."""
    if CONTROL_CHARACTERS.search(value):
        raise ValidationError(_("Take out the characters that cannot be shown, for example by typing the text again."))


def refuse_strange_years(value: datetime.date) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(
            _("Write a year between %(first)s and %(last)s."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )


# In place of Django's own words, where a form has none: what to do, and how it looks when it is right.
TOO_LONG = ngettext_lazy(
    "This has %(show_value)d characters; %(limit_value)d character fits.",
    "This has %(show_value)d characters; %(limit_value)d characters fit.",
    "limit_value",
)
NOT_OFFERED = _("Choose one of the answers that stand here; what you chose is not among them any more.")
PLAIN_WORDS = (
    (forms.Field, "required", _("Answer this question.")),
    (forms.DateField, "invalid", _("Write a day that the calendar has, with day, month and year.")),
    (forms.TimeField, "invalid", _("Write hours and minutes, for example 09:30.")),
    (forms.IntegerField, "invalid", _("Write a whole number.")),
    (forms.EmailField, "invalid", _("Write the whole e-mail address, for example name@example.org.")),
    (forms.Field, "max_length", TOO_LONG),
    (forms.Field, "min_value", _("Write a number of %(limit_value)s or more.")),
    (forms.Field, "max_value", _("Write a number of %(limit_value)s or less.")),
    (forms.ChoiceField, "invalid_choice", NOT_OFFERED),
    (forms.ModelChoiceField, "invalid_choice", NOT_OFFERED),
    (forms.URLField, "invalid", _("Write the whole web address, for example https://example.org/.")),
)


def speak_plainly(field: forms.Field) -> None:
    for kind, code, words in PLAIN_WORDS:
        if isinstance(field, kind) and field.error_messages.get(code) == kind.default_error_messages.get(code):
            field.error_messages[code] = words


def name_nothing(field: forms.Field) -> None:
    """The empty line of a list says what it means."""
    words = _("Choose one") if field.required else _("none")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = words
    elif isinstance(field, forms.TypedChoiceField):
        choices = list(field.choices)
        if choices[:1] == [("", DASHES)]:
            field.choices = [("", words), *choices[1:]]


class Explained:
    """Every text field has a length and plain characters; ``explain`` says why a field is asked and who sees it."""

    # {"field": (why it is asked, who sees the answer)}; on public, guest and host forms for every field.
    explain: dict[str, tuple[Any, Any]] = {}

    def settle_fields(self) -> None:
        for name, field in self.fields.items():
            speak_plainly(field)
            name_nothing(field)
            if isinstance(field, forms.CharField) and not isinstance(field, forms.JSONField):
                field.validators.append(refuse_control_characters)
                if field.max_length is None:
                    limit_length(field)
            elif isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(refuse_strange_years)
            elif type(field) is forms.IntegerField and field.max_value is None:
                field.validators.append(MaxValueValidator(LARGEST_NUMBER))
            field.purpose, field.audience = self.explain.get(name, ("", ""))

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        return self.cleaned_data

    def save_by(self, action: Callable[..., Any], **which: Any) -> bool:
        """Hand what was typed to the action, whose answer is ``saved`` then.

        False where something is wrong with it or the action refuses; the form tells what.
        """
        if not self.is_valid():
            return False
        try:
            self.saved = self.hand_to(action, **which)
        except Refusal as refusal:
            self.tell_refusal(refusal)
        return not self.errors

    def tell_refusal(self, refusal: Refusal) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)

    def hand_to(self, action: Callable[..., Any], **which: Any) -> Any:
        return action(**which, **self.values)


def limit_length(field: forms.CharField) -> None:
    is_long = isinstance(field.widget, forms.Textarea)
    field.max_length = LONG_TEXT if is_long else SHORT_TEXT
    field.widget.attrs.setdefault("maxlength", str(field.max_length))
    field.validators.append(MaxLengthValidator(field.max_length))


class Form(Explained, forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.settle_fields()


class ModelForm(Explained, forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.settle_fields()
