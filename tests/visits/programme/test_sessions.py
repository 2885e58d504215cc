"""Every way to change a programme by hand: taking an offer, adding, changing, moving, removing, shifting."""

import datetime

import pytest
from django.urls import reverse

from core.access import Refusal
from core.audit import AuditEntry, values_of
from core.translated import text
from partners.models import Space
from tests import factories
from tests.factories import DAY_ONE, create_session, moment
from tests.visits.pages import form_of, typed
from visits.booking.actions import edit_visit
from visits.problems.find import find
from visits.programme import actions
from visits.programme.models import Session
from visits.programme.programme import Programme

DAY_TWO = DAY_ONE + datetime.timedelta(days=1)
NINE = datetime.time(9, 0)


def address(visit, *parts) -> str:
    return "/".join([f"/visits/{visit.reference}/programme", *(str(part) for part in parts), ""])


def boxes(**changes) -> dict:
    values = {
        "title_en": "Talk",
        "day": "2027-03-09",
        "starts": "09:30",
        "ends": "10:45",
        "led_by": "hosts",
        "interpreting": "none",
    }
    return {**values, **changes}


# --- taking an offer -----------------------------------------------------------------------------


@pytest.fixture
def offer(db):
    venue = factories.create_venue("Rothwell Hub", capacity=20)
    offer = factories.create_offer("Plan clinic", venue=venue, minutes=75, group_max=8)
    offer.hosts.add(factories.create_contact("Demo manager"))
    offer.hosts.add(factories.create_contact("Gone", ends_on=datetime.date(2020, 1, 1)))
    return offer


def test_an_offer_brings_along_what_the_catalogue_knows(as_person, alice, visit, offer):
    answer = as_person(alice).post(address(visit, "offers", offer.pk), {"day": "2027-03-10", "starts": "14:00"})

    session = visit.sessions.get()
    assert answer["Location"] == f"{address(visit)}#session-{session.pk}"
    assert (session.starts_at, session.minutes) == (moment("14:00", DAY_TWO), 75)
    assert (session.title, session.about) == (offer.title, offer.text)
    assert (session.practice, session.offer, session.capacity) == (offer.practice, offer, 8)
    assert (session.venue, session.space) == (offer.venue, Space.objects.get())
    assert [host.name for host in session.hosts.all()] == ["Demo manager"]
    entry = AuditEntry.objects.get(verb="session.added")
    assert (entry.subject_id, entry.whole_id, entry.by_user) == (session.pk, visit.pk, alice.pk)


def test_an_offer_is_taken_for_aims_of_this_visit(as_person, alice, visit, offer):
    aim, other = factories.create_aim(visit), factories.create_aim(factories.create_visit())
    client, sent = as_person(alice), {"day": "2027-03-10", "starts": "14:00"}
    refused = client.post(address(visit, "offers", offer.pk), {**sent, "aims": [other.pk]})
    assert list(refused.context["form"].errors) == ["aims"]

    client.post(address(visit, "offers", offer.pk), {**sent, "aims": [aim.pk]})
    assert list(visit.sessions.get().aims.all()) == [aim]


def test_of_several_rooms_none_is_chosen_for_the_coordinator(alice, visit, offer):
    Space.objects.create(venue=offer.venue, name=text("Second room"), capacity=5)

    assert actions.take_offer(visit=visit, offer=offer, day=DAY_ONE, starts=NINE, by=alice).space is None


def test_the_page_of_an_offer_proposes_the_next_free_time(as_person, alice, visit, offer):
    client = as_person(alice)
    first = form_of(client.get(address(visit, "offers", offer.pk)))
    assert (first["day"], first["starts"]) == (["2027-03-09"], ["09:00"])

    create_session(visit, at="09:00", until="10:15")
    then = form_of(client.get(address(visit, "offers", offer.pk)))
    assert (then["day"], then["starts"]) == (["2027-03-09"], ["10:15"])


