"""Into an empty database: what comes, when, and where it does not."""

import datetime
import io
import os
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.management import CommandError, call_command

from core.audit import AuditEntry
from partners.models import Agreement, City, HouseRule
from portal.demonstration import loading
from portal.demonstration.days import on_working_days, tuesday_of_the_third_week
from portal.demonstration.files import read
from portal.demonstration.models import ImportedRow
from practices.models import Practice
from tests import factories
from visits.booking.models import Visit
from visits.programme.models import Session


def load(*arguments: str) -> str:
    said = io.StringIO()
    call_command("load_demo", *arguments, stdout=said)
    return said.getvalue()


def test_the_command_says_what_it_did(db):
    said = load("--first-day", "2027-03-09")
    brought = ImportedRow.objects.count()
    assert said == f"The demonstration is loaded: {brought} new, 0 renewed; the guests from Brno come on 2027-03-09.\n"
    HouseRule.objects.first().delete()
    Agreement.objects.update(year=2000)
    assert load("--first-day", "2028-03-07") == (
        "The demonstration is loaded: 0 new, 0 renewed; 13 edited since and left so, 1 removed since and left so; "
        "the guests from Brno come on 2027-03-09.\n"
    )


def test_what_stands_in_the_way_is_named_and_nothing_is_loaded(db):
    factories.create_home()
    with pytest.raises(CommandError) as refusal:
        load()
    assert str(refusal.value) == (
        "Nothing was loaded, because something made here stands in the way: Leeds is in the list already."
    )
    assert not ImportedRow.objects.exists()


def test_a_taken_address_stands_in_the_way(db):
    factories.create_user("Edith", email="editor@example.org")
    with pytest.raises(CommandError, match=r"stands in the way: duplicate key value .*email"):
        load()
    assert not ImportedRow.objects.exists()


def test_the_first_day_can_be_chosen(db):
    load("--first-day", "2027-07-06")
    brno = Visit.objects.get(reference="brno-1")
    assert brno.days == [datetime.date(2027, 7, 6), datetime.date(2027, 7, 7)]
    first = brno.sessions.first()
    assert first.starts_at == datetime.datetime(2027, 7, 6, 8, 0, tzinfo=datetime.UTC)  # nine o'clock in Leeds


def test_a_first_day_that_is_no_day_is_refused(db):
    with pytest.raises(CommandError, match="2027-02-30 is not a day; write it like 2027-03-09"):
        load("--first-day", "2027-02-30")
    assert loading.is_empty()


@pytest.mark.parametrize("today", range(16, 23))  # the 16th of November 2026 is a Monday
def test_brno_comes_on_the_tuesday_of_the_third_week(today):
    assert tuesday_of_the_third_week(datetime.date(2026, 11, today)) == datetime.date(2026, 12, 8)


@pytest.mark.parametrize(
    ("day", "length", "begins"),
    [(13, 5, 16), (16, 5, 16), (17, 5, 23), (19, 2, 19), (20, 2, 23), (20, 1, 20), (21, 3, 23), (22, 3, 23)],
)
def test_the_other_visits_have_no_weekend_in_them(day, length, begins):
    november = datetime.date(2026, 11, 1)
    assert on_working_days(november.replace(day=day), length=length) == november.replace(day=begins)


def test_visits_come_on_working_days(db):
    load()
    days = {day.weekday() for visit in Visit.objects.all() for day in visit.days}
    assert max(days) <= 4
    assert all(session.day in session.visit.days for session in Session.objects.select_related("visit"))


def test_without_a_demonstration_it_is_refused(db, settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="This is not a demonstration"):
        load()
    assert loading.is_empty()


def test_the_refusal_is_one_sentence_and_a_fault(db):
    environment = {
        **os.environ,
        "DEMONSTRATION": "0",
        "SECRET_KEY": "made by nobody for these tests alone, and long enough",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "load_demo"],
        cwd=project.BASE_DIR, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "CommandError: This is not a demonstration: its people and visits are made up, so they come only into a "
        "database that is served with DEMONSTRATION=1.\n"
    )


@pytest.mark.parametrize("begin", [factories.create_visit, factories.create_practice])
def test_beside_somebody_elses_work_it_is_refused(db, begin):
    begin()
    with pytest.raises(CommandError, match="that no demonstration has brought"):
        load()
    assert not ImportedRow.objects.exists()


@pytest.mark.parametrize("begin", [factories.create_visit, factories.create_practice])
def test_if_empty_does_nothing_once_somebody_has_begun(db, begin):
    begin()
    assert load("--if-empty") == ""
    assert not ImportedRow.objects.exists()


def test_if_empty_loads_into_an_empty_database(db):
    load("--if-empty")
    assert Practice.objects.count() == 14
    assert load("--if-empty") == ""


def test_a_fault_in_the_files_leaves_nothing_behind(db):
    files = read()
    files.visits[-1]["status"] = "invented"
    with pytest.raises(ValueError, match="invented"):
        loading.load(files=files)
    ours = ["core", "accounts", "partners", "practices", "visits", "portal"]
    assert [model for app in ours for model in apps.get_app_config(app).get_models() if model.objects.exists()] == []


def test_nothing_is_said_to_be_done_on_a_page(db):
    load()
    assert set(AuditEntry.objects.values_list("via", flat=True)) == {"import"}
    assert City.objects.filter(live__isnull=True).get().status == "home"
