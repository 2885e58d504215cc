"""The languages that guests speak and write, for forms and pages: each in its own words."""

from django.conf import settings

WORDS_LANGUAGES = [
    ("en", "English"),
    ("cs", "Čeština"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("uk", "Українська"),
    ("zh", "中文"),
    ("zu", "isiZulu"),
    ("af", "Afrikaans"),
    ("si", "සිංහල"),
    ("ta", "தமிழ்"),
]
NAMES = dict(WORDS_LANGUAGES)
READING_LANGUAGES = [(code, settings.LANGUAGE_NAMES[code]) for code, _name in settings.LANGUAGES]


def language_names(codes: list[str]) -> str:
    """"Čeština, English": the languages by their own names."""
    return ", ".join(NAMES.get(code, code) for code in codes)