def test_offers_that_are_in_the_programme_say_so(as_person, alice, visit, offer):
    factories.create_offer("Another", practice=factories.create_practice("Unseen"))
    actions.take_offer(visit=visit, offer=offer, day=DAY_ONE, starts=NINE, by=alice)

    answer = as_person(alice).get(address(visit, "offers"))
    assert [(str(each.practice), each.is_in_programme) for each in answer.context["practices"]] == [
        (str(offer.practice), True),
        ("Unseen", False),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_offers_takes_the_same_number_of_queries(as_person, alice, visit, count, django_assert_num_queries):
    for _n in range(count):
        factories.create_offer(venue=factories.create_venue(), practice=factories.create_practice())
    client = as_person(alice)
    client.get(address(visit, "offers"))

    with django_assert_num_queries(6):
        client.get(address(visit, "offers"))


# --- what is never observed ----------------------------------------------------------------------


@pytest.fixture
def never(db):
    return factories.create_offer("Private family time", observation="never")


def test_what_is_never_observed_is_not_among_the_offers(as_person, alice, visit, never):
    assert "Private family time" not in as_person(alice).get(address(visit, "offers")).text
    assert "Private family time" not in as_person(alice).get(address(visit, "add", "session")).text


def test_taking_what_is_never_observed_is_refused(as_person, alice, visit, never):
    answer = as_person(alice).post(address(visit, "offers", never.pk), {"day": "2027-03-09", "starts": "09:00"})

    assert "Private family time is never open to visitors" in answer.text
    assert not Session.objects.exists()


def test_adding_what_is_never_observed_by_the_form_is_refused(as_person, alice, visit, never):
    answer = as_person(alice).post(address(visit, "add", "session"), boxes(offer=str(never.pk)))

    assert answer.context["form"].errors == {
        "offer": ["This is never open to visitors, or not in the catalogue any more. Choose another."]
    }
    assert not Session.objects.exists()


def test_changing_a_session_to_what_is_never_observed_is_refused(as_person, alice, visit, never):
    session = create_session(visit)
    client = as_person(alice)
    page = client.get(address(visit, session.pk))
    answer = client.post(address(visit, session.pk), typed(page, offer=str(never.pk)))

    session.refresh_from_db()
    assert "This is never open to visitors" in answer.text
    assert session.offer is None


def test_no_action_lets_in_what_is_never_observed(alice, visit, never):
    session = create_session(visit)
    attempts = [
        lambda: actions.take_offer(visit=visit, offer=never, day=DAY_ONE, starts=NINE, by=alice),
        lambda: actions.add_session(
            visit=visit, starts_at=moment("09:00"), ends_at=moment("10:00"), title=text("T"), offer=never, by=alice
        ),
        lambda: actions.add_session(
            visit=visit,
            starts_at=moment("09:00"),
            ends_at=moment("10:00"),
            title=text("T"),
            offer=never,
            by=None,
            via=AuditEntry.Via.IMPORT,
        ),
        lambda: actions.edit_session(session=session, offer=never, by=alice),
    ]
    for attempt in attempts:
        with pytest.raises(Refusal, match="never open to visitors"):
            attempt()

    assert not Session.objects.filter(offer=never).exists()
    assert visit.sessions.get() == session


# --- adding --------------------------------------------------------------------------------------


def test_a_session_keeps_all_that_was_typed(as_person, alice, visit):
    venue = factories.create_venue(capacity=12)
    host, practice = factories.create_contact(), factories.create_practice()
    aim, group = factories.create_aim(visit), visit.groups.create(name=text("Group A"))
    offer, further = factories.create_offer(practice=practice), factories.create_practice("Further")
    as_person(alice).post(
        address(visit, "add", "session"),
        boxes(
            title_cs="Přednáška",
            title_cs_needs_review="on",
            about_en="What it is about.",
            venue=venue.pk,
            space=Space.objects.get().pk,
            hosts=[host.pk],
            practice=practice.pk,
            further_practices=[further.pk],
            offer=offer.pk,
            aims=[aim.pk],
            group=group.pk,
            capacity="6",
            interpreting="consecutive",
            content_note_en="Hard.",
            fallback_en="Tea.",
            guest_note_en="Bring a coat.",
            staff_note="Ring first.",
        ),
    )

    session = visit.sessions.get()
    assert session.title == {"en": "Talk", "cs": "Přednáška", "needs_review": ["cs"]}
    assert (session.starts_at, session.ends_at) == (moment("09:30"), moment("10:45"))
    assert (session.venue, session.space.venue, session.practice, session.offer) == (venue, venue, practice, offer)
    assert (session.group, session.capacity, session.interpreting) == (group, 6, "consecutive")
    assert [list(getattr(session, name).all()) for name in ("hosts", "aims", "further_practices")] == [
        [host],
        [aim],
        [further],
    ]
    assert [
        str(getattr(session, name)) for name in ("about", "content_note", "fallback", "guest_note", "staff_note")
    ] == [
        "What it is about.",
        "Hard.",
        "Tea.",
        "Bring a coat.",
        "Ring first.",
    ]


@pytest.mark.parametrize("kind", Session.Kind.values)
def test_each_kind_can_be_added_with_what_its_form_proposes(as_person, alice, visit, kind):
    client = as_person(alice)
    page = client.get(address(visit, "add", kind))
    answer = client.post(address(visit, "add", kind), typed(page, title_en="Something", ends="17:00"))

    assert answer.status_code == 302
    session = visit.sessions.get()
    assert (session.kind, session.starts_at) == (kind, moment("09:00"))
    guests_lead = session.led_by == "guests"
    assert guests_lead == (kind == "guests_turn")


def test_an_unknown_kind_is_not_there(as_person, alice, visit):
    assert as_person(alice).get(address(visit, "add", "party")).status_code == 404


def test_travel_alone_leads_elsewhere(as_person, alice, visit):
    here, there = factories.create_venue("Here"), factories.create_venue("There")
    as_person(alice).post(address(visit, "add", "travel"), boxes(venue=here.pk, to_venue=there.pk, mode_en="minibus"))
    session = visit.sessions.get()
    assert (session.to_venue, session.ends_at_venue) == (there, there)

    as_person(alice).post(address(visit, "add", "session"), boxes(to_venue=there.pk, starts="11:00", ends="12:00"))
    assert visit.sessions.get(kind="session").to_venue is None


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"ends": "09:30"}, "ends", "It must end after it begins."),
        ({"ends": "08:00"}, "ends", "It must end after it begins."),
        ({"starts": "00:30", "ends": "23:30"}, "ends", "It must end after it begins, and on the same day."),
        ({"day": "2027-03-28", "starts": "01:30", "ends": "02:15"}, "ends", "It must end after it begins"),
        ({"day": ""}, "day", "Say on which day."),
        ({"starts": ""}, "starts", "Say from when."),
        ({"ends": ""}, "ends", "Say until when."),
        ({"day": "9999999-01-01"}, "day", "Write a day that the calendar has"),
        ({"day": "0999-01-01"}, "day", "Write a year between"),
        ({"starts": "25:00"}, "starts", "Write hours and minutes, for example 09:30."),
        ({"title_en": ""}, "title", "Give it a title."),
        ({"title_en": "x" * 1_000_000}, "title", "has 1000000 characters"),
        ({"staff_note": "a\x07b"}, "staff_note", "characters that cannot be shown"),
        ({"capacity": "-1"}, "capacity", "Write a number of 0 or more."),
        ({"capacity": "99999999999"}, "capacity", "Write a number of 2147483647 or less."),
        ({"venue": "x"}, "venue", "is not a valid"),
        ({"venue": "1f1f1f1f-1f1f-4f1f-8f1f-1f1f1f1f1f1f"}, "venue", "Choose one of the answers that stand here"),
        ({"hosts": ["1f1f1f1f-1f1f-4f1f-8f1f-1f1f1f1f1f1f"]}, "hosts", "Choose one of the answers that stand here"),
        ({"practice": "nonsense"}, "practice", "is not a valid"),
        ({"interpreting": "telepathy"}, "interpreting", "Choose one of the answers that stand here"),
    ],
)
def test_bad_input_is_answered_in_a_sentence_and_comes_back(as_person, alice, visit, changes, field, sentence):
    factories.create_contact()
    sent = boxes(**changes)
    answer = as_person(alice).post(address(visit, "add", "session"), sent)

    assert answer.status_code == 200
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert f'href="#id_{field}' in answer.text
    back = form_of(answer)
    kept = set(sent) - {"venue", "hosts", "practice", "interpreting"}
    assert {name: back[name] for name in kept} == {name: [sent[name]] for name in kept}
    assert not Session.objects.exists()


