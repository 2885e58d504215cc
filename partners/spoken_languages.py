"""The languages that partners speak; many more than the portal's own."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.languages import in_order

# By IETF tag. The context keeps translators from "in Czech", which some languages say differently.
LANGUAGES = {
    "af": pgettext_lazy("name of a language", "Afrikaans"),
    "ar": pgettext_lazy("name of a language", "Arabic"),
    "bg": pgettext_lazy("name of a language", "Bulgarian"),
    "ca": pgettext_lazy("name of a language", "Catalan"),
    "cs": pgettext_lazy("name of a language", "Czech"),
    "cy": pgettext_lazy("name of a language", "Welsh"),
    "da": pgettext_lazy("name of a language", "Danish"),
    "de": pgettext_lazy("name of a language", "German"),
    "el": pgettext_lazy("name of a language", "Greek"),
    "en": pgettext_lazy("name of a language", "English"),
    "es": pgettext_lazy("name of a language", "Spanish"),
    "fa": pgettext_lazy("name of a language", "Persian"),
    "fi": pgettext_lazy("name of a language", "Finnish"),
    "fr": pgettext_lazy("name of a language", "French"),
    "ga": pgettext_lazy("name of a language", "Irish"),
    "hr": pgettext_lazy("name of a language", "Croatian"),
    "hu": pgettext_lazy("name of a language", "Hungarian"),
    "it": pgettext_lazy("name of a language", "Italian"),
    "ja": pgettext_lazy("name of a language", "Japanese"),
    "lt": pgettext_lazy("name of a language", "Lithuanian"),
    "nl": pgettext_lazy("name of a language", "Dutch"),
    "no": pgettext_lazy("name of a language", "Norwegian"),
    "pa": pgettext_lazy("name of a language", "Punjabi"),
    "pl": pgettext_lazy("name of a language", "Polish"),
    "pt": pgettext_lazy("name of a language", "Portuguese"),
    "ro": pgettext_lazy("name of a language", "Romanian"),
    "rom": pgettext_lazy("name of a language", "Romani"),
    "ru": pgettext_lazy("name of a language", "Russian"),
    "si": pgettext_lazy("name of a language", "Sinhala"),
    "sk": pgettext_lazy("name of a language", "Slovak"),
    "sr": pgettext_lazy("name of a language", "Serbian"),
    "sv": pgettext_lazy("name of a language", "Swedish"),
    "ta": pgettext_lazy("name of a language", "Tamil"),
    "tr": pgettext_lazy("name of a language", "Turkish"),
    "uk": pgettext_lazy("name of a language", "Ukrainian"),
    "ur": pgettext_lazy("name of a language", "Urdu"),
    "vi": pgettext_lazy("name of a language", "Vietnamese"),
    "zh": pgettext_lazy("name of a language", "Chinese"),
    "zu": pgettext_lazy("name of a language", "Zulu"),
}


def language_name(code: str) -> str:
    """In the reader's language; a code that we do not know stands for itself."""
    return str(LANGUAGES.get(code, code))


def language_names(codes: Iterable[str]) -> str:
    """ "Czech, English": in the order given."""
    return ", ".join(language_name(code) for code in codes)


def language_choices(likely: Iterable[str] = ()) -> list[tuple[str, str]]:
    """For forms: the likely ones first, in the order given, then the others in the reader's alphabet."""
    names = {code: str(LANGUAGES[code]) for code in likely if code in LANGUAGES}
    others = in_order(LANGUAGES.items(), by=lambda pair: pair[1])
    return list((names | {code: str(name) for code, name in others if code not in names}).items())


class SpokenLanguagesField(forms.MultipleChoiceField):
    """Which languages somebody speaks; many short answers, so they stand in columns."""

    widget = forms.CheckboxSelectMultiple
    in_columns = True

    def __init__(self, **options):
        defaults = {"label": _("Which languages do they speak?"), "required": False, "choices": language_choices}
        super().__init__(**defaults | options)
