"""A visit with something in every place of its programme, for the tests of releases."""

import datetime

from core.translated import text
from partners.models import HouseRule, Space
from practices.actions import publish_practice
from tests import factories
from tests.factories import DAY_ONE
from visits.booking.models import Visit
from visits.delegation.models import Need
from visits.programme.models import Session

CANARY = "canary"
DAY_TWO = DAY_ONE + datetime.timedelta(days=1)


def full_visit(coordinator) -> Visit:
    """Every field that guests may read holds words of its own, every field that they may not the canary."""
    city = factories.create_city("Brno", staff_note=CANARY)
    visit = factories.create_visit(
        city=city,
        title=text("Social workers from Brno", cs="Sociální pracovníci z Brna"),
        lead_coordinator=coordinator,
        purpose=CANARY,
        staff_note=CANARY,
    )
    group = visit.groups.create(name=text("Group A", cs="Skupina A"))
    aim = factories.create_aim(visit, words=CANARY, short=text("Trust", cs="Důvěra"))
    lead = factories.create_person(
        visit, "Dana", part="lead", group=group, organisation=CANARY, profession=text(CANARY)
    )
    Need.objects.create(person=lead, access=CANARY, meals=CANARY)
    hub = factories.create_venue(
        "Rothwell Hub",
        kind=text("family hub"),
        address="1 Commercial Street",
        postcode="LS26 0AA",
        latitude="53.75100",
        longitude="-1.48100",
        precision=CANARY,
        entrance=text("The door beside the library.", cs="Dveře vedle knihovny."),
        access=text("No steps."),
    )
    HouseRule.objects.create(venue=hub, text=text("Wear your badge."), reason=text("So that children know you."))
    hall = Space.objects.create(venue=hub, name=text("Hall"), capacity=20, note=text("First floor."))
    station = factories.create_venue("Leeds station", address="New Station Street")
    practice, further = map(factories.create_public_practice, ("Family group conference", "Early help"))
    offer = factories.create_offer(
        "Plan clinic", practice=practice, format="team_meeting_observation", observation="observed"
    )
    publish_practice(practice=practice, by=None)
    host = factories.create_contact(
        "Hana Host", role=text("Manager", cs="Vedoucí"), phone=CANARY, email="canary@example.org"
    )
    factories.create_session(
        visit,
        "Arrival",
        at="08:30",
        until="09:00",
        kind=Session.Kind.ARRIVAL,
        venue=station,
        led_by="staff",
        lead_staff=coordinator,
        fallback=text(CANARY),
        staff_note=CANARY,
    )
    factories.create_session(
        visit,
        "Minibus",
        at="09:00",
        until="09:30",
        kind=Session.Kind.TRAVEL,
        venue=station,
        to_venue=hub,
        mode=text("minibus", cs="mikrobus"),
        guest_note=text("Bring a coat."),
        staff_note=CANARY,
    )
    talk = factories.create_session(
        visit,
        "Talk",
        at="09:30",
        until="10:45",
        about=text("How families decide."),
        venue=hub,
        space=hall,
        practice=practice,
        offer=offer,
        hosts=[host],
        aims=[aim],
        group=group,
        capacity=8,
        interpreting="consecutive",
        content_note=text("It is about loss."),
        guest_note=text("Ask anything."),
        fallback=text(CANARY),
        staff_note=CANARY,
        provenance=[CANARY],
    )
    talk.further_practices.set([practice, further])
    factories.create_session(
        visit,
        "Their turn",
        day=DAY_TWO,
        at="14:00",
        until="15:00",
        kind=Session.Kind.GUESTS_TURN,
        led_by="guests",
        lead_person=lead,
        staff_note=CANARY,
    )
    return visit
