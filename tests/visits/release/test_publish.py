"""Publishing: what guests see changes in this moment, once, and only to what somebody has looked at."""

import pytest

from core.access import Refusal
from core.audit import AuditEntry
from core.published import NothingNew, as_stored, digest
from core.translated import text
from tests import factories
from tests.factories import create_session
from tests.visits.pages import form_of, typed
from visits.booking.actions import move_visit
from visits.booking.models import Visit
from visits.programme.programme import Programme
from visits.release.actions import LookAgain, publish_release
from visits.release.document import write
from visits.release.models import Release

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(visit):
    return create_session(visit, "Talk", hosts=[factories.create_contact("Hana Host")])


def address(visit, *parts) -> str:
    return "/".join([f"/visits/{visit.reference}", *(str(part) for part in parts), ""])


def retitle(session, title: str) -> None:
    session.title = text(title)
    session.save()


def test_with_guests_invited_it_says_that_they_see_it(as_person, alice, visit, session):
    factories.create_member(visit, "Dana")
    client = as_person(alice)

    answer = client.post(address(visit, "publish"), typed(client.get(address(visit, "publish"))), follow=True)

    assert "Release 1 published. Guests see it now." in answer.text


def test_publishing_tells_that_a_stop_must_be_mended_before_the_day(as_person, alice, visit, session):
    page = address(visit, "publish")
    assert "What is marked Stop" not in as_person(alice).get(page).text
    factories.create_person(visit, "Dana")
    create_session(
        visit, "Team meeting", at="10:00", offer=factories.create_offer(observation="observed"), until="11:00"
    )

    shown = as_person(alice).get(page).text

    assert "<strong>Stop:</strong> Dana has not given the undertaking yet" in shown
    assert "What is marked Stop must be mended before the day" in shown


def test_a_release_is_numbered_signed_and_live(as_person, alice, visit, session):
    client = as_person(alice)
    page = client.get(address(visit, "publish"))
    assert "Publish release 1" in page.text
    assert "Nobody gets a mail about it" in page.text
    answer = client.post(address(visit, "publish"), typed(page, note="First draft."), follow=True)

    release = Release.objects.get()
    assert (release.visit, release.number, release.kind, release.note) == (visit, 1, "proposal", "First draft.")
    assert (release.published_by, release.body, release.digest) == (
        alice.pk,
        as_stored(write(Programme.of(visit))),
        digest(release.body),
    )
    assert (release.contacts, release.users, release.people) == ([session.hosts.get().pk], [alice.pk], [])
    visit.refresh_from_db()
    assert visit.live == release
    assert "Release 1 published. Nobody is invited yet" in answer.text
    entry = AuditEntry.objects.get(verb="release.published")
    assert (entry.subject_id, entry.whole_id, entry.by_user, entry.facts) == (
        release.pk,
        visit.pk,
        alice.pk,
        {"number": 1},
    )


def test_guests_see_release_1_until_release_2_is_published(client, alice, visit, bob, session):
    def seen() -> str:
        return factories.sign_in(client, bob).get(address(visit, "itinerary")).text

    publish_release(visit=visit, by=alice)
    retitle(session, "Walk")
    assert "Talk" in seen()
    assert "Walk" not in seen()

    publish_release(visit=visit, by=alice)
    assert "Walk" in seen()
    assert "Talk" not in seen()
    assert [release.number for release in visit.releases.order_by("number")] == [1, 2]


def test_a_double_click_publishes_one_release(as_person, alice, visit, session):
    client = as_person(alice)
    sent = form_of(client.get(address(visit, "publish")))
    answers = [client.post(address(visit, "publish"), sent, follow=True).text for _n in range(2)]

    assert Release.objects.count() == 1
    assert AuditEntry.objects.filter(verb="release.published").count() == 1
    assert "Release 1 published." in answers[0]


def test_who_publishes_what_guests_see_already_is_told_so(as_person, alice, visit, session):
    client = as_person(alice)
    pages = [form_of(client.get(address(visit, "publish"))) for _n in range(2)]
    answers = [client.post(address(visit, "publish"), sent, follow=True).text for sent in pages]

    assert Release.objects.count() == 1
    assert "Release 1 says this already; nothing was published twice." in answers[1]


