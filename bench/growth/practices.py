"""Practices with two editions each: some through the actions, the rest copies of the demonstration's."""

from collections.abc import Iterator
from itertools import cycle, islice

from django.db import models
from django.utils import timezone

from accounts.models import User
from bench.growth import Sizes
from bench.growth.rows import copy_of, save
from core.published import as_stored, digest
from core.translated import Text, text
from practices import actions, editions
from practices.models import Practice, PracticeEdition

AT_ONCE = 250


def fill(sizes: Sizes) -> None:
    real = list(Practice.objects.published().with_parts())
    _by_actions(sizes.practices_by_actions, real)
    missing = sizes.practices - Practice.objects.count()
    for first in range(0, missing, AT_ONCE):
        _in_bulk(islice(cycle(real), first, min(first + AT_ONCE, missing)), first)


# --- through the actions -------------------------------------------------------------------------


def _by_actions(count: int, real: list[Practice]) -> None:
    editor = User.objects.with_role("editor").first()
    for number, model in enumerate(islice(cycle(real), count)):
        practice = actions.create_practice(
            title=_numbered(model.title, f"A{number}"), kind=model.kind, summary=text("To be written."), how=model.how,
            question=model.question, by=editor,
        )  # fmt: skip
        words = ("title", "text", "format", "minutes", "group_max", "observation")
        offers = [{name: getattr(offer, name) for name in words} for offer in model.offers.all()]
        actions.add_parts(practice=practice, part="offers", rows=offers, by=editor)
        actions.publish_practice(practice=practice, by=editor)
        practice = actions.edit_practice(practice=practice, summary=model.summary, by=editor)
        actions.publish_practice(practice=practice, by=editor)


# --- in bulk -------------------------------------------------------------------------------------


def _in_bulk(models_of_copies: Iterator[Practice], first: int) -> None:
    pairs = [
        (
            model,
            copy_of(
                model,
                slug=f"growth-{number}",
                title=_numbered(model.title, f"B{number}"),
                live_id=None,
                picture_id=None,
            ),
        )
        for number, model in enumerate(models_of_copies, first)
    ]
    save(copy for _model, copy in pairs)
    for related in ("parts", "offers", "rules", "evidence", "readings"):
        _copy_parts(pairs, related)
    _publish(Practice.objects.with_parts().filter(pk__in=[copy.pk for _model, copy in pairs]))


def _copy_parts(pairs: list[tuple[Practice, Practice]], related: str) -> None:
    rows = [(row, copy_of(row, practice_id=copy.pk)) for model, copy in pairs for row in getattr(model, related).all()]
    save(copy for _row, copy in rows)
    for many in rows[0][0]._meta.many_to_many if rows else ():
        _copy_links(rows, many)


def _copy_links(rows: list[tuple[models.Model, models.Model]], many: models.ManyToManyField) -> None:
    mine, other = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"
    through = many.remote_field.through
    save(through(**{mine: copy.pk, other: each.pk}) for row, copy in rows for each in getattr(row, many.name).all())


def _publish(practices: models.QuerySet) -> None:
    """A first edition without the question, and the one that is live: all that the rows say."""
    documents = [(practice, as_stored(editions.write(practice))) for practice in practices]
    found = []
    for practice, document in documents:
        search_words = editions.words_of_practice(document)
        for number, body in enumerate(({**document, "question": {}}, document), 1):
            found.append(_edition(practice, number, body, search_words))
        practice.live = found[-1]
    save(found)
    Practice.objects.bulk_update([practice for practice, _document in documents], ["live"])


def _edition(practice: Practice, number: int, body: dict, search_words: str) -> PracticeEdition:
    return PracticeEdition(
        subject=practice, number=number, format=PracticeEdition.FORMAT, body=body, digest=digest(body),
        search_words=search_words, published_at=timezone.now(),
    )  # fmt: skip


def _numbered(title: Text, number: str) -> Text:
    return Text({code: f"{title[code]} {number}" for code in title.languages()})
