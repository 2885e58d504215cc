"""What administrators look at: the audit log, how the portal is doing, and the timetable."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import audit_words, timetable, vital_signs
from core.access import require
from core.audit import AuditEntry
from core.audit_forms import AuditFilter
from core.names_by_reference import Names, names_of
from core.permissions import can_see_audit, can_see_timetable
from core.published import REFERENCES
from core.translated import as_text

PAGE = 50


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    require(can_see_audit(request.user))
    narrowing = AuditFilter(request.GET or None)
    page = Paginator(narrowing.narrow(AuditEntry.objects.newest_first()), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": lines(page.object_list), "filter": narrowing}
    return render(request, "core/audit.html", context)


@require_safe
def timetable_page(request: HttpRequest) -> HttpResponse:
    require(can_see_timetable(request.user))
    jobs = timetable.overview()
    is_overdue = any(line.is_overdue for line in jobs)
    context = {"signs": vital_signs.all_signs(), "jobs": jobs, "is_overdue": is_overdue}
    return render(request, "core/timetable.html", context)


@dataclass(frozen=True)
class Line:
    """One entry of the log, with everybody in it named."""

    entry: AuditEntry
    what: str
    about: str
    who: str
    facts: str
    fields: str  # which changed; their values stand in the history of the thing itself

    @property
    def has_more(self) -> bool:
        return bool(self.entry.note or self.facts or self.fields)


def lines(entries: list[AuditEntry]) -> list[Line]:
    entries = list(entries)
    names = names_of(
        [entry.facts for entry in entries],
        users=[*(entry.by_user for entry in entries), *subjects(entries, "user")],
        contacts=subjects(entries, "contact"),
        people=subjects(entries, "person"),
    )
    return [line_of(entry, names) for entry in entries]


def subjects(entries: list[AuditEntry], kind: str) -> list[Any]:
    return [entry.subject_id for entry in entries if entry.subject_kind == kind]


def line_of(entry: AuditEntry, names: Names) -> Line:
    return Line(
        entry=entry,
        what=audit_words.sentence_of(entry),
        about=about(entry, names),
        who=names.user(entry.by_user) if entry.by_user else _("the portal itself"),
        facts=", ".join(facts_in_words(entry.facts, names)),
        fields=", ".join(spaced(str(change["field"])) for change in entry.changes),
    )


def facts_in_words(facts: dict[str, Any], names: Names) -> list[str]:
    """A move of a state first, as "from → to"; then the rest by its names."""
    move = [f"{facts['from_status']} → {facts['to_status']}"] if {"from_status", "to_status"} <= facts.keys() else []
    rest = {key: value for key, value in facts.items() if not move or not key.endswith("_status")}
    told = {spaced(key): value_in_words(value, names) for key, value in rest.items()}
    if "fields" in told:
        told["fields"] = spaced(told["fields"])
    return [*move, *(f"{name}: {words}" for name, words in told.items() if words)]


def spaced(words: str) -> str:
    """The name of a field as words: ``ends_at`` is "ends at"."""
    return words.replace("_", " ")


def about(entry: AuditEntry, names: Names) -> str:
    """What it was called then; a person is named as they are called now, or not any more."""
    if entry.subject_kind in REFERENCES:
        return names.get(entry.subject_kind, entry.subject_id)
    return str(as_text(entry.subject_name))


def value_in_words(value: Any, names: Names) -> str:
    if isinstance(value, dict):
        return names.of(value) if value.keys() & set(REFERENCES) else str(as_text(value))
    if isinstance(value, list):
        return ", ".join(value_in_words(each, names) for each in value)
    return str(value)
