"""Several people at the same moment, each with a connection of their own: nothing is lost, nothing comes twice.

Real transactions; a barrier lets all begin at once. The races that guests would notice are run fifty times.
"""

import threading
from collections.abc import Callable
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client

from core.access import Refusal
from core.published import NothingNew, as_stored
from core.translated import text
from tests import factories
from tests.factories import create_session, moment
from tests.visits.pages import form_of, typed
from visits.booking.access import visit_for
from visits.delegation.models import Person
from visits.programme import actions as programme
from visits.programme.models import Session
from visits.programme.programme import Programme
from visits.release import summary
from visits.release.actions import publish_release
from visits.release.document import write
from visits.release.models import Release

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 50
FEWER = 25  # of those that play a whole page


class Together:
    """Runs things at the same time, round after round, in threads that keep their connections."""

    def __init__(self, count: int):
        self.begin, self.end = threading.Barrier(count + 1, timeout=60), threading.Barrier(count + 1, timeout=60)
        self.things: list[Callable | None] = [None] * count
        self.outcomes: list = [None] * count
        self.threads = [threading.Thread(target=self._work, args=[number]) for number in range(count)]

    def _work(self, number: int) -> None:
        try:
            while True:
                self.begin.wait()
                if self.things[number] is None:
                    return
                try:
                    self.outcomes[number] = self.things[number]()
                except Exception as error:  # whatever it was, the test is to see it
                    self.outcomes[number] = error
                self.end.wait()
        finally:
            connection.close()

    def run(self, *things: Callable) -> list:
        """What each returned, or raised."""
        self.things[:] = things
        self.begin.wait()
        self.end.wait()
        return list(self.outcomes)

    def stop(self) -> None:
        self.things[:] = [None] * len(self.things)
        self.begin.wait()
        for thread in self.threads:
            thread.join()


@contextmanager
def together(count: int):
    group = Together(count)
    for thread in group.threads:
        thread.start()
    try:
        yield group
    finally:
        group.stop()


def retitle(visit, session, title: str, by) -> None:
    """An edit as a page, a link or an import makes it."""
    programme.edit_session(session=session, by=by, title=text(title))


def titles(release) -> list[str]:
    return [session["title"]["en"] for session in release.body["sessions"]]


def test_publish_beside_publish_makes_one_release(alice, visit):
    session = create_session(visit)
    with together(2) as group:
        for number in range(1, ROUNDS + 1):
            retitle(visit, session, f"Talk {number}", alice)
            outcomes = group.run(*[lambda: publish_release(visit=visit, by=alice)] * 2)

            published = [each for each in outcomes if isinstance(each, Release)]
            assert [each.number for each in published] == [number]
            assert [type(each) for each in outcomes if each not in published] == [NothingNew]
    visit.refresh_from_db()
    assert visit.live.number == Release.objects.count() == ROUNDS
    assert titles(visit.live) == [f"Talk {ROUNDS}"]


def test_publish_beside_edit_loses_no_edit_and_makes_one_number(alice, visit):
    session, other = create_session(visit, "Talk 0"), create_session(visit, at="20:00", until="21:00")
    with together(2) as group:
        for number in range(1, ROUNDS + 1):
            Session.objects.filter(pk=other.pk).update(title=text(f"Round {number}"))  # so that there is news each time
            published, edited = group.run(
                lambda: publish_release(visit=visit, by=alice),
                lambda number=number: retitle(visit, session, f"Talk {number}", alice),
            )

            session.refresh_from_db()
            assert (published.number, edited, str(session)) == (number, None, f"Talk {number}")
            # The release holds the edit wholly or not at all.
            assert titles(published)[0] in {f"Talk {number - 1}", f"Talk {number}"}
            assert titles(published)[1] == f"Round {number}"
    assert as_stored(write(Programme.of(visit)))["sessions"][0]["title"] == {"en": f"Talk {ROUNDS}"}
    assert list(Release.objects.order_by("number").values_list("number", flat=True)) == list(range(1, ROUNDS + 1))
    assert publish_is_nothing_new_or_the_last_edit(visit, alice)


