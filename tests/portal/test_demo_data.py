"""What the demonstration holds once it is in: complete, honest about its sources, in both languages."""

import datetime
from collections import Counter

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.models import Invitation, User
from core.audit import AuditEntry
from core.translated import REVIEW, TranslatedField
from partners.models import City, Contact, OpeningHours, Organisation, TravelTime, Venue
from portal.demonstration.files import permanent_id
from practices import actions as practices
from practices.models import Evidence, Offer, Practice, Reading, Rule, Source, Term
from tests.portal.conftest import TUESDAY
from visits.booking.models import Visit
from visits.delegation.models import Need, Person, Undertaking
from visits.problems.find import find, open_ones
from visits.programme.clock import on_the_clock
from visits.programme.models import Session
from visits.programme.programme import Programme

ONE_DAY = datetime.timedelta(days=1)
OURS = ["core", "accounts", "partners", "practices", "visits", "portal"]
PROVENANCE = {"GK", "DER", "INV"}  # explained in demo/sources.yaml, and no sources themselves


@pytest.fixture
def brno(demonstration):
    return Visit.objects.get(reference="brno-1")


@pytest.fixture
def dortmund(demonstration):
    return Visit.objects.get(reference="dortmund-1")


@pytest.fixture
def lille(demonstration):
    return Visit.objects.get(reference="lille-1")


# --- how much there is ---------------------------------------------------------------------------


def test_the_catalogue_is_whole(demonstration):
    assert (Practice.objects.count(), Term.objects.count(), Source.objects.count()) == (14, 47, 122)


def test_the_cities_are_there(demonstration):
    assert (City.objects.count(), City.objects.abroad().count()) == (16, 15)
    assert City.objects.home().get().slug == "leeds"


def test_what_was_written_for_the_demonstration_is_marked_as_invented(demonstration):
    """Observation types of offers; reasons and contact roles of rules."""
    for model in (Offer, Rule):
        assert [str(row) for row in model.objects.all() if "INV" not in row.provenance] == []


def test_there_are_seven_places_and_each_but_the_station_has_a_space(demonstration):
    spaces = {venue.slug: venue.spaces.count() for venue in Venue.objects.all()}
    assert spaces == {
        "merrion-house": 1,
        "civic-hall": 1,
        "dewsbury-road-family-hub": 1,
        "new-bewerley-childrens-centre": 1,
        "new-wortley-community-centre": 1,
        "armley-family-hub": 1,
        "leeds-station": 0,
    }


def test_every_two_places_have_a_measured_travel_time(demonstration):
    assert TravelTime.objects.filter(measured_minutes__isnull=False).count() == 7 * 6 // 2


def test_every_place_has_opening_hours_but_the_station(demonstration):
    opened = OpeningHours.objects.values_list("venue__slug", flat=True).distinct()
    closed = set(Venue.objects.values_list("slug", flat=True)) - set(opened)
    assert closed <= {"leeds-station"}


def test_brno_has_25_entries_six_delegates_an_interpreter_and_a_student(brno):
    parts = Counter(brno.people.values_list("part", flat=True))
    assert parts == {"lead": 1, "delegate": 5, "interpreter": 1, "student": 1}
    assert (brno.sessions.count(), brno.aims.count(), brno.groups.count()) == (25, 4, 2)


def test_everybody_is_plainly_made_up(demonstration):
    people = [*User.objects.all(), *Contact.objects.all(), *Person.objects.all()]
    assert [each.name for each in people if not each.name.startswith("Demo ")] == []
    assert [each.email for each in people if not each.email.endswith("@example.org")] == []
    phones = Contact.objects.values_list("phone", flat=True)
    assert [phone for phone in phones if not phone.startswith("0113 496 0")] == []  # kept free by Ofcom


# --- the catalogue says how, why and on what evidence --------------------------------------------


def test_every_practice_says_how_and_asks_a_question(demonstration):
    lacking = [each.slug for each in Practice.objects.all() if not (each.how and each.question and each.summary)]
    assert lacking == []


