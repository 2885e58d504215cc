"""What somebody has to do, for their start page: each thing a sentence with the page that settles it."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Invitation, Role, User
from core.outbox.models import Notice
from core.timetable import JobRun
from practices.models import Practice
from visits.booking.models import Visit
from visits.release.models import VisitSummary
from visits.release.summary import summaries_of

MOST_VISITS = 20  # on a start page; the list of visits has them all


@dataclass(frozen=True)
class Task:
    sentence: str
    url: str
    is_urgent: bool = False

    @property
    def icon(self) -> str:
        return "octagon-alert" if self.is_urgent else "clock"


@dataclass
class Section:
    """One section of a start page: a heading and what waits under it."""

    heading: Any
    url: str
    tasks: list[Task] = field(default_factory=list)
    nothing: Any = ""
    detail: Any = ""


def to_do(user: User) -> list[Section]:
    """By role; the number of queries does not grow with the number of visits."""
    sections: list[Section] = []
    if user.has_role(Role.COORDINATOR):
        sections += [*_visits(), _outbox()]
    if user.has_role(Role.EDITOR):
        sections.append(_catalogue())
    if user.has_role(Role.ADMINISTRATOR):
        sections.append(_administration())
    return sections


def _visits() -> list[Section]:
    rows = Visit.objects.open().for_list().order_by(F("starts_on").asc(nulls_last=True), "reference")
    visits = list(rows[:MOST_VISITS])
    summaries = summaries_of(visits)
    return [_visit(visit, summaries[visit.pk]) for visit in visits]


def _visit(visit: Visit, summary: VisitSummary) -> Section:
    def page(name: str) -> str:
        return reverse(f"visits:{name}", args=[visit.reference])

    section = Section(visit.title, visit.get_absolute_url(), detail=visit, nothing=_("Nothing waits here."))
    placeless, hostless = (summary.open_by_kind.get(kind, 0) for kind in ("venue", "host"))
    section.tasks += [
        Task(sentence, url)
        for is_so, sentence, url in [
            (not summary.aims, _("Write down what the guests want to learn."), page("aim-add")),
            (not visit.starts_on, _("Agree the days."), page("edit")),
            (not summary.people, _("Enter the people who come."), page("person-add")),
            (not summary.sessions, _("Begin the programme."), page("programme-offers")),
            (placeless, _sessions_without_venue(placeless), page("programme")),
            (hostless, _sessions_without_host(hostless), page("programme")),
            (summary.undertakings_missing, _undertakings_missing(summary.undertakings_missing), page("people")),
            (summary.not_invited and visit.live_id, _not_invited(summary.not_invited), page("people")),
            (summary.sessions and not visit.live_id, _("Publish the first release."), page("publish")),
            (summary.changed, _changed_since(summary.changed), page("publish")),
        ]
        if is_so
    ]
    return section


def _sessions_without_venue(count: int) -> str:
    return ngettext("%(count)s session has no venue.", "%(count)s sessions have no venue.", count) % {"count": count}


def _sessions_without_host(count: int) -> str:
    return ngettext("%(count)s session has no host.", "%(count)s sessions have no host.", count) % {"count": count}


def _undertakings_missing(count: int) -> str:
    return ngettext("%(count)s undertaking is missing.", "%(count)s undertakings are missing.", count) % {
        "count": count
    }


def _not_invited(count: int) -> str:
    sentence = ngettext("%(count)s person is not invited yet.", "%(count)s people are not invited yet.", count)
    return sentence % {"count": count}


def _changed_since(count: int) -> str:
    sentence = ngettext(
        "The draft differs in %(count)s thing from what guests see. Publish it when it is ready.",
        "The draft differs in %(count)s things from what guests see. Publish it when it is ready.",
        count,
    )
    return sentence % {"count": count}


def _outbox() -> Section:
    failed = Notice.objects.filter(status=Notice.Status.FAILED).count()
    section = Section(_("Outbox"), reverse("core:outbox"), nothing=_("Every message has gone out."))
    if failed:
        sentence = ngettext("%(count)s message did not go out.", "%(count)s messages did not go out.", failed)
        section.tasks.append(Task(sentence % {"count": failed}, section.url, is_urgent=True))
    return section


def _catalogue() -> Section:
    unpublished = Practice.objects.filter(live__isnull=True).count()
    section = Section(_("Catalogue"), reverse("catalogue:list"), nothing=_("Every practice is published."))
    if unpublished:
        sentence = ngettext(
            "%(count)s practice is not published.", "%(count)s practices are not published.", unpublished
        )
        section.tasks.append(Task(sentence % {"count": unpublished}, section.url))
    return section


def _administration() -> Section:
    waiting = Invitation.objects.open().exclude(roles=[]).count()
    broken = JobRun.objects.failed().count()
    section = Section(_("Administration"), reverse("people:list"), nothing=_("Nothing waits here."))
    if waiting:
        sentence = ngettext(
            "%(count)s colleague has not taken up the invitation.",
            "%(count)s colleagues have not taken up the invitation.",
            waiting,
        )
        section.tasks.append(Task(sentence % {"count": waiting}, section.url))
    if broken:
        sentence = ngettext("%(count)s job of the timetable failed.", "%(count)s jobs of the timetable failed.", broken)
        section.tasks.append(Task(sentence % {"count": broken}, reverse("core:timetable"), is_urgent=True))
    return section
