"""Sources, the practices of the catalogue with all their parts, and the glossary."""

from itertools import groupby
from typing import Any

from django.db import models

from accounts.models import User
from portal.demonstration.files import Files, imported_text, permanent_id
from portal.demonstration.importing import IMPORT, Given, Import, Kind, Rows, by_id, one_by_one
from practices import actions
from practices.models import Practice, Source, Term
from practices.parts import PARTS, Part

NAMES = {"offers": "offer", "rules": "rule", "evidence": "evidence", "readings": "reading"}  # all others: "part"
PART_OF_KIND = {"idea": "ideas", "step": "steps", "question": "questions", "milestone": "milestones"}


def take_in_sources(run: Import, files: Files, *, by: User | None) -> None:
    run.take_in(SOURCE, [_source(each) for each in files.sources], by=by)


def take_in(run: Import, files: Files, *, by: User | None) -> None:
    run.take_in(PRACTICE, [_practice(each) for each in files.practices], by=by)
    run.take_in(RELATED, [_related(run, each) for each in files.practices], by=by)
    for key, kind in PART_KINDS.items():
        run.take_in(kind, [part for each in files.practices for part in _parts(run, each, key)], by=by)
    run.take_in(TERM, [_term(each) for each in files.terms], by=by)


def publish(run: Import, files: Files, *, by: User | None) -> None:
    """Every entry and every term that this run has brought; what was here before is published by people."""
    for given in files.practices:
        if run.is_new("practice", given["slug"]):
            actions.publish_practice(practice=run.find("practice", given["slug"]), by=by, via=IMPORT)
    for given in files.terms:
        if run.is_new("term", given["slug"]):
            actions.publish_term(term=run.find("term", given["slug"]), by=by, via=IMPORT)


# --- what the files say --------------------------------------------------------------------------


def _source(given: dict[str, Any]) -> Given:
    values = {name: given.get(name) or "" for name in ("code", "title", "publisher", "url", "published", "kind")}
    return Given(permanent_id("source", given["code"]), values)


def _practice(given: dict[str, Any]) -> Given:
    values = {
        **{name: given[name] for name in ("slug", "kind", "aliases", "provenance")},
        **{name: imported_text(given[name]) for name in ("title", "summary", "how", "question")},
    }
    return Given(permanent_id("practice", given["slug"]), values)


def _related(run: Import, given: dict[str, Any]) -> Given:
    return Given(
        permanent_id("related", given["slug"]),
        {"related": run.find_all("practice", given["related"])},
        whole={"practice": run.find("practice", given["slug"])},
    )


def _parts(run: Import, given: dict[str, Any], key: str) -> list[Given]:
    """The rows of one list of the entry, in their order."""
    practice = run.find("practice", given["slug"])
    values_of = VALUES.get(key, _part)
    rows = given[key] if key in given else [each for each in given["parts"] if PART_OF_KIND[each["kind"]] == key]
    return [
        Given(
            permanent_id(NAMES.get(key, "part"), given["slug"], each["ref"]),
            {"position": place, **values_of(run, each)},
            whole={"practice": practice},
        )
        for place, each in enumerate(rows, 1)
    ]


def _part(_run: Import, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": imported_text(given.get("label")),
        "when": given.get("when") or "",
        "text": imported_text(given["text"]),
        "provenance": given["provenance"],
    }


def _offer(run: Import, given: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: given[name] for name in ("format", "minutes", "group_max", "observation", "provenance")},
        "title": imported_text(given["title"]),
        "text": imported_text(given["text"]),
        "venue": run.find("venue", given["venue"] or ""),
        "hosts": run.find_all("contact", given["hosts"]),
    }


def _rule(_run: Import, given: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: imported_text(given[name]) for name in ("text", "reason", "contact_role")},
        "provenance": given["provenance"],
    }


def _claim(run: Import, given: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": imported_text(given["text"]),
        "status": given["status"],
        "caveat": imported_text(given.get("caveat")),
        "sources": run.find_all("source", given["sources"]),
    }


def _reading(run: Import, given: dict[str, Any]) -> dict[str, Any]:
    values = {name: given[name] for name in ("title", "publisher", "language")}
    return {**values, "source": run.find("source", given["source"])}


VALUES = {"offers": _offer, "rules": _rule, "evidence": _claim, "readings": _reading}


def _term(given: dict[str, Any]) -> Given:
    values = {
        **{name: given[name] for name in ("slug", "area", "equivalence", "confidence", "provenance")},
        "term": imported_text(given["term"]),
        "definition": imported_text(given["definition"]),
        "abbreviation": given.get("abbreviation") or "",
    }
    return Given(permanent_id("term", given["slug"]), values)


# --- how they come in ----------------------------------------------------------------------------


def _edit_practice(row: Practice, by: User | None, **values: Any) -> Practice:
    return actions.edit_practice(practice=row, by=by, via=IMPORT, **values)


def _edit_part(row: models.Model, by: User | None, **values: Any) -> models.Model:
    return actions.edit_part(row=row, by=by, via=IMPORT, **values)


def _edit_term(row: Term, by: User | None, **values: Any) -> Term:
    return actions.edit_term(row=row, by=by, via=IMPORT, **values)


def _edit_source(row: Source, by: User | None, **values: Any) -> Source:
    return actions.edit_source(source=row, by=by, via=IMPORT, **values)


def _look_up_related(givens: list[Given]) -> Rows:
    """The entries that have related ones."""
    rows = {row.pk: row for row in Practice.objects.filter(related__isnull=False).prefetch_related("related")}
    whole = {given.key: given.whole["practice"] for given in givens}
    return {key: rows[practice.pk] for key, practice in whole.items() if practice and practice.pk in rows}


def _relate(givens: list[Given], by: User | None) -> Rows:
    return {given.key: actions.edit_practice(by=by, via=IMPORT, **given.whole, **given.values) for given in givens}


def _look_up_sources(givens: list[Given]) -> Rows:
    known = Source.objects.in_bulk([given.values["code"] for given in givens])
    return {given.key: known[given.values["code"]] for given in givens if given.values["code"] in known}


def _add_sources(givens: list[Given], by: User | None) -> Rows:
    return {given.key: actions.register_source(by=by, via=IMPORT, **given.values) for given in givens}


def _part_kind(part: Part) -> Kind:
    def add_all(givens: list[Given], by: User | None) -> Rows:
        """The rows of one entry under one lock."""
        rows: Rows = {}
        for practice, of_entry in groupby(givens, key=lambda given: given.whole["practice"]):
            values = [{"id": given.key, **given.values} for given in of_entry]
            added = actions.add_parts(practice=practice, part=part.key, rows=values, by=by, via=IMPORT)
            rows |= {row.pk: row for row in added}
        return rows

    sets = [field.name for field in part.model._meta.many_to_many]
    return Kind(NAMES.get(part.key, "part"), by_id(part.model, *sets), add_all, _edit_part)


SOURCE = Kind("source", _look_up_sources, _add_sources, _edit_source)
PRACTICE = Kind("practice", by_id(Practice), one_by_one(actions.create_practice), _edit_practice)
RELATED = Kind("related", _look_up_related, _relate, _edit_practice)
PART_KINDS = {key: _part_kind(part) for key, part in PARTS.items()}
TERM = Kind("term", by_id(Term), one_by_one(actions.create_term), _edit_term)
