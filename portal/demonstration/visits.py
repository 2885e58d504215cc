"""The visits: their aims, people and programmes, played through their states to where the files want them.

A visit comes in once and whole. From then on it is worked on, so later runs leave it alone.
"""

import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import Invitation, User
from core import audit
from portal.demonstration.days import ONE_DAY, on_working_days, tuesday_of_the_third_week
from portal.demonstration.files import Files, imported_text, permanent_id
from portal.demonstration.importing import IMPORT, Given, Import, Kind, by_id, one_by_one
from visits.booking import actions as booking
from visits.booking.models import Aim, Visit
from visits.delegation import actions as delegation
from visits.delegation.models import Group, Person
from visits.programme import actions as programme
from visits.programme.clock import moment
from visits.programme.models import Session
from visits.release import summary
from visits.release.actions import publish_release

CHOSEN = "brno"  # the visit whose first day can be chosen
WAY_THROUGH = [Visit.Status.PLANNING, Visit.Status.CONFIRMED, Visit.Status.FINISHED]  # from scoping, where all begin


def take_in(run: Import, files: Files, *, first_day: datetime.date | None) -> None:
    with summary.written_at_the_end():
        _take_in_visits(run, files, first_day)


def _take_in_visits(run: Import, files: Files, first_day: datetime.date | None) -> None:
    for given in files.visits:
        coordinator = run.find("account", given["lead_coordinator"])
        run.take_in(VISIT, [_visit(run, given, first_day)], by=coordinator)
        if run.is_new("visit", given["ref"]):
            visit = run.find("visit", given["ref"])
            Parts(run, visit, given, coordinator).take_in()
            play(visit, given, by=coordinator)


def play(visit: Visit, given: dict[str, Any], *, by: User | None) -> None:
    """Move it along its life, and publish the programme in those states in which the files have it published."""
    for status in WAY_THROUGH[: WAY_THROUGH.index(Visit.Status(given["status"])) + 1]:
        visit = booking.move_visit(visit=visit, to=status, by=by, via=IMPORT)
        if status in given["releases"]:
            publish_release(visit=visit, by=by, via=IMPORT)


def first_day_of(given: dict[str, Any], chosen: datetime.date | None, today: datetime.date) -> datetime.date:
    """A number in the files counts days from today."""
    if given["ref"] == CHOSEN:
        return chosen or tuesday_of_the_third_week(today)
    return on_working_days(today + given["first_day"] * ONE_DAY, length=given["days"])


def _visit(run: Import, given: dict[str, Any], chosen: datetime.date | None) -> Given:
    starts_on = first_day_of(given, chosen, timezone.localdate())
    facts = [{"text": imported_text(each["text"]), "sources": each["provenance"]} for each in given["facts"]]
    values = {
        "title": imported_text(given["title"]),
        "starts_on": starts_on,
        "ends_on": starts_on + (given["days"] - 1) * ONE_DAY,
        "purpose": given["purpose"],
        "staff_note": given["staff_note"],
        "provenance": {"facts": facts},
    }
    return Given(permanent_id("visit", given["ref"]), once=values, whole={"city": run.find("city", given["city"])})


VISIT = Kind("visit", by_id(Visit), one_by_one(booking.record_visit))