def test_every_rule_has_a_reason_and_somebody_to_ask(demonstration):
    assert Rule.objects.exists()
    assert [rule.pk for rule in Rule.objects.all() if not (rule.text and rule.reason and rule.contact_role)] == []


def test_every_claim_names_a_source_or_is_marked_as_not_verified(demonstration):
    claims = Evidence.objects.prefetch_related("sources")
    statuses = {(claim.status, bool(claim.sources.all())) for claim in claims}
    assert statuses <= {("sourced", True), ("unverified", False), ("unverified", True)}
    assert ("sourced", True) in statuses


def test_only_sourced_claims_are_published(demonstration):
    published = {part["id"] for practice in Practice.objects.published() for part in practice.live.body["evidence"]}
    assert published == {str(key) for key in Evidence.objects.filter(status="sourced").values_list("pk", flat=True)}


def test_every_offer_has_an_observation_type_and_private_family_time_is_never_open(demonstration):
    assert set(Offer.objects.values_list("observation", flat=True)) == set(Offer.Observation.values)
    never = Offer.objects.get(observation="never")
    assert never.practice.slug == "family-group-conference"


def test_every_reading_names_its_source(demonstration):
    assert not Reading.objects.filter(source__isnull=True).exists()


def test_every_code_of_a_source_is_explained(demonstration):
    known = set(Source.objects.values_list("code", flat=True)) | PROVENANCE
    assert codes_of_all_rows() - known == set()


def codes_of_all_rows() -> set[str]:
    found = set()
    for model in [City, Organisation, Venue, Practice, Term, Offer, Rule, TravelTime, Session]:
        for said in model.objects.values_list("provenance", flat=True):
            found |= {code for codes in said.values() for code in codes} if isinstance(said, dict) else set(said)
    return found


# --- in both languages ---------------------------------------------------------------------------

TRANSLATED = [
    (model, field.name)
    for app in OURS
    for model in apps.get_app_config(app).get_models()
    for field in model._meta.fields
    if isinstance(field, TranslatedField)
]


@pytest.mark.parametrize(("model", "field"), TRANSLATED, ids=[f"{each[0].__name__}.{each[1]}" for each in TRANSLATED])
def test_every_text_is_in_english_and_czech_and_the_czech_waits_for_a_native_speaker(demonstration, model, field):
    said = [text for text in model.objects.values_list(field, flat=True) if text]
    assert [text for text in said if text.missing_languages()] == []
    assert [text for text in said if text[REVIEW] != sorted(set(text.languages()) - {"en"})] == []


def test_the_glossary_is_in_four_languages(demonstration):
    assert {tuple(sorted(term.term.languages())) for term in Term.objects.all()} == {("cs", "de", "en", "fr")}


# --- who signs in --------------------------------------------------------------------------------


def test_each_role_has_somebody(demonstration):
    roles = {user.email: user.roles for user in User.objects.exclude(roles=[])}
    assert roles == {
        "coordinator@example.org": ["coordinator"],
        "officer@example.org": ["coordinator"],
        "editor@example.org": ["editor"],
        "administrator@example.org": ["administrator"],
    }


def test_nobody_has_a_password(demonstration):
    assert [user.email for user in User.objects.all() if user.has_usable_password()] == []


def test_guests_with_an_account_are_members_of_their_visit(brno):
    users = User.objects.all()
    members = {
        person.name: [user.email for user in users if Person.objects.members(user).contains(person)]
        for person in brno.people.all()
    }
    assert members == {
        "Demo delegate 1": ["lead@example.org"],
        "Demo delegate 2": ["delegate@example.org"],
        "Demo delegate 3": ["delegate3@example.org"],
        "Demo delegate 4": ["delegate4@example.org"],
        "Demo delegate 5": ["delegate5@example.org"],
        "Demo delegate 6": [],  # not invited yet
        "Demo interpreter": ["interpreter@example.org"],
        "Demo placement student": ["student@example.org"],
    }


def test_every_guest_can_sign_in_by_code(demonstration):
    assert User.objects.guests().count() == User.objects.filter(roles=[]).count() == Invitation.objects.count()


