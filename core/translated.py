"""Text in several languages: one mechanism for everything that people write and readers see.

A text is stored as one JSON object, a key for each language that has it, and the languages
whose wording nobody has yet read as a native speaker:

    {"en": "Lunch", "cs": "Oběd", "needs_review": ["cs"]}

A published document holds the same objects, so it can be read in every language without the rows.
"""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

REVIEW = "needs_review"
FIRST_LANGUAGE = "en"


class Text(dict):
    """One text in every language that it has. As a string it speaks the reader's language."""

    def language_for(self, language: str | None = None) -> str:
        """The language in which a reader of ``language`` will get this text: theirs, English, or any."""
        wanted = (language or get_language() or FIRST_LANGUAGE).split("-")[0]
        for code in (wanted, FIRST_LANGUAGE, *self.languages()):
            if self.get(code):
                return code
        return wanted

    def in_language(self, language: str | None = None) -> str:
        return self.get(self.language_for(language), "")

    def languages(self) -> list[str]:
        return [code for code in self if code != REVIEW and self[code]]

    def missing_languages(self) -> list[str]:
        return [code for code, _name in settings.LANGUAGES if not self.get(code)]

    def awaits_review(self, language: str | None = None) -> bool:
        """Whether the wording that this reader gets still waits for a native speaker."""
        return self.language_for(language) in self.get(REVIEW, [])

    def __str__(self) -> str:
        return self.in_language()

    def __bool__(self) -> bool:
        return bool(self.languages())

    def __hash__(self) -> int:
        return hash(tuple(sorted((key, str(value)) for key, value in self.items())))


def text(english: str = "", **others: str) -> Text:
    """A text from its wordings: ``text("Lunch", cs="Oběd")``."""
    return Text({code: words for code, words in {FIRST_LANGUAGE: english, **others}.items() if words})


def as_text(value) -> Text:
    """Whatever was stored or typed, as a Text; plain strings count as English."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Mapping):
        return Text(value)
    return text(str(value)) if value else Text()


class TranslatedField(models.JSONField):
    """A column that holds a Text. ``long`` asks for a box of several lines on forms."""

    description = _("text in several languages")

    def __init__(self, *args, long: bool = False, **kwargs):
        self.long = long
        kwargs.setdefault("default", Text)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.long:
            kwargs["long"] = True
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return as_text(super().from_db_value(value, expression, connection))

    def to_python(self, value):
        return as_text(super().to_python(value))

    def get_prep_value(self, value):
        return super().get_prep_value(dict(value) if isinstance(value, Text) else value)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if not self.blank and not value:
            raise ValidationError(_("Write this in at least one language."))

    def formfield(self, **kwargs):
        from core.forms import TranslatedFormField  # forms need models to be ready

        # JSONField would offer a box for raw JSON; this one offers a box for each language.
        return models.Field.formfield(self, **{"form_class": TranslatedFormField, "long": self.long, **kwargs})
