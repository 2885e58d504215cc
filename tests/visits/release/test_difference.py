"""What differs between two releases, in sentences that a person would say."""

import json

import pytest

from core.published import as_stored
from core.translated import text
from partners.models import HouseRule, Space
from practices.actions import publish_practice
from tests import factories
from tests.factories import create_session, moment
from tests.visits.release.documents import full_visit
from visits.programme.models import Session
from visits.programme.programme import Programme
from visits.release.difference import changes
from visits.release.document import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(visit):
    return create_session(visit, "Talk")


def document(visit) -> dict:
    visit.refresh_from_db()
    return as_stored(write(Programme.of(visit)))


def told(visit, before: dict) -> list[tuple]:
    """(what, how, [(label, before, after), ...]) of each change since ``before``."""
    return [
        (str(change.what), str(change.words), [(str(line.label), line.before, line.after) for line in change.lines])
        for change in changes(before, document(visit))
    ]


def change(session: Session, **values) -> None:
    for name, value in values.items():
        setattr(session, name, value)
    session.save()


def test_nothing_is_told_where_nothing_differs(visit, talk):
    assert told(visit, document(visit)) == []


def test_a_new_session_and_one_that_is_gone_are_told_by_their_names(visit, talk):
    before = document(visit)
    create_session(visit, "Walk", at="11:00", until="12:00")
    talk.delete()

    assert told(visit, before) == [("Walk", "new", []), ("Talk", "no longer there", [])]


def test_another_time_is_told_by_the_clock_in_leeds(visit, talk):
    before = document(visit)
    change(talk, starts_at=moment("11:00"), ends_at=moment("12:00"))

    assert told(visit, before) == [
        (
            "Talk",
            "changed",
            [
                ("Begins", "Tuesday 9 March, 09:00", "Tuesday 9 March, 11:00"),
                ("Ends", "Tuesday 9 March, 10:00", "Tuesday 9 March, 12:00"),
            ],
        )
    ]


def test_what_differs_is_told_in_the_order_of_a_programme(visit, talk):
    """Also when a document comes from the database, which keeps keys by their length."""
    before = document(visit)
    change(
        talk,
        starts_at=moment("11:00"),
        ends_at=moment("12:00"),
        title=text("Another talk"),
        guest_note=text("Bring a pen."),
    )

    [found] = changes(*(json.loads(json.dumps(each, sort_keys=True)) for each in (before, document(visit))))

    assert [str(line.label) for line in found.lines] == ["Title", "Begins", "Ends", "Note for the guests"]


def test_a_session_that_moves_past_another_is_told_once(visit, talk):
    create_session(visit, "Walk", at="11:00", until="12:00")
    before = document(visit)
    change(talk, starts_at=moment("13:00"), ends_at=moment("14:00"))

    assert [(what, how) for what, how, _lines in told(visit, before)] == [("Talk", "changed")]


def test_another_wording_is_told_in_every_language(visit, talk):
    before = document(visit)
    change(talk, title=text("Walk", cs="Procházka"), about=text("In the park."))

    assert told(visit, before) == [
        ("Walk", "changed", [("Title", "Talk", "Walk / Procházka"), ("What it is about", "", "In the park.")])
    ]


def test_another_place_and_room_are_told_by_their_names(visit, talk):
    here, there = factories.create_venue("Here", capacity=5), factories.create_venue("There", capacity=5)
    change(talk, venue=here, space=here.spaces.get())
    create_session(visit, "Walk", at="11:00", until="12:00", venue=there)
    before = document(visit)
    Space.objects.filter(venue=there).update(name=text("Hall"), note=text("First floor"))
    change(talk, venue=there, space=there.spaces.get())

    assert told(visit, before) == [
        ("Here", "no longer there", []),
        ("Talk", "changed", [("Place", "Here", "There"), ("Room", "Main room", "Hall; First floor")]),
    ]


def test_a_room_that_is_described_anew_is_told(visit, talk):
    here = factories.create_venue("Here", capacity=5)
    change(talk, venue=here, space=here.spaces.get())
    before = document(visit)
    Space.objects.update(note=text("First floor"))

    assert told(visit, before) == [("Talk", "changed", [("Room", "", "First floor")])]


def test_other_hosts_are_told_by_name_and_role(visit, talk):
    first = factories.create_contact("Hana", role=text("Manager"))
    talk.hosts.set([first])
    before = document(visit)
    talk.hosts.set([factories.create_contact("Igor", role=text("Judge"))])
    assert told(visit, before) == [("Talk", "changed", [("Who leads", "Hana (Manager)", "Igor (Judge)")])]

    first.delete()
    assert told(visit, before) == [
        ("Talk", "changed", [("Who leads", "somebody who is no longer here (Manager)", "Igor (Judge)")])
    ]


def test_another_role_of_the_same_host_is_told(visit, talk):
    host = factories.create_contact("Hana", role=text("Manager"))
    talk.hosts.set([host])
    before = document(visit)
    host.role = text("Director")
    host.save()

    assert told(visit, before) == [("Talk", "changed", [("Who leads", "Hana (Manager)", "Hana (Director)")])]


def test_who_else_leads_is_told_in_words(visit, alice, talk):
    before = document(visit)
    change(talk, led_by="staff", lead_staff=alice)

    assert told(visit, before) == [
        ("Talk", "changed", [("Led by", "hosts", "council staff"), ("Who leads", "", "Alice")])
    ]