class Parts:
    """The aims, groups, people and sessions of one visit, by the names that the files give them."""

    def __init__(self, run: Import, visit: Visit, given: dict[str, Any], by: User | None) -> None:
        self.run, self.visit, self.given = run, visit, given
        self.signed = {"by": by, "via": IMPORT}
        self.aims: dict[str, Aim] = {}
        self.groups: dict[str, Group] = {}
        self.people: dict[str, Person] = {}

    def take_in(self) -> None:
        for place, aim in enumerate(self.given["aims"]):
            self.aims[aim["ref"]] = self._aim(aim, place)
        for group in self.given["groups"]:
            self.groups[group["ref"]] = self._group(group)
        for place, person in enumerate(self.given["people"]):
            self.people[person["ref"]] = self._person(person, place)
        for session in self.given["sessions"]:
            self._session(session)

    def _id(self, kind: str, given: dict[str, Any]):
        return permanent_id(kind, self.given["ref"], given["ref"])

    def _day(self, number: int) -> datetime.date:
        """The days of a visit are numbered from 1."""
        return self.visit.starts_on + (number - 1) * ONE_DAY

    def _aim(self, given: dict[str, Any], place: int) -> Aim:
        return booking.add_aim(
            id=self._id("aim", given),
            visit=self.visit,
            position=place,
            words=given["words"],
            words_language=given["words_language"],
            short=imported_text(given["short"]),
            **self.signed,
        )

    def _group(self, given: dict[str, Any]) -> Group:
        return delegation.add_group(
            id=self._id("group", given), visit=self.visit, name=imported_text(given["name"]), **self.signed
        )

    # --- people ---------------------------------------------------------------------------------

    def _person(self, given: dict[str, Any], place: int) -> Person:
        as_they_are = ("name", "email", "part", "organisation", "language", "languages", "english")
        person = delegation.add_person(
            id=self._id("person", given),
            visit=self.visit,
            position=place,
            profession=imported_text(given["profession"]),
            days=self._days(given["days"]),
            group=self.groups.get(given["group"]),
            invitation=self._accepted_invitation(given),
            access_ends_on=self.visit.ends_on + given["ends_in_days"] * ONE_DAY if "ends_in_days" in given else None,
            **{name: given[name] for name in as_they_are},
            **self.signed,
        )
        if "needs" in given:
            delegation.write_needs(person=person, **given["needs"], **self.signed)
        if "undertaking" in given:
            self._undertaking(person, given["undertaking"])
        return person

    def _days(self, numbers: list[int]) -> list[datetime.date]:
        """Whoever is there on every day needs no list of them."""
        return [] if len(numbers) == self.given["days"] else [self._day(number) for number in numbers]

    def _accepted_invitation(self, given: dict[str, Any]) -> Invitation | None:
        user = self.run.find("account", given["account"] or "")
        if user is None:
            return None
        now = timezone.now()
        invitation = Invitation.objects.create(
            id=self._id("invitation", given),
            user=user,
            invited_by=self.signed["by"],
            sent_count=1,
            opened_at=now,
            accepted_at=now,
            expires_at=now + settings.INVITATION_LASTS_DAYS * ONE_DAY,
        )
        audit.record("invitation.accepted", invitation, by=user, via=IMPORT, whole=user)
        return invitation

    def _undertaking(self, person: Person, given: dict[str, Any]) -> None:
        received_on = self.visit.starts_on - given["days_before"] * ONE_DAY
        delegation.record_undertaking(
            person=person,
            version=given["version"],
            language=given["language"],
            received_on=min(received_on, timezone.localdate()),
            **self.signed,
        )

    # --- the programme --------------------------------------------------------------------------

    def _session(self, given: dict[str, Any]) -> Session:
        return programme.add_session(
            id=self._id("session", given),
            visit=self.visit,
            starts_at=self._moment(given, "start"),
            ends_at=self._moment(given, "end"),
            **self._where(given),
            **self._with_whom(given),
            **self._about_what(given),
            **self.signed,
        )

    def _moment(self, given: dict[str, Any], end: str) -> datetime.datetime:
        return moment(self._day(given["day"]), datetime.time.fromisoformat(given[end]))

    def _where(self, given: dict[str, Any]) -> dict[str, Any]:
        venue = given.get("venue") or ""
        return {
            "venue": self.run.find("venue", venue),
            "space": self.run.find("space", venue, given.get("space") or ""),
            "to_venue": self.run.find("venue", given.get("to_venue") or ""),
            "mode": imported_text(given.get("mode")),
        }

    def _with_whom(self, given: dict[str, Any]) -> dict[str, Any]:
        lead = given.get("lead") or ""
        return {
            "led_by": given["led_by"],
            "hosts": self.run.find_all("contact", given.get("hosts")),
            "lead_staff": self.run.find("account", lead) if given["led_by"] == Session.LedBy.STAFF else None,
            "lead_person": self.people.get(lead),
            "group": self.groups.get(given.get("group")),
            "interpreting": given["interpreting"],
            "capacity": given.get("capacity"),
        }

    def _about_what(self, given: dict[str, Any]) -> dict[str, Any]:
        texts = ("title", "about", "fallback", "guest_note", "content_note")
        return {
            "kind": given["kind"],
            "practice": self.run.find("practice", given.get("practice") or ""),
            "further_practices": self.run.find_all("practice", given.get("further_practices")),
            "offer": self.run.find("offer", *(given.get("offer") or "").split("/")),
            "aims": [self.aims[ref] for ref in given.get("aims", [])],
            "staff_note": given.get("staff_note", ""),
            "provenance": given["provenance"],
            **{name: imported_text(given.get(name)) for name in texts},
        }