def test_a_room_of_another_place_is_refused(as_person, alice, visit):
    here = factories.create_venue("Here")
    factories.create_venue("There", capacity=9)
    for venue in (here.pk, ""):
        answer = as_person(alice).post(
            address(visit, "add", "session"), boxes(venue=venue, space=Space.objects.get().pk)
        )
        assert list(answer.context["form"].errors) == ["space"]


def test_an_aim_or_a_group_of_another_visit_is_refused(as_person, alice, visit):
    other = factories.create_visit()
    visit.groups.create(name=text("Ours"))
    factories.create_aim(visit)
    for sent in ({"group": other.groups.create(name=text("Theirs")).pk}, {"aims": [factories.create_aim(other).pk]}):
        answer = as_person(alice).post(address(visit, "add", "session"), boxes(**sent))
        assert list(answer.context["form"].errors) == list(sent)
    assert not Session.objects.exists()


def test_a_session_outside_the_days_is_kept_and_shown_as_a_problem(as_person, alice, visit):
    client = as_person(alice)
    answer = client.post(address(visit, "add", "session"), boxes(day="2027-03-12"), follow=True)

    assert visit.sessions.get().day == datetime.date(2027, 3, 12)
    assert "Talk is on Friday 12 March, but the visit lasts from" in answer.text
    assert [(day.date, day.is_outside) for day in answer.context["days"]] == [
        (DAY_ONE, False),
        (DAY_TWO, False),
        (datetime.date(2027, 3, 12), True),
    ]