def test_the_students_access_ends_three_weeks_after_the_visit(brno):
    student = brno.people.get(part="student")
    assert student.access_ends_on == brno.ends_on + 21 * ONE_DAY


def test_whoever_is_there_on_one_day_only_has_just_that_day(dortmund):
    days = {person.name: person.days for person in dortmund.people.all() if person.days}
    assert days == {"Demo Dortmund delegate 5": [dortmund.starts_on]}


def test_one_undertaking_is_missing_and_none_is_of_tomorrow(brno):
    without = brno.people.filter(undertakings__isnull=True).values_list("name", flat=True)
    assert list(without) == ["Demo delegate 6"]
    assert not Undertaking.objects.filter(received_on__gt=timezone.localdate()).exists()


def test_what_people_need_is_in_its_own_table_and_never_in_the_log(demonstration):
    assert Need.objects.count() == 7
    logged = " ".join(str(entry.facts) + str(entry.changes) for entry in AuditEntry.objects.all())
    assert [need.meals for need in Need.objects.exclude(meals="") if need.meals in logged] == []


# --- what is published ---------------------------------------------------------------------------


def test_everything_that_can_be_published_is(demonstration):
    assert not Practice.objects.filter(live__isnull=True).exists()
    assert not Term.objects.filter(live__isnull=True).exists()
    assert list(City.objects.filter(live__isnull=True).values_list("slug", flat=True)) == ["leeds"]


def test_the_visits_stand_in_three_states(demonstration):
    stand = {visit.reference: (visit.status, releases(visit)) for visit in Visit.objects.all()}
    assert stand == {
        "brno-1": ("confirmed", [(1, "firm")]),
        "dortmund-1": ("planning", []),
        "lille-1": ("finished", [(1, "proposal"), (2, "firm")]),
    }


def releases(visit: Visit) -> list[tuple[int, str]]:
    return list(visit.releases.order_by("number").values_list("number", "kind"))


def test_the_newest_release_is_the_live_one(lille):
    assert lille.live.number == 2


def test_states_were_reached_by_moves(lille):
    moves = list(lille.moves.order_by("id").values_list("from_status", "to_status"))
    assert moves == [("", "scoping"), ("scoping", "planning"), ("planning", "confirmed"), ("confirmed", "finished")]


def test_lille_has_been_and_dortmund_is_to_come(lille, dortmund):
    today = timezone.localdate()
    assert lille.ends_on < today < dortmund.starts_on


# --- the visit from Brno -------------------------------------------------------------------------

# What the article about the visit tells; each is an entry of the programme, or shown by one.
ELEMENTS = [
    "child-friendly-leeds",
    "leeds-relational-practice-centre",
    "restorative-practice",
    "family-group-conference",
    "rethink-formulation",
    "early-support",
    "family-drug-and-alcohol-court",
    "futures",
    "new-bewerley-childrens-centre",
    "new-wortley-community-centre",
    "ofsted",
]


def test_all_eleven_elements_of_the_article_are_in_the_programme(brno):
    shown = {session.practice.slug for session in brno.sessions.exclude(practice=None).select_related("practice")}
    shown |= set(brno.sessions.exclude(further_practices=None).values_list("further_practices__slug", flat=True))
    assert [element for element in ELEMENTS if element not in shown] == []
    assert len(ELEMENTS) == 11


def test_the_article_is_kept_as_facts_with_their_sources(brno):
    facts = brno.provenance["facts"]
    assert {code for fact in facts for code in fact["sources"]} == {"seed1"}
    assert "Six social workers" in facts[0]["text"]["en"]


def test_the_days_of_brno_run_by_the_clock_in_leeds(brno):
    assert (brno.starts_on, brno.ends_on) == (TUESDAY, TUESDAY + ONE_DAY)
    first, last = brno.sessions.first(), brno.sessions.last()
    assert (first.day, on_the_clock(first.starts_at)) == (TUESDAY, "09:00")
    assert (last.day, on_the_clock(last.ends_at)) == (TUESDAY + ONE_DAY, "17:00")


