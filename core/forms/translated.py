"""One text in several languages on a form: a box for each."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms.words import LONG_TEXT, SHORT_TEXT, refuse_control_characters
from core.merging import comparable
from core.translated import FIRST_LANGUAGE, REVIEW, Text, as_text


class TranslatedWidget(forms.Widget):
    """One box for each language, and for each a mark that its wording awaits a native speaker."""

    template_name = "opendoors/translated.html"

    def __init__(self, attrs=None, *, long: bool = False):
        super().__init__(attrs)
        self.long = long

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        words = as_text(value)
        identity = context["widget"]["attrs"].get("id", name)
        context["widget"]["long"] = self.long
        context["widget"]["boxes"] = [
            {
                "code": code,
                "language_name": settings.LANGUAGE_NAMES[code],
                "name": f"{name}_{code}",
                "id": identity if code == FIRST_LANGUAGE else f"{identity}_{code}",
                "value": words.get(code, ""),
                "review_name": f"{name}_{code}_{REVIEW}",
                "review_id": f"{identity}_{code}_{REVIEW}",
                "needs_review": code in words.get(REVIEW, []),
                "may_need_review": code != FIRST_LANGUAGE,
            }
            for code, _name in settings.LANGUAGES
        ]
        return context

    def value_from_datadict(self, data, files, name):
        words = {code: data.get(f"{name}_{code}", "") for code, _name in settings.LANGUAGES}
        marks = [code for code in words if data.get(f"{name}_{code}_{REVIEW}")]
        return {**words, REVIEW: marks}

    def value_omitted_from_data(self, data, files, name):
        return all(f"{name}_{code}" not in data for code, _name in settings.LANGUAGES)

    def id_for_label(self, id_):
        return id_


class TranslatedFormField(forms.Field):
    """A Text from its boxes. Languages that the form does not offer stay as they were stored."""

    widget = TranslatedWidget

    def __init__(self, *, long: bool = False, max_length: int | None = None, encoder=None, decoder=None, **kwargs):
        self.long = long
        self.max_length = max_length or (LONG_TEXT if long else SHORT_TEXT)
        kwargs["widget"] = TranslatedWidget(long=long)
        super().__init__(**kwargs)
        self.widget.attrs["maxlength"] = str(self.max_length)

    def prepare_value(self, value):
        return as_text(value)

    def clean(self, value) -> Text:
        words = Text()
        for code, name in settings.LANGUAGES:
            said = str((value or {}).get(code) or "").replace("\r\n", "\n").strip()
            refuse_control_characters(said)
            if len(said) > self.max_length:
                raise ValidationError(
                    _("The text in %(language)s has %(count)s characters; %(most)s fit.")
                    % {"language": name, "count": len(said), "most": self.max_length}
                )
            if said:
                words[code] = said
        marks = [code for code in (value or {}).get(REVIEW, []) if code in words]
        if marks:
            words[REVIEW] = marks
        if self.required and not words:
            raise ValidationError(self.error_messages["required"], code="required")
        return words

    def _clean_bound_field(self, bf):
        return with_unoffered(super()._clean_bound_field(bf), as_text(bf.initial))

    def has_changed(self, initial, data):
        try:
            return comparable(as_text(initial)) != comparable(with_unoffered(self.clean(data), as_text(initial)))
        except ValidationError:
            return True


def with_unoffered(words: Text, stored: Text) -> Text:
    """The typed text with what was stored in languages that the form has no box for."""
    offered = {code for code, _name in settings.LANGUAGES}
    others = {code: stored[code] for code in stored.languages() if code not in offered}
    marks = sorted({*words.get(REVIEW, []), *(code for code in stored.get(REVIEW, []) if code in others)})
    return Text({**words, **others, **({REVIEW: marks} if marks else {})})