def test_days_show_the_same_hours_so_that_they_can_be_compared(as_person, alice, visit):
    create_session(visit, "Early", at="08:30", until="09:00")
    create_session(visit, "Late", day=DAY_TWO, at="14:00", until="15:20")

    days = as_person(alice).get(reverse("visits:programme", args=[visit.reference])).context["days"]

    assert [(day.start_class, day.height_class, len(day.hours)) for day in days] == [
        ("day__from-0800", "day__until-1600", 8)
    ] * len(days)
    assert len(days) > 1


def test_an_address_proposes_a_day_and_a_time(as_person, alice, visit):
    client = as_person(alice)
    asked = form_of(client.get(address(visit, "add", "meal") + "?day=2027-03-10&starts=12:30"))
    assert (asked["day"], asked["starts"]) == (["2027-03-10"], ["12:30"])


@pytest.mark.parametrize("query", ["day=2027-02-30", "day=x", "starts=25:00", "day=0001-01-01&starts=x", "day=%00"])
def test_an_address_that_proposes_nonsense_is_as_good_as_none(as_person, alice, visit, query):
    session = create_session(visit, at="09:00", until="10:00")
    client = as_person(alice)
    asked = form_of(client.get(f"{address(visit, 'add', 'meal')}?{query}"))
    assert (asked["day"], asked["starts"]) == (["2027-03-09"], ["10:00"])

    asked = form_of(client.get(f"{address(visit, session.pk, 'move')}?{query}"))
    assert (asked["day"], asked["starts"]) == (["2027-03-09"], ["09:00"])


