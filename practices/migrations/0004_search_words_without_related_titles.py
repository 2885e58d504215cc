"""The words by which older editions are found no longer hold the titles of related entries.

Documents of format 1 have those titles as their rows stood, drafts among them, and made search words of
them. The documents stay as they are: only the words beside them are made anew, and made from the document
as it was before, the other way. The table's trigger refuses every change, so it rests meanwhile.
"""

import re
import unicodedata

from django.db import migrations

REVIEW = "needs_review"
TRIGGER = "ALTER TABLE practices_practiceedition {} TRIGGER practices_practiceedition_is_frozen"


def texts_in(document):
    if isinstance(document, list):
        for part in document:
            yield from texts_in(part)
    elif isinstance(document, dict) and document and all(key == REVIEW or len(key) == 2 for key in document):
        yield from (wording for code, wording in document.items() if code != REVIEW)
    elif isinstance(document, dict):
        for part in document.values():
            yield from texts_in(part)


def search_words(document):
    said = " ".join([*document["aliases"], *texts_in(document)])
    signs = unicodedata.normalize("NFD", said.casefold())
    plain = "".join(sign for sign in signs if not unicodedata.combining(sign))
    return "".join(f" {word}" for word in dict.fromkeys(re.findall(r"[^\W_]+", plain)))


def write_words(apps, schema_editor, words_of):
    editions = apps.get_model("practices", "PracticeEdition").objects.using(schema_editor.connection.alias)
    schema_editor.execute(TRIGGER.format("DISABLE"))
    for edition in editions.filter(format=1).exclude(body__related=[]).iterator(chunk_size=50):
        editions.filter(pk=edition.pk).update(search_words=words_of(edition.body))
    schema_editor.execute(TRIGGER.format("ENABLE"))


def leave_related_out(apps, schema_editor):
    write_words(apps, schema_editor, lambda body: search_words({**body, "related": []}))


def take_related_in(apps, schema_editor):
    write_words(apps, schema_editor, search_words)


class Migration(migrations.Migration):
    dependencies = [("practices", "0003_never_emptied")]

    operations = [migrations.RunPython(leave_related_out, take_related_in)]
