"""Into a database that has it already: nothing doubles, and what people did meanwhile stays."""

import copy

import pytest
from django.apps import apps

from core.audit import AuditEntry
from core.translated import text
from partners import actions as partners
from partners.models import Agreement, City, Contact, HouseRule, Organisation, Space, TravelTime, Venue
from portal.demonstration import loading
from portal.demonstration.files import permanent_id, read
from portal.demonstration.models import ImportedRow
from practices import actions as practices
from practices.models import Evidence, Offer, Practice, PracticePart, Reading, Rule, Source, Term
from tests.factories import create_user
from tests.portal.conftest import TUESDAY
from visits.programme import actions as programme
from visits.programme.models import Session

FILES = read()
CHANGED = {"en": "Changed.", "cs": "Změněno."}


@pytest.fixture
def files():
    """What the files say, for a test to change."""
    return copy.deepcopy(FILES)


def everything() -> dict[str, list[str]]:
    """Every row of ours with every column, and every set."""
    ours = ["core", "accounts", "partners", "practices", "visits", "portal"]
    models = [model for app in ours for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    return {model._meta.label: sorted(map(str, model._base_manager.values_list())) for model in models}


# --- nothing doubles -----------------------------------------------------------------------------


def test_twice_is_the_same(demonstration, files):
    before = everything()
    run = loading.load(files=files)
    assert everything() == before
    assert (run.new, run.renewed, run.left.total()) == ({}, {}, 0)


def test_another_first_day_leaves_a_visit_that_is_there(demonstration, files):
    before = everything()
    loading.load(files=files, first_day=TUESDAY.replace(year=2028))
    assert everything() == before


def test_something_new_in_the_files_comes_in_and_is_published(demonstration, files, brought):
    files.terms.append({**files.terms[0], "slug": "one-more"})
    files.practices[0]["rules"].append({**files.practices[0]["rules"][0], "ref": "one-more"})
    run = loading.load(files=files)
    assert sorted(row.kind for row in run.new.values()) == ["rule", "term"]
    assert brought(Term, "term", "one-more").live.number == 1
    assert brought(Rule, "rule", "restorative-practice", "one-more").practice.live.number == 1


# --- what nobody has touched is renewed ----------------------------------------------------------

RP = "restorative-practice"


def inside(files, collection: str, *path: str):
    """The part of the files with these names: ``inside(files, "practices", RP, "rules", "passing-allowed")``."""
    rows = files.places[collection] if collection in files.places else getattr(files, collection)
    for name in path:
        rows = rows[name] if isinstance(rows, dict) else one(rows, name)
    return rows


def one(rows: list[dict], name: str) -> dict:
    return next(row for row in rows if name in {row.get("slug"), row.get("ref"), row.get("code")})


# What is renewed: the row, by its model and its permanent name; the field; its new value; where the files have it.
RENEWED = [
    (City, "city brno", "summary", CHANGED, "cities brno"),
    (Agreement, "agreement brno memorandum-2003", "year", 2004, "cities brno agreements memorandum-2003"),
    (Organisation, "organisation fdac-specialist-team", "about", CHANGED, "organisations fdac-specialist-team"),
    (Venue, "venue civic-hall", "entrance", CHANGED, "venues civic-hall"),
    (Space, "space civic-hall committee-room", "capacity", 7, "venues civic-hall spaces committee-room"),
    (HouseRule, "house-rule merrion-house badge", "reason", CHANGED, "venues merrion-house house_rules badge"),
    (Contact, "contact host-rp-trainer", "role", CHANGED, "contacts host-rp-trainer"),
    (Practice, f"practice {RP}", "question", CHANGED, f"practices {RP}"),
    (PracticePart, f"part {RP} with-people", "text", CHANGED, f"practices {RP} parts with-people"),
    (Offer, f"offer {RP} circle-workshop", "minutes", 25, f"practices {RP} offers circle-workshop"),
    (Rule, f"rule {RP} passing-allowed", "reason", CHANGED, f"practices {RP} rules passing-allowed"),
    (Evidence, f"evidence {RP} ofsted-2015", "caveat", CHANGED, f"practices {RP} evidence ofsted-2015"),
    (Reading, f"reading {RP} overview", "title", "Changed.", f"practices {RP} readings overview"),
    (Term, "term dcs", "definition", CHANGED, "terms dcs"),
]


@pytest.mark.parametrize(("model", "name", "field", "value", "path"), RENEWED)
def test_what_changed_in_the_files_is_renewed(demonstration, files, brought, model, name, field, value, path):
    inside(files, *path.split())[field] = value
    run = loading.load(files=files)
    assert list(run.renewed) == [permanent_id(*name.split())]
    expected = {**CHANGED, "needs_review": ["cs"]} if value is CHANGED else value
    assert getattr(brought(model, *name.split()), field) == expected
    loading.load(files=FILES)  # it stays a thing of the files, and follows them back
    assert getattr(brought(model, *name.split()), field) != expected


def test_a_source_is_renewed(demonstration, files):
    inside(files, "sources", "S01")["title"] = "Changed."
    loading.load(files=files)
    assert Source.objects.get(code="S01").title == "Changed."


def test_a_way_is_renewed(demonstration, files, brought):
    files.places["travel"][0]["plan_minutes"] = 55
    loading.load(files=files)
    ends = {brought(Venue, "venue", slug) for slug in ("merrion-house", "civic-hall")}
    travel_time = TravelTime.objects.get(origin__in=ends, destination__in=ends)
    assert (travel_time.plan_minutes, TravelTime.objects.count()) == (55, len(files.places["travel"]))


def test_sets_are_renewed(demonstration, files, brought):
    inside(files, "practices", RP)["related"] = ["futures"]
    inside(files, "practices", RP, "offers", "circle-workshop")["hosts"] = ["host-futures-manager"]
    inside(files, "practices", RP, "evidence", "ofsted-2015")["sources"] = ["S01"]
    loading.load(files=files)
    hosts = brought(Offer, "offer", RP, "circle-workshop").hosts
    assert hosts.get() == brought(Contact, "contact", "host-futures-manager")
    assert brought(Practice, "practice", RP).related.get().slug == "futures"
    assert brought(Evidence, "evidence", RP, "ofsted-2015").sources.get().code == "S01"


def test_a_renewal_stands_in_the_log_as_an_import(demonstration, files):
    inside(files, "practices", RP)["how"]["en"] = "Changed."
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    loading.load(files=files)
    entry = AuditEntry.objects.exclude(pk__in=before).get()
    assert (entry.verb, entry.subject_id, entry.via) == ("practice.edited", permanent_id("practice", RP), "import")
    assert [(change["field"], change["after"]["en"]) for change in entry.changes] == [("how", "Changed.")]


def test_a_renewal_waits_for_a_person_to_publish_it(demonstration, files, brought):
    inside(files, "practices", RP)["how"]["en"] = "Changed."
    loading.load(files=files)
    live = brought(Practice, "practice", RP).live
    assert live.number == 1
    assert live.body["how"]["en"] != "Changed."


# --- what somebody has edited stays --------------------------------------------------------------


def test_an_edited_text_stays_and_the_others_are_renewed(demonstration, files, brought):
    alice = create_user("Alice")
    practice = brought(Practice, "practice", RP)
    practices.edit_practice(practice=practice, by=alice, title=text("Our own title"))
    inside(files, "practices", RP).update(title=CHANGED, how=CHANGED)
    for _time in range(2):
        run = loading.load(files=files)
        practice.refresh_from_db()
        assert (practice.title, str(practice.how)) == (text("Our own title"), "Changed.")
        assert run.left["edited"] == 1


def test_a_text_that_a_native_speaker_has_read_keeps_its_mark_off(demonstration, files, brought):
    term = brought(Term, "term", "dcs")
    read_through = {language: words for language, words in term.term.items() if language != "needs_review"}
    practices.edit_term(row=term, by=create_user("Alice"), term=text(read_through.pop("en"), **read_through))
    loading.load(files=files)
    term.refresh_from_db()
    assert not term.term.awaits_review("cs")


def test_what_an_editor_publishes_stays_published(demonstration, files, brought):
    practice = brought(Practice, "practice", RP)
    practices.edit_practice(practice=practice, by=None, title=text("Our own title"))
    practices.publish_practice(practice=practice, by=None)
    loading.load(files=files)
    practice.refresh_from_db()
    assert (practice.live.number, practice.live.body["title"]) == (2, {"en": "Our own title"})


def test_an_unpublished_edit_stays_unpublished(demonstration, files, brought):
    practice = brought(Practice, "practice", RP)
    practices.edit_practice(practice=practice, by=None, title=text("Our own title"))
    loading.load(files=files)
    practice.refresh_from_db()
    assert practice.live.number == 1


def test_parts_in_another_order_stay_so(demonstration, files, brought):
    second = brought(PracticePart, "part", RP, "with-people")
    practices.move_part(row=second, up=True, by=None)
    loading.load(files=files)
    parts = brought(Practice, "practice", RP).parts.filter(kind="idea")
    assert parts.first() == second


def test_edited_sets_stay(demonstration, files, brought):
    offer = brought(Offer, "offer", RP, "circle-workshop")
    practices.edit_part(row=offer, by=None, hosts=[])
    loading.load(files=files)
    assert not offer.hosts.exists()


def test_an_edited_city_stays(demonstration, files, brought):
    city = brought(City, "city", "brno")
    partners.edit_city(city=city, by=None, summary=text("Our own words."))
    inside(files, "cities", "brno")["summary"] = CHANGED
    loading.load(files=files)
    city.refresh_from_db()
    assert city.summary == text("Our own words.")


def test_a_way_measured_anew_stays(demonstration, files):
    travel_time = TravelTime.objects.first()
    partners.set_travel_time(origin=travel_time.origin, destination=travel_time.destination, by=None, plan_minutes=120)
    loading.load(files=files)
    travel_time.refresh_from_db()
    assert travel_time.plan_minutes == 120


def test_a_visit_is_left_to_those_who_plan_it(demonstration, files, brought):
    alice = create_user("Alice")
    moved = brought(Session, "session", "brno", "d1-rp")
    programme.move_session(session=moved, day=TUESDAY, starts=moved.ends_at.time(), by=alice)
    programme.remove_session(session=brought(Session, "session", "brno", "d1-break1"), by=alice)
    inside(files, "visits", "brno", "sessions", "d1-rp")["title"]["en"] = "Changed."
    before = everything()
    loading.load(files=files)
    assert everything() == before


# --- what somebody has removed stays removed -----------------------------------------------------


def test_removed_rows_stay_removed(demonstration, files, brought):
    practices.remove_part(row=brought(Evidence, "evidence", RP, "ofsted-2015"), by=None)
    practices.remove_part(row=brought(Rule, "rule", RP, "passing-allowed"), by=None)
    practices.edit_practice(practice=brought(Practice, "practice", RP), by=None, related=[])
    partners.remove_topic(topic=brought(City, "city", "brno").topics.first(), by=None)
    partners.remove_agreement(agreement=brought(Agreement, "agreement", "brno", "memorandum-2003"), by=None)
    partners.remove_house_rule(house_rule=brought(HouseRule, "house-rule", "merrion-house", "badge"), by=None)
    partners.remove_travel_time(travel_time=TravelTime.objects.first(), by=None)
    before = everything()
    run = loading.load(files=files)
    assert everything() == before
    assert run.left["removed"] == 7


def test_what_was_withdrawn_stays_withdrawn(demonstration, files, brought):
    practices.withdraw_practice(practice=brought(Practice, "practice", RP), by=None)
    partners.withdraw_city(city=brought(City, "city", "brno"), by=None)
    loading.load(files=files)
    assert brought(Practice, "practice", RP).live is None
    assert brought(City, "city", "brno").live is None


def test_parts_of_what_was_removed_do_not_come_back(demonstration, files, brought):
    brought(Venue, "venue", "armley-family-hub").delete()
    inside(files, "venues", "armley-family-hub", "spaces")[0]["ref"] = "another"
    before = everything()
    assert loading.load(files=files).new == {}
    assert everything() == before


def test_what_somebody_made_stays_theirs(demonstration, files, brought):
    """A travel time that a person entered before the files had it."""
    given = files.places["travel"][0]
    ImportedRow.objects.get(key=permanent_id("way", given["from"], given["to"])).delete()
    before = everything()
    loading.load(files=files)
    assert everything() == before