def publish_is_nothing_new_or_the_last_edit(visit, by) -> bool:
    """One more release at most brings what guests read up to the draft."""
    try:
        release = publish_release(visit=visit, by=by)
    except NothingNew as nothing:
        release = nothing.edition
    return titles(release)[0] == f"Talk {ROUNDS}"


def test_a_slow_publish_never_takes_back_what_a_quick_one_has_shown(alice, visit, monkeypatch):
    """One is held up after writing the document; another changes the programme and publishes meanwhile."""
    session = create_session(visit, "Talk")
    slow, written, overtaken = [], threading.Event(), threading.Event()

    def write_slowly(programme):
        document = write(programme)
        if threading.get_ident() in slow:
            written.set()
            overtaken.wait(0.5)  # the lock lets nobody overtake
        return document

    def publish_slowly():
        slow.append(threading.get_ident())
        return publish_release(visit=visit, by=alice)

    def change_and_publish():
        written.wait(10)
        retitle(visit, session, "Walk", alice)
        release = publish_release(visit=visit, by=alice)
        overtaken.set()
        return release

    monkeypatch.setattr("visits.release.actions.write", write_slowly)
    with together(2) as group:
        first, second = group.run(publish_slowly, change_and_publish)

    assert [(first.number, titles(first)), (second.number, titles(second))] == [(1, ["Talk"]), (2, ["Walk"])]
    visit.refresh_from_db()
    assert visit.live == second


def test_a_release_is_never_half_of_a_shift(alice, visit):
    """All sessions are moved in one step; a release beside it shows them all before, or all after."""
    for hour in range(9, 15):
        create_session(visit, f"Talk {hour}", at=f"{hour:02}:00", until=f"{hour:02}:30")

    def shift(days: int) -> None:
        with transaction.atomic():
            locked = visit_for(alice, visit.reference, lock=True)
            programme.shift_sessions(visit=locked, days=days, by=alice)

    with together(2) as group:
        for number in range(20):
            days = 1 if number % 2 == 0 else -1
            outcome, _shifted = group.run(lambda: publish_release(visit=visit, by=alice), lambda days=days: shift(days))
            if isinstance(outcome, Release):
                assert len({session["starts_at"][:10] for session in outcome.body["sessions"]}) == 1
            else:
                assert isinstance(outcome, NothingNew)


def test_two_who_save_different_fields_at_once_both_keep_theirs(alice, visit):
    address = f"/visits/{visit.reference}/edit/"
    clients = two_coordinators(alice)
    with together(2) as group:
        for number in range(FEWER):
            page = clients[0].get(address)  # as both of them have it open
            sent = [typed(page, title_en=f"Visit {number}"), typed(page, staff_note=f"Note {number}")]
            answers = post_at_once(group, clients, address, sent)

            visit.refresh_from_db()
            assert [answer.status_code for answer in answers] == [302, 302]
            assert (str(visit), visit.staff_note) == (f"Visit {number}", f"Note {number}")


def test_two_who_save_the_same_field_at_once_one_of_them_is_asked(alice, visit):
    address = f"/visits/{visit.reference}/edit/"
    clients = two_coordinators(alice)
    with together(2) as group:
        for number in range(FEWER):
            typings = [f"Hers {number}", f"His {number}"]
            page = clients[0].get(address)
            sent = [typed(page, title_en=title) for title in typings]
            answers = post_at_once(group, clients, address, sent)

            statuses = [answer.status_code for answer in answers]
            assert sorted(statuses) == [302, 409]
            visit.refresh_from_db()
            assert str(visit) == typings[statuses.index(302)]
            refused = answers[statuses.index(409)]
            assert form_of(refused)["title_en"] == [typings[statuses.index(409)]]
            assert typings[statuses.index(302)] in refused.text


