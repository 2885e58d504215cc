"""The actions of the catalogue and of pictures; each is set up with what it holds."""

from functools import partial
from typing import Any

from core import pictures
from core.translated import text
from practices import actions as practices
from practices.models import Offer, Practice, Term
from tests import factories
from tests.guards.action import Action
from tests.uploads import drawing, upload

New = partial(Action, make=lambda: None, is_held=False, is_of_a_whole=False)  # nobody can hold what is not there yet
OfAPractice = partial(Action, make=factories.create_practice)
OfATerm = partial(Action, make=factories.create_term)
MINE, THEIRS = text("Mine"), text("Theirs")
AN_OFFER = {"text": text("What you would see."), "format": "briefing", "minutes": 60, "group_max": 12}
A_PRACTICE = {
    "kind": "approach",
    "title": text("New"),
    "summary": text("What it is."),
    "how": text("How it is done."),
    "question": text("What would you try?"),
}


def offer(practice: Practice) -> Offer:
    return factories.create_offer(practice=practice)


def second_offer(practice: Practice) -> Offer:
    factories.create_offer(practice=practice)
    return factories.create_offer(practice=practice, position=1)


def public_term() -> Term:
    term = factories.create_term()
    practices.publish_term(term=term, by=None)
    return term


def offer_to_add(**more: Any) -> dict[str, Any]:
    return {"title": text("New"), "observation": "briefing", **AN_OFFER, **more}


def picture() -> pictures.Picture:
    return pictures.Picture.objects.create(
        name="0" * 32, width=240, height=240, alt=text("A door."), shows_people=False
    )


ACTIONS = [
    New(practices.create_practice, lambda _nothing: {**A_PRACTICE}),
    OfAPractice(practices.edit_practice, lambda made: {"practice": made, "title": MINE}, other={"title": THEIRS}),
    OfAPractice(practices.publish_practice, lambda made: {"practice": made}),
    OfAPractice(practices.withdraw_practice, lambda made: {"practice": made}, make=factories.create_public_practice),
    OfAPractice(practices.add_part, lambda made: {"practice": made, "part": "offers", **offer_to_add()}),
    OfAPractice(
        practices.add_parts,
        lambda made: {"practice": made, "part": "offers", "rows": [offer_to_add(), offer_to_add()]},
        entries=2,  # one for each row
    ),
    OfAPractice(practices.edit_part, lambda made: {"row": offer(made), "title": MINE}, other={"title": THEIRS}),
    OfAPractice(practices.move_part, lambda made: {"row": second_offer(made), "up": True}),
    OfAPractice(practices.remove_part, lambda made: {"row": offer(made)}),
    New(
        practices.create_term,
        lambda _nothing: {"term": text("New"), "area": "council", "definition": text("What it means.")},
    ),
    OfATerm(practices.edit_term, lambda term: {"row": term, "definition": MINE}, other={"definition": THEIRS}),
    OfATerm(practices.publish_term, lambda term: {"term": term}),
    OfATerm(practices.withdraw_term, lambda term: {"term": term}, make=public_term),
    New(
        practices.register_source,
        lambda _nothing: {"code": "S99", "title": "Demo report", "publisher": "Demo press"},
    ),
    Action(
        practices.edit_source,
        lambda source: {"source": source, "title": "Mine"},
        make=factories.create_source,
        other={"title": "Theirs"},
    ),
    New(
        pictures.add_picture,
        lambda _nothing: {"file": upload(drawing(240, 240)), "alt": text("A door."), "shows_people": False},
    ),
    Action(pictures.edit_picture, lambda made: {"picture": made, "alt": MINE}, make=picture, other={"alt": THEIRS}),
]
