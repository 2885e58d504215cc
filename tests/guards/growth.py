"""More of everything: rows beside those of the two visits, in every list that a page can show."""

import datetime

from django.utils import timezone

from accounts import actions as accounts
from core.outbox.models import Notice
from core.pictures import add_picture
from core.translated import text
from partners import actions as partners
from partners.models import City, Venue
from practices import actions as practices
from practices.models import Evidence, Practice, Reading, Rule, Source, Term
from tests import factories
from tests.guards.two_visits import OUR, TwoVisits
from tests.uploads import upload
from visits.delegation import actions as delegation
from visits.release.actions import publish_release
from visits.release.summary import write_those_behind


def grow(two_visits: TwoVisits, count: int) -> None:
    """``count`` more of each kind of row."""
    for number in range(count):
        _accounts(number)
        _city(two_visits, number)
        _partners(two_visits)
        _practice(number)
        _visit(two_visits, number)
        _core(number)
    _numbers(two_visits, count)
    write_those_behind()


def grow_others(two_visits: TwoVisits, count: int) -> None:
    """The same without anything in the visit that is ours: what others have, and what nobody has taken."""
    for number in range(count):
        _accounts(number)
        _city(two_visits, number)
        _partners(two_visits)
        _practice(number)
        _core(number)
        other = factories.create_visit(city=two_visits.ours.visit.city)
        venue = factories.create_venue(capacity=9)
        factories.create_person(other)
        factories.create_aim(other)
        factories.create_session(other, venue=venue, space=venue.spaces.get(), hosts=[factories.create_contact()])
    write_those_behind()


def _accounts(number: int) -> None:
    user = factories.create_user(roles=["coordinator"])
    invited = f"more{user.pk}@example.org"
    invitation = accounts.invite(email=invited, name=f"New {number}", language="en", by=user, roles=["editor"])
    accounts.send_invitation(invitation=invitation, by=user)


def _city(two_visits: TwoVisits, number: int) -> None:
    city = City.objects.get(slug=f"{OUR}-city")
    partners.add_topic(city=city, name=text(f"Topic {number}"), by=None)
    partners.add_agreement(city=city, year=2004 + number, what=text(f"Agreement {number}"), by=None)
    other = factories.create_city(
        f"More {number}",
        summary=text("Demo."),
        certainty=text("Demo."),
        latitude=49,
        longitude=16,
        languages=["cs"],
        entry="eta",
        entry_summary=text("Demo."),
        entry_checked_on=datetime.date(2026, 11, 22),
    )
    partners.publish_city(city=other, by=None)


def _partners(two_visits: TwoVisits) -> None:
    venue = Venue.objects.get(slug=f"{OUR}-house")
    organisation = venue.organisation
    other = factories.create_venue(organisation=organisation, capacity=9, latitude=53.8, longitude=-1.5)
    factories.create_organisation()
    factories.create_contact(organisation=organisation, usual_venue=venue)
    partners.add_house_rule(venue=venue, text=text("Ask."), reason=text("It is polite."), by=None)
    partners.set_travel_time(origin=venue, destination=other, plan_minutes=15, by=None)
    venue.spaces.create(name=text("Room"), capacity=5)


def _practice(number: int) -> None:
    practice = Practice.objects.get(slug=f"{OUR}-practice")
    code = f"M{timezone.now():%f}"
    source = Source.objects.create(code=code, title=f"Source {number}")
    for each in (practice, factories.create_practice(f"More {number}")):
        claim = Evidence.objects.create(practice=each, text=text("Demo."), status="sourced", position=9)
        claim.sources.add(source)
        Rule.objects.create(practice=each, text=text("A"), reason=text("B"), contact_role=text("C"), position=9)
        Reading.objects.create(practice=each, title="Demo", source=source, position=9)
        each.parts.create(kind="idea", text=text("Demo."), position=9)
        offer = factories.create_offer(practice=each, venue=factories.create_venue(), position=9)
        offer.hosts.add(factories.create_contact())
        practice.related.add(each)
    practices.publish_practice(practice=each, by=None)
    term = Term.objects.create(slug=code.lower(), term=text(code), area="care", definition=text("Demo."))
    practices.publish_term(term=term, by=None)


def _visit(two_visits: TwoVisits, number: int) -> None:
    visit, alice = two_visits.ours.visit, two_visits.users["coordinator"]
    aim = factories.create_aim(visit)
    group = visit.groups.create(name=text("Group"))
    member = factories.create_member(visit, group=group, email=f"more{group.pk}@example.org")
    delegation.write_needs(person=member, access="a ramp", meals="no meat", by=alice)
    day = visit.starts_on
    delegation.record_undertaking(person=member, version="1.0", language="en", received_on=day, by=alice)
    delegation.record_undertaking(
        person=visit.people.here().filter(invitation=None).first(), version=f"2.{member.pk}"[:20], language="en",
        received_on=day, by=alice,
    )  # fmt: skip
    factories.create_person(visit, left_at=timezone.now())
    hosts = [factories.create_contact()]
    begins = f"{13 + number // 2}:{30 * (number % 2):02}"
    more = {"at": begins, "until": f"{begins[:-1]}5", "hosts": hosts, "aims": [aim], "group": group}
    factories.create_session(visit, venue=factories.create_venue(), offer=factories.create_offer(), **more)
    other = factories.create_visit(city=visit.city, lead_coordinator=alice)
    factories.create_session(other, hosts=hosts)
    factories.create_member(other, user=two_visits.users["delegate"])


def _core(number: int) -> None:
    add_picture(file=upload(), by=None, alt=text("Demo"), audience="public", shows_people=False)
    Notice.objects.create(
        address="more@example.org", language="en", cause=f"more:{timezone.now()}", subject="Demo", body="Demo",
        status="failed", reason="refused", message_id=f"<{number}>",
    )  # fmt: skip


def _numbers(two_visits: TwoVisits, count: int) -> None:
    """More published numbers of what has been published."""
    practice, city = Practice.objects.get(slug=f"{OUR}-practice"), City.objects.get(slug=f"{OUR}-city")
    term, visit = Term.objects.get(slug=f"{OUR}-term"), two_visits.ours.visit
    session, editor = visit.sessions.first(), two_visits.users["editor"]
    for number in range(count):
        words = text(f"Number {number} of {timezone.now()}")
        practices.edit_practice(practice=practice, summary=words, by=editor)
        practices.publish_practice(practice=practice, by=editor)
        city.summary = words
        city.save()
        partners.publish_city(city=city, by=editor)
        practices.edit_term(row=term, definition=words, by=editor)
        practices.publish_term(term=term, by=editor)
        session.about = words
        session.save()
        publish_release(visit=visit, by=two_visits.users["coordinator"])
