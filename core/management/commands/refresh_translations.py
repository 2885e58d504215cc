import difflib

import polib
from django.conf import settings
from django.core.management.base import BaseCommand

from core.translatable import Message, catalogue_path, everything

PLURALS = {"cs": "nplurals=3; plural=(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2;"}


class Command(BaseCommand):
    help = "Writes the texts of the code into the translators' files: new ones empty, those that are gone left out."

    def handle(self, **options):
        found = everything()
        for language, _name in settings.LANGUAGES:
            if language != settings.LANGUAGE_CODE:
                self.refresh(language, found)

    def refresh(self, language: str, found: dict[Message, set[str]]) -> None:
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        before = polib.pofile(str(path)) if path.exists() else polib.POFile()
        after = refreshed(before, found, language)
        after.save(str(path))
        open_entries = [entry for entry in after if not entry.translated()]
        self.stdout.write(f"{language}: {len(after)} texts, {len(open_entries)} to translate or to look at.")


def refreshed(before: polib.POFile, found: dict[Message, set[str]], language: str) -> polib.POFile:
    known = {message_of(entry): entry for entry in before if not entry.obsolete}
    gone = {message.text: entry for message, entry in known.items() if message not in found and entry.msgstr}
    after = polib.POFile(wrapwidth=110)
    after.metadata = {
        "Project-Id-Version": "Open Doors",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for message in sorted(found):
        entry = known.get(message) or new_entry(message, gone, language)
        entry.occurrences = [(file, "") for file in sorted(found[message])]
        entry.flags = [flag for flag in entry.flags if flag == "fuzzy"] + (
            ["python-format"] if "%(" in message.text else []
        )
        after.append(entry)
    return after


def message_of(entry: polib.POEntry) -> Message:
    return Message(entry.msgid, entry.msgid_plural or "", entry.msgctxt or "")


def new_entry(message: Message, gone: dict[str, polib.POEntry], language: str) -> polib.POEntry:
    """Empty, or with the translation of a text that was almost the same, marked to be looked at."""
    entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
    if message.plural:
        entry.msgid_plural = message.plural
        entry.msgstr_plural = dict.fromkeys(range(forms_of(language)), "")
    elif near := difflib.get_close_matches(message.text, gone, n=1, cutoff=0.8):
        entry.msgstr = gone[near[0]].msgstr
        entry.flags.append("fuzzy")
    return entry


def forms_of(language: str) -> int:
    return int(PLURALS[language].partition("nplurals=")[2].partition(";")[0])