def test_publishing_what_guests_see_already_is_nothing_new(alice, visit, session):
    release = publish_release(visit=visit, by=alice)
    with pytest.raises(NothingNew) as refused:
        publish_release(visit=visit, by=alice)

    assert refused.value.edition == release
    assert Release.objects.count() == 1


def test_the_page_says_when_guests_see_all_of_it_already(as_person, alice, visit, session):
    publish_release(visit=visit, by=alice)

    assert "Guests see all of it already, in release 1." in as_person(alice).get(address(visit, "publish")).text


def test_going_back_to_what_was_said_once_is_a_release_of_its_own(alice, visit, session):
    for title in ("Talk", "Walk", "Talk"):
        retitle(session, title)
        publish_release(visit=visit, by=alice)

    assert [release.body["sessions"][0]["title"]["en"] for release in visit.releases.order_by("number")] == [
        "Talk",
        "Walk",
        "Talk",
    ]


def test_once_confirmed_the_same_programme_is_published_as_firm(alice, visit, session):
    publish_release(visit=visit, by=alice)
    move_visit(visit=visit, to="confirmed", by=alice)

    assert [publish_release(visit=visit, by=alice).kind, Release.objects.get(number=1).kind] == ["firm", "proposal"]


# --- refused -------------------------------------------------------------------------------------


def test_an_empty_programme_is_refused(as_person, alice, visit):
    with pytest.raises(Refusal, match="There is nothing to publish yet"):
        publish_release(visit=visit, by=alice)
    client = as_person(alice)
    assert "There is nothing to publish yet." in client.get(address(visit, "publish")).text
    assert "There is nothing to publish yet." in client.post(address(visit, "publish"), follow=True).text
    assert not Release.objects.exists()


@pytest.mark.parametrize("status", [status for status in Visit.Status if status not in Visit.RELEASES_IN])
def test_outside_planning_and_confirmed_nothing_is_published(alice, status):
    visit = factories.create_visit(status=status)
    create_session(visit)
    with pytest.raises(Refusal, match="while the visit is planned or confirmed; this one is"):
        publish_release(visit=visit, by=alice)

    assert not Release.objects.exists()


def test_the_page_of_a_visit_in_scoping_says_why_not(as_person, alice):
    visit = factories.create_visit(status="scoping")
    create_session(visit)
    client = as_person(alice)
    told = "A programme is published while the visit is planned or confirmed; this one is scoping."

    assert told in client.get(address(visit, "publish")).text
    assert told in client.post(address(visit, "publish"), follow=True).text


def test_planning_a_visit_from_there_leads_back_to_publishing(as_person, alice):
    visit = factories.create_visit(status="scoping")
    create_session(visit)
    client = as_person(alice)
    plan = form_of(client.get(address(visit, "publish")), action=address(visit, "move"))

    answer = client.post(address(visit, "move"), {**plan, "to": "planning"}, follow=True)

    assert answer.redirect_chain == [(address(visit, "publish"), 302)]
    assert "Publish release 1" in answer.text


@pytest.mark.parametrize(("note", "sentence"), [("x" * 301, "300 characters fit"), ("a\x07b", "cannot be shown")])
def test_a_note_that_cannot_be_kept_comes_back(as_person, alice, visit, session, note, sentence):
    answer = as_person(alice).post(address(visit, "publish"), {"note": note})

    assert sentence in " ".join(answer.context["form"].errors["note"])
    assert form_of(answer)["note"] == [note]
    assert not Release.objects.exists()


# --- what was looked at is what is published -----------------------------------------------------


