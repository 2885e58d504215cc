"""The languages in which guests read what the portal writes, each in its own words."""

from django.conf import settings

READING_LANGUAGES = [(code, settings.LANGUAGE_NAMES[code]) for code, _name in settings.LANGUAGES]