def test_a_visit_without_days_can_have_a_programme(as_person, alice):
    visit = factories.create_visit(starts_on=None, ends_on=None)
    client = as_person(alice)
    assert form_of(client.get(address(visit, "add", "session")))["day"] == [""]
    client.post(address(visit, "add", "session"), boxes())

    assert client.get(address(visit)).status_code == 200
    assert visit.sessions.get().day == DAY_ONE


# --- changing ------------------------------------------------------------------------------------


def test_changing_a_session_keeps_its_id_and_the_rest(as_person, alice, visit):
    aim = factories.create_aim(visit)
    session = create_session(visit, "Talk", aims=[aim], hosts=[factories.create_contact()], staff_note="Ring.")
    client = as_person(alice)
    answer = client.post(address(visit, session.pk), typed(client.get(address(visit, session.pk)), title_en="Walk"))

    assert answer.status_code == 302
    changed = visit.sessions.get()
    assert (changed.pk, str(changed), changed.staff_note, changed.changed_by) == (session.pk, "Walk", "Ring.", alice.pk)
    assert (changed.starts_at, changed.ends_at) == (session.starts_at, session.ends_at)
    assert (changed.hosts.count(), list(changed.aims.all())) == (1, [aim])
    assert AuditEntry.objects.get(verb="session.edited").facts == {"fields": ["title"]}


def test_two_people_who_change_different_fields_of_a_session_both_keep_their_change(as_person, alice, visit):
    session = create_session(visit)
    host, venue = factories.create_contact("Demo host"), factories.create_venue("Rothwell Hub")
    client = as_person(alice)
    first, second = client.get(address(visit, session.pk)), client.get(address(visit, session.pk))
    client.post(address(visit, session.pk), typed(first, hosts=[str(host.pk)], ends="11:00", venue=str(venue.pk)))
    answer = client.post(address(visit, session.pk), typed(second, starts="08:30", title_cs="Přednáška"), follow=True)

    session.refresh_from_db()
    assert (session.starts_at, session.ends_at) == (moment("08:30"), moment("11:00"))
    assert (list(session.hosts.all()), session.venue, session.title["cs"]) == ([host], venue, "Přednáška")
    assert "We kept their changes to: Until; Where?; Which hosts?" in answer.text


@pytest.mark.parametrize(
    ("theirs", "mine", "labels"),
    [
        ({"title_en": "Hers"}, {"title_en": "Mine"}, ["What is it called in the programme? (English)"]),
        ({"starts": "08:00"}, {"starts": "08:30"}, ["From"]),
        ({"staff_note": "Hers"}, {"staff_note": "Mine", "capacity": "6"}, ["Note for staff"]),
    ],
)
def test_the_second_who_changes_the_same_field_of_a_session_is_asked(as_person, alice, visit, theirs, mine, labels):
    session = create_session(visit)
    client = as_person(alice)
    first, second = client.get(address(visit, session.pk)), client.get(address(visit, session.pk))
    client.post(address(visit, session.pk), typed(first, **theirs))
    stands = values_of(visit.sessions.get())
    answer = client.post(address(visit, session.pk), typed(second, **mine))

    assert answer.status_code == 409
    assert [clash.label for clash in answer.context["form"].clashes] == labels
    assert {name: form_of(answer)[name] for name in mine} == {name: [value] for name, value in mine.items()}
    assert values_of(visit.sessions.get()) == stands

    assert client.post(address(visit, session.pk), form_of(answer)).status_code == 302
    page = form_of(client.get(address(visit, session.pk)))
    assert {name: page[name] for name in mine} == {name: [value] for name, value in mine.items()}