def test_a_programme_that_changed_meanwhile_is_shown_again_before_it_is_published(as_person, alice, visit, session):
    publish_release(visit=visit, by=alice)
    retitle(session, "Walk")
    client = as_person(alice)
    page = client.get(address(visit, "publish"))
    retitle(session, "Run")
    visit.refresh_from_db()
    visit.title = text("New title")
    visit.save()
    answer = client.post(address(visit, "publish"), typed(page, note="Walk now."))

    assert (answer.status_code, Release.objects.count()) == (409, 1)
    assert "Somebody changed the programme after you opened this page." in answer.text
    assert {str(change.what) for change in answer.context["differences"]} == {"The visit", "Run"}
    assert form_of(answer)["note"] == ["Walk now."]

    client.post(address(visit, "publish"), form_of(answer))
    assert Release.objects.get(number=2).body["sessions"][0]["title"] == {"en": "Run"}


def test_an_action_that_saw_something_else_is_refused(alice, visit, session):
    seen = digest(as_stored(write(Programme.of(visit))))
    retitle(session, "Walk")
    with pytest.raises(LookAgain):
        publish_release(visit=visit, by=alice, seen=seen)

    assert publish_release(visit=visit, by=alice, seen=digest(as_stored(write(Programme.of(visit))))).number == 1


# --- the list, one release, two beside each other ------------------------------------------------


def test_the_list_of_releases_names_who_published(as_person, alice, visit, session):
    carol = factories.create_user("Carol", roles=["coordinator"])
    publish_release(visit=visit, by=carol, note="First.")
    retitle(session, "Walk")
    publish_release(visit=visit, by=None, via=AuditEntry.Via.IMPORT)
    carol.delete()
    answer = as_person(alice).get(address(visit, "releases"))

    assert [(release.number, who, earlier) for release, who, earlier in answer.context["releases"]] == [
        (2, "the portal itself", 1),
        (1, "somebody who is no longer here", 0),
    ]
    assert "First." in answer.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_releases_takes_the_same_number_of_queries(
    as_person, alice, visit, session, count, django_assert_num_queries
):
    for number in range(count):
        retitle(session, f"Talk {number}")
        publish_release(visit=visit, by=factories.create_user(roles=["coordinator"]))
    client = as_person(alice)
    client.get(address(visit, "releases"))

    with django_assert_num_queries(5):
        client.get(address(visit, "releases"))


def test_before_the_first_release_the_list_says_what_to_do(as_person, alice, visit):
    assert "Nothing is published yet" in as_person(alice).get(address(visit, "releases")).text


def test_an_old_release_is_shown_as_guests_saw_it(as_person, alice, visit, session):
    publish_release(visit=visit, by=alice)
    retitle(session, "Walk")
    publish_release(visit=visit, by=alice)
    page = as_person(alice).get(address(visit, "releases", 1))

    assert "Talk" in page.text
    assert "Walk" not in page.text
    assert "Hana Host (Demo manager)" in page.text


def test_any_two_numbers_can_be_compared(as_person, alice, visit, session):
    for title in ("Talk", "Walk", "Run"):
        retitle(session, title)
        publish_release(visit=visit, by=alice)
    client = as_person(alice)

    answer = client.get(address(visit, "releases", "compare") + "?before=3&after=1", follow=True)
    assert answer.redirect_chain == [(address(visit, "releases", 1, 3), 302)]
    assert "From release 1 to release 3" in answer.text
    assert "Walk" not in answer.text
    assert "Nothing is different." in client.get(address(visit, "releases", 2, 2)).text


@pytest.mark.parametrize(
    "path",
    [
        "releases/3/",
        "releases/0/",
        "releases/99999999999999999999999/",
        "releases/1/99999999999999999999999/",
        "releases/compare/",
        "releases/compare/?before=1",
        "releases/compare/?before=1&after=x",
        "releases/compare/?before=1&after=-1",
        "releases/compare/?before=1&after=²",
        "releases/compare/?before=1&after=" + "9" * 400,
    ],
)
def test_a_number_that_there_is_not_is_not_there(as_person, alice, visit, session, path):
    publish_release(visit=visit, by=alice)

    assert as_person(alice).get(f"{address(visit)}{path}", follow=True).status_code == 404


def test_a_release_of_another_visit_is_not_there(as_person, alice, visit):
    other = factories.create_visit()
    create_session(other)
    publish_release(visit=other, by=alice)

    assert as_person(alice).get(address(visit, "releases", 1)).status_code == 404