def test_every_kind_of_leading_is_shown(brno):
    by_whom = {session.led_by: leads(session) for session in brno.sessions.order_by("-starts_at")}
    assert by_whom == {
        "staff": ["Demo coordinator"],
        "hosts": ["Demo RPC practice lead"],
        "guests": ["Demo delegate 1"],
    }


def leads(session: Session) -> list[str]:
    led = [session.lead_staff or session.lead_person] if session.led_by != "hosts" else list(session.hosts.all())
    return [each.name for each in led]


def test_every_session_has_somebody_who_leads_it(brno, lille):
    for visit in (brno, lille):
        assert [session.title for session in visit.sessions.all() if None in leads(session) or not leads(session)] == []


def test_travel_leads_somewhere_and_the_guests_have_their_turn(brno):
    kinds = Counter(brno.sessions.values_list("kind", flat=True))
    assert (kinds["travel"], kinds["arrival"], kinds["guests_turn"]) == (6, 1, 1)
    assert not brno.sessions.filter(kind="travel", to_venue__isnull=True).exists()
    assert not brno.sessions.filter(venue__isnull=True).exists()


def test_what_is_open_for_brno_is_the_undertaking_of_one_person(brno):
    problems = open_ones(find(Programme.of(brno)))
    assert {(problem.kind, str(problem.severity)) for problem in problems} == {("undertaking", "stop")}
    assert {person for problem in problems for person in problem.people} == {permanent_id("person", "brno", "d6")}


def test_what_is_open_for_dortmund_is_what_its_plan_lacks(dortmund):
    kinds = Counter(problem.kind for problem in open_ones(find(Programme.of(dortmund))))
    assert kinds == {"travel": 1, "venue": 1, "host": 2, "reflection": 2, "little-english": 1}


def test_nothing_was_left_open_in_lille(lille):
    assert open_ones(find(Programme.of(lille))) == []


# --- permanent ids, and the log ------------------------------------------------------------------


def test_ids_are_the_same_on_every_machine(demonstration):
    circle = Session.objects.get(title__en="Opening circle: what do you hope to take home?")
    assert str(circle.pk) == "0ea349f9-dc23-5d0e-aadc-c005495dc28a"
    assert str(Practice.objects.get(slug="futures").pk) == "9f47cd1f-63ae-55ab-9c4d-d28d74306f29"


@pytest.mark.parametrize(
    ("model", "key", "name"),
    [
        (Offer, "offers", "offer restorative-practice workforce-briefing"),
        (Evidence, "evidence", "evidence restorative-practice ofsted-2015"),
    ],
)
def test_parts_stand_in_the_log_as_their_action_writes_them(demonstration, model, key, name):
    row = model.objects.get(pk=permanent_id(*name.split()))
    sets = {field.name: list(getattr(row, field.name).all()) for field in row._meta.many_to_many}
    columns = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name != "practice"}
    logged = AuditEntry.objects.get(verb="practice.part_added", subject_id=row.pk)
    editor = User.objects.get(pk=logged.by_user)
    practice = row.practice
    row.delete()
    practices.add_part(practice=practice, part=key, by=editor, via="import", **columns, **sets)
    again = AuditEntry.objects.filter(verb="practice.part_added", subject_id=columns["id"]).exclude(pk=logged.pk).get()
    told = ["verb", "subject_kind", "subject_name", "whole_id", "by_user", "via", "note", "facts", "changes"]
    assert {field: getattr(again, field) for field in told} == {field: getattr(logged, field) for field in told}


def test_a_source_stands_in_the_log_as_its_action_writes_it(demonstration):
    logged = AuditEntry.objects.get(verb="source.registered", facts__code="S01")
    values = {field.name: getattr(Source.objects.get(code="S01"), field.name) for field in Source._meta.fields}
    practices.register_source(by=User.objects.get(pk=logged.by_user), via="import", **{**values, "code": "S01b"})
    again = AuditEntry.objects.get(verb="source.registered", facts__code="S01b")
    assert (again.subject_name, again.via, again.by_user) == (logged.subject_name, "import", logged.by_user)
    same = [change for change in again.changes if change["field"] != "code"]
    assert same == [change for change in logged.changes if change["field"] != "code"]