def test_practices_aims_groups_offers_and_interpreting_are_told_in_words(visit, talk):
    aims = [factories.create_aim(visit, short, position=place) for place, short in enumerate(["Trust", "Safety"])]
    groups = [visit.groups.create(name=text(name)) for name in ("Group A", "Group B")]
    practice, further = map(factories.create_public_practice, ("Conference", "Early help"))
    offers = [
        factories.create_offer("Clinic", practice=practice),
        factories.create_offer("Meeting", practice=practice, observation="observed", format="team_meeting_observation"),
    ]
    publish_practice(practice=practice, by=None)
    change(talk, practice=practice, group=groups[0], offer=offers[0])
    talk.aims.set(aims[:1])
    before = document(visit)
    change(talk, group=groups[1], interpreting="whispered", offer=offers[1])
    talk.aims.set(aims)
    talk.further_practices.set([further])

    [(what, _how, lines)] = told(visit, before)
    assert (what, sorted(lines)) == (
        "Talk",
        [
            ("Aims", "Trust", "Trust, Safety"),
            ("Group", "Group A", "Group B"),
            ("Interpreting", "none", "interpreted in a whisper"),
            ("Offer", "Clinic", "Meeting"),
            ("Practices", "", "Early help"),
        ],
    )


def test_another_way_of_observing_the_same_offer_is_told_in_words(visit, talk):
    offer = factories.create_offer("Meeting", observation="briefing")
    change(talk, offer=offer)
    before = document(visit)
    offer.observation = "observed"
    offer.save()

    assert told(visit, before) == [("Talk", "changed", [("Offer", "told about, not watched", "observed with consent")])]


def test_a_place_that_changed_is_told_once_and_not_at_each_session(visit, talk):
    hub = factories.create_venue("Hub", latitude="53.75100", longitude="-1.48100")
    change(talk, venue=hub)
    create_session(visit, "Walk", at="11:00", until="12:00", venue=hub)
    first = HouseRule.objects.create(venue=hub, text=text("Wear a badge."), reason=text("So they know."), position=1)
    HouseRule.objects.create(venue=hub, text=text("No pictures."), reason=text("Children."), position=2)
    before = document(visit)
    hub.entrance, hub.latitude = text("The left door."), "53.80000"
    hub.save()
    first.text = text("Show a badge.")
    first.save()
    HouseRule.objects.create(venue=hub, text=text("Be on time."), reason=text("They wait."), position=3)

    assert told(visit, before) == [
        (
            "Hub",
            "changed",
            [
                ("Place on the map", "53.751", "53.8"),
                ("Entrance", "", "The left door."),
                ("House rules", "Wear a badge.", "Show a badge."),
                ("House rules", "", "Be on time.; They wait."),
            ],
        )
    ]


def test_house_rules_in_another_order_are_told(visit, talk):
    hub = factories.create_venue("Hub")
    change(talk, venue=hub)
    first = HouseRule.objects.create(venue=hub, text=text("One."), reason=text("So."), position=1)
    HouseRule.objects.create(venue=hub, text=text("Two."), reason=text("So."), position=2)
    before = document(visit)
    first.position = 3
    first.save()

    assert told(visit, before) == [("Hub", "changed", [("House rules", "", "in another order")])]


def test_the_visit_itself_is_told_in_words(visit, alice, talk):
    before = document(visit)
    visit.title = text("New title")
    visit.ends_on = visit.starts_on
    visit.status = "confirmed"
    visit.lead_coordinator = factories.create_user("Carol", roles=["coordinator"])
    visit.save()

    assert told(visit, before) == [
        ("Kind of release", "changed", [("Kind", "proposal, for your comments", "firm programme")]),
        (
            "The visit",
            "changed",
            [
                ("Title", "Demo visit", "New title"),
                ("Last day", "Wednesday 10 March 2027", "Tuesday 9 March 2027"),
            ],
        ),
        ("Coordinator", "changed", [("Coordinator", "Alice", "Carol")]),
    ]


def test_a_coordinator_who_is_gone_is_told_as_gone(visit, alice, talk):
    before = document(visit)
    visit.lead_coordinator = None
    visit.save()
    assert told(visit, before) == [("Coordinator", "changed", [("Coordinator", "Alice", "")])]

    alice.delete()
    assert told(visit, before) == [("Coordinator", "changed", [("Coordinator", "somebody who is no longer here", "")])]


def test_no_id_and_no_stored_word_is_ever_told(alice):
    """From an empty programme to a full one with every part in it, and back."""
    visit = full_visit(alice)
    full = document(visit)
    for session in visit.sessions.all():
        blank = {"venue": None, "to_venue": None, "space": None, "group": None, "offer": None, "practice": None}
        change(session, **blank, lead_staff=None, lead_person=None, led_by="hosts", interpreting="none")
        session.hosts.clear()
        session.aims.clear()
        session.further_practices.clear()
    bare = document(visit)

    for old, new in ((full, bare), (bare, full)):
        found = changes(old, new)
        sides = [side for each in found for line in each.lines for side in (line.before, line.after)]
        assert len(found) > 5
        assert not [side for side in sides for key in ids(full) if key in side]
        assert not set(sides) & {"guests", "site-visit", "observed", "consecutive"}
        assert not {line.label for each in found for line in each.lines} & set(full["sessions"][0])


def ids(value) -> set[str]:
    """Every id in a document."""
    if isinstance(value, dict):
        return {value.get("id", "no id")}.union(*map(ids, value.values()))
    return set().union(*map(ids, value)) if isinstance(value, list) else set()