def test_two_who_save_one_session_at_once_lose_nothing(alice, visit):
    """Its hosts stand in a table of their own, and its times are told by three boxes."""
    session = create_session(visit)
    hosts = [factories.create_contact() for _n in range(2)]
    address = f"/visits/{visit.reference}/programme/{session.pk}/"
    clients = two_coordinators(alice)
    with together(2) as group:
        for number in range(6):
            page = clients[0].get(address)
            mine = typed(page, starts=f"08:{number:02}", hosts=[str(hosts[number % 2].pk)])
            answers = post_at_once(group, clients, address, [mine, typed(page, ends=f"12:{number:02}")])

            session.refresh_from_db()
            assert [answer.status_code for answer in answers] == [302, 302]
            assert (session.starts_at, session.ends_at) == (moment(f"08:{number:02}"), moment(f"12:{number:02}"))
            assert list(session.hosts.all()) == [hosts[number % 2]]


def two_coordinators(alice) -> list[Client]:
    return [factories.sign_in(Client(), each) for each in (alice, factories.create_user(roles=["coordinator"]))]


def post_at_once(group: Together, clients: list[Client], address: str, sent: list[dict]) -> list:
    pairs = zip(clients, sent, strict=True)
    return group.run(*[lambda client=client, fields=fields: client.post(address, fields) for client, fields in pairs])


def test_two_who_make_a_lead_at_once_make_one(alice, visit):
    address = f"/visits/{visit.reference}/people/add/"
    clients = two_coordinators(alice)
    sent = {"name": "Dana", "part": "lead", "language": "cs", "english": "basic"}
    with together(2) as group:
        for _number in range(5):
            Person.objects.all().delete()
            answers = group.run(*[lambda client=client: client.post(address, sent) for client in clients])

            assert sorted(answer.status_code for answer in answers) == [200, 302]
            assert Person.objects.count() == 1


def test_two_presses_of_publish_at_once_are_one_release(alice, visit):
    session = create_session(visit)
    address = f"/visits/{visit.reference}/publish/"
    clients = [factories.sign_in(Client(), alice) for _n in range(2)]
    with together(2) as group:
        for number in range(1, 6):
            retitle(visit, session, f"Talk {number}", alice)
            sent = form_of(clients[0].get(address))
            answers = group.run(*[lambda client=client, sent=sent: client.post(address, sent) for client in clients])

            assert [answer.status_code for answer in answers] == [302, 302]
            assert Release.objects.count() == number


def test_without_the_lock_the_same_race_is_lost(alice, visit, monkeypatch):
    """The negative control: this machinery does find a race where there is one."""
    session = create_session(visit, staff_note="")
    waiting = threading.Barrier(2, timeout=60)

    def careless(name: str, value) -> None:
        row = Session.objects.get(pk=session.pk)
        waiting.wait()
        setattr(row, name, value)
        row.save()

    with together(2) as group:
        group.run(lambda: careless("title", text("Walk")), lambda: careless("staff_note", "Note"))
    session.refresh_from_db()

    assert (str(session), session.staff_note) != ("Walk", "Note")


def test_refusals_are_no_faults(alice, visit):
    """An empty programme is refused to each of those who press at once."""
    with together(2) as group:
        outcomes = group.run(*[lambda: publish_release(visit=visit, by=alice)] * 2)

    assert [type(outcome) for outcome in outcomes] == [Refusal, Refusal]


def test_two_visits_that_share_their_hosts_are_changed_at_once_and_both_summaries_come_out_true(alice, visit):
    """Neither waits for the other for ever, and what one of them could not see yet is counted by the worker."""
    other, hosts = factories.create_visit(), [factories.create_contact() for _n in range(2)]
    sessions = [create_session(each, hosts=hosts) for each in (visit, other)]

    def change(session, number):
        programme.edit_session(session=session, by=alice, title=text(f"Talk {number}"), hosts=hosts[: number % 3])

    with together(2) as group:
        for number in range(ROUNDS):
            outcomes = group.run(*[lambda each=each, number=number: change(each, number) for each in sessions])
            assert outcomes == [None, None]
            summary.write_those_behind()
            assert summary.untrue() == []