def test_the_same_host_added_by_both_is_no_clash(as_person, alice, visit):
    session, host = create_session(visit), factories.create_contact()
    client = as_person(alice)
    first, second = client.get(address(visit, session.pk)), client.get(address(visit, session.pk))
    answers = [client.post(address(visit, session.pk), typed(page, hosts=[str(host.pk)])) for page in (first, second)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert list(session.hosts.all()) == [host]


def test_a_host_who_has_left_stays_with_their_session(as_person, alice, visit):
    gone = factories.create_contact("Gone", ends_on=datetime.date(2020, 1, 1))
    session = create_session(visit, hosts=[gone])
    client = as_person(alice)
    client.post(address(visit, session.pk), typed(client.get(address(visit, session.pk)), title_en="Walk"))

    assert list(session.hosts.all()) == [gone]
    assert "Gone" not in client.get(address(visit, "add", "session")).text


# --- moving, removing, shifting ------------------------------------------------------------------


def test_a_moved_session_keeps_its_length(as_person, alice, visit):
    session = create_session(visit, at="09:00", until="10:15")
    client = as_person(alice)
    page = client.get(address(visit, session.pk, "move"))
    client.post(address(visit, session.pk, "move"), typed(page, day="2027-03-10", starts="13:00"))

    session.refresh_from_db()
    assert (session.starts_at, session.ends_at) == (moment("13:00", DAY_TWO), moment("14:15", DAY_TWO))
    assert AuditEntry.objects.get(verb="session.moved").facts == {"day": "2027-03-10", "time": "13:00"}


def test_a_problem_leads_to_the_form_with_the_better_time(as_person, alice, visit):
    create_session(visit, "One", at="09:00", until="10:00")
    session = create_session(visit, "Two", at="09:45", until="11:00")
    [overlap] = [problem for problem in find(Programme.of(visit)) if problem.kind == "overlap"]
    client = as_person(alice)
    page = client.get(overlap.mends[0].url)
    assert form_of(page)["starts"] == ["10:00"]
    assert client.post(overlap.mends[0].url, form_of(page)).status_code == 302

    session.refresh_from_db()
    assert (session.starts_at, session.minutes) == (moment("10:00"), 75)
    assert [problem for problem in find(Programme.of(visit)) if problem.kind == "overlap"] == []


def test_the_second_who_moves_a_session_is_asked(as_person, alice, visit):
    session = create_session(visit)
    client, moving = as_person(alice), address(visit, session.pk, "move")
    first, second, proposed = client.get(moving), client.get(moving), client.get(f"{moving}?starts=15:00")
    client.post(moving, typed(first, starts="11:00"))

    for page, starts in ((second, "12:00"), (proposed, "15:00")):
        answer = client.post(moving, typed(page, starts=starts))
        [clash] = answer.context["form"].clashes
        assert (answer.status_code, clash.typed, clash.current) == (409, starts, "11:00")
    session.refresh_from_db()
    assert session.starts_at == moment("11:00")


def test_a_day_and_a_time_changed_by_two_people_are_both_kept(as_person, alice, visit):
    session = create_session(visit)
    client, moving = as_person(alice), address(visit, session.pk, "move")
    first, second = client.get(moving), client.get(moving)
    client.post(moving, typed(first, day="2027-03-10"))
    client.post(moving, typed(second, starts="12:00"))

    session.refresh_from_db()
    assert session.starts_at == moment("12:00", DAY_TWO)


@pytest.mark.parametrize("sent", [{}, {"day": "soon", "starts": "09:00"}, {"day": "2027-03-09", "starts": "x"}])
def test_a_move_to_no_time_is_refused(as_person, alice, visit, sent):
    session = create_session(visit)
    answer = as_person(alice).post(address(visit, session.pk, "move"), sent)

    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert visit.sessions.get().starts_at == session.starts_at


def test_a_removed_session_is_gone_from_the_draft(as_person, alice, visit):
    session = create_session(visit)
    client = as_person(alice)
    assert client.get(address(visit, session.pk, "remove")).status_code == 200
    client.post(address(visit, session.pk, "remove"))

    assert not visit.sessions.exists()
    entry = AuditEntry.objects.get(verb="session.removed")
    assert (entry.subject_id, entry.whole_id, entry.subject_name) == (session.pk, visit.pk, {"en": "Demo session"})
    assert client.post(address(visit, session.pk, "remove")).status_code == 404


def test_a_session_of_another_visit_is_not_there(as_person, alice, visit):
    other = create_session(factories.create_visit())
    for parts in ((other.pk,), (other.pk, "move"), (other.pk, "remove")):
        assert as_person(alice).get(address(visit, *parts)).status_code == 404
        assert as_person(alice).post(address(visit, *parts), boxes()).status_code == 404
    assert Session.objects.get().title == other.title


def test_a_shifted_programme_keeps_every_time_on_the_clock(as_person, alice, visit):
    create_session(visit, "One", at="09:00", until="10:00")
    create_session(visit, "Two", at="13:30", until="14:30", day=DAY_TWO)
    other = create_session(factories.create_visit())
    as_person(alice).post(address(visit, "shift"), {"days": "21"})  # over the last Sunday of March

    later = [DAY_ONE + datetime.timedelta(days=21), DAY_TWO + datetime.timedelta(days=21)]
    assert [(session.starts_at, session.ends_at) for session in visit.sessions.all()] == [
        (moment("09:00", later[0]), moment("10:00", later[0])),
        (moment("13:30", later[1]), moment("14:30", later[1])),
    ]
    other.refresh_from_db()
    assert other.day == DAY_ONE
    assert AuditEntry.objects.get(verb="programme.shifted").facts == {"days": 21}


def test_after_the_days_have_changed_the_shift_is_proposed(as_person, alice, visit):
    create_session(visit)
    first, last = (day + datetime.timedelta(days=7) for day in (DAY_ONE, DAY_TWO))
    edit_visit(visit=visit, starts_on=first, ends_on=last, by=alice)

    assert form_of(as_person(alice).get(address(visit, "shift")))["days"] == ["7"]


@pytest.mark.parametrize("days", ["", "x", "1.5", "9" * 400, "-367", "367"])
def test_a_shift_by_nonsense_is_refused(as_person, alice, visit, days):
    session = create_session(visit)
    answer = as_person(alice).post(address(visit, "shift"), {"days": days})

    assert (answer.status_code, form_of(answer)["days"]) == (200, [days])
    assert visit.sessions.get().starts_at == session.starts_at


def test_what_changes_nothing_is_neither_saved_nor_written_down(alice, visit):
    host = factories.create_contact()
    session = create_session(visit, "Talk", hosts=[host])
    as_it_was = (session.changed_at, session.changed_by)
    values = {"title": session.title, "hosts": [host], "venue": None, "day": session.day, "starts": session.starts}
    actions.edit_session(session=session, by=alice, **values)
    actions.move_session(session=session, day=session.day, starts=session.starts, by=alice)

    session.refresh_from_db()
    assert (session.changed_at, session.changed_by) == as_it_was
    assert not AuditEntry.objects.filter(whole_id=visit.pk).exists()


@pytest.mark.parametrize("change", ["title", "hosts", "starts"])
def test_one_change_among_what_stays_is_saved(alice, visit, change):
    session = create_session(visit, "Talk")
    news = {"title": text("Walk"), "hosts": [factories.create_contact()], "starts": datetime.time(8, 30)}
    stays = {"title": session.title, "hosts": [], "day": session.day, "starts": session.starts, "ends": session.ends}
    actions.edit_session(session=session, by=alice, **{**stays, change: news[change]})

    session.refresh_from_db()
    assert session.changed_by == alice.pk
    assert AuditEntry.objects.filter(verb="session.edited").count() == 1
