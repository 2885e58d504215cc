"""Makes the rows that tests need; every value that a test does not care about has a default."""

import datetime
import itertools
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, User
from core.translated import Text, as_text, text
from partners.actions import publish_city
from partners.models import City, Contact, Organisation, Space, Venue
from practices.actions import publish_practice
from practices.models import Evidence, Offer, Practice, Source, Term
from visits.booking.models import Aim, Visit
from visits.delegation.models import Person
from visits.programme.models import Session

LEEDS = ZoneInfo("Europe/London")
DAY_ONE = datetime.date(2027, 3, 9)  # a Tuesday
numbers = itertools.count(1)


def create_user(name: str = "", *, roles=(), language: str = "en", password: str | None = None, **fields) -> User:
    number = next(numbers)
    name = name or f"Person {number}"
    email = fields.pop("email", f"{name.split()[0].lower()}{number}@example.org")
    return User.objects.create_user(email, password, name=name, roles=list(roles), language=language, **fields)


def sign_in(client: Client, user: User) -> Client:
    """A session that counts as complete, as after a second factor."""
    client.force_login(user)
    session = client.session
    now = timezone.now().timestamp()
    session["signed_in_at"] = session["seen_at"] = now
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": now},
        {"method": "mfa", "type": "totp", "at": now},
    ]
    session.save()
    return client


def create_city(name: str | Text = "Brno", **fields) -> City:
    number = next(numbers)
    values = {"slug": f"city-{number}", "name": as_text(name), "country": "CZ", "time_zone": "Europe/Prague"}
    return City.objects.create(**{**values, **fields})


def create_public_city(name: str | Text = "Brno", **fields) -> City:
    create_home()
    city = create_city(name, **{"summary": text("About the city."), **fields})
    publish_city(city=city, by=None)
    city.refresh_from_db()
    return city


def create_home() -> City:
    """Our own city; there is only one."""
    leeds = {"slug": "leeds", "country": "GB", "time_zone": "Europe/London"}
    return City.objects.home().first() or create_city("Leeds", status="home", **leeds)


def create_organisation(name: str = "Demo council", **fields) -> Organisation:
    fields.setdefault("city", None)
    if fields["city"] is None:
        fields["city"] = create_home()
    return Organisation.objects.create(**{"slug": f"organisation-{next(numbers)}", "name": as_text(name), **fields})


def create_venue(name: str | Text = "Demo House", *, capacity: int | None = None, **fields) -> Venue:
    organisation = fields.pop("organisation", None) or create_organisation()
    values = {"slug": f"venue-{next(numbers)}", "name": as_text(name), "address": "1 Demo Street, Leeds"}
    venue = Venue.objects.create(organisation=organisation, **{**values, **fields})
    if capacity:
        Space.objects.create(venue=venue, name=text("Main room"), capacity=capacity)
    return venue


def create_contact(name: str = "Demo host", **fields) -> Contact:
    organisation = fields.pop("organisation", None) or create_organisation()
    values = {"name": name, "role": text("Demo manager"), "gives_sessions": True}
    return Contact.objects.create(organisation=organisation, **{**values, **fields})


def create_practice(title: str = "Demo practice", **fields) -> Practice:
    values = {
        "slug": f"practice-{next(numbers)}",
        "kind": "approach",
        "title": as_text(title),
        "summary": text("What it is."),
        "how": text("How it is done."),
        "question": text("What would you try?"),
    }
    return Practice.objects.create(**{**values, **fields})


def create_public_practice(title: str = "Demo practice", **fields) -> Practice:
    practice = create_practice(title, **fields)
    publish_practice(practice=practice, by=create_user("Edith"))
    practice.refresh_from_db()
    return practice


def create_offer(title: str = "Demo offer", **fields) -> Offer:
    practice = fields.pop("practice", None) or create_practice()
    values = {
        "title": as_text(title),
        "text": text("What you would see."),
        "format": "briefing",
        "minutes": 60,
        "group_max": 12,
        "observation": "briefing",
    }
    return Offer.objects.create(practice=practice, **{**values, **fields})


def create_source(code: str = "S01", **fields) -> Source:
    return Source.objects.create(code=code, **{"title": "Demo report", "publisher": "Demo press", **fields})


def create_claim(words: str = "Demo claim.", *, sources=(), **fields) -> Evidence:
    """A claim; sourced when it has sources."""
    practice = fields.pop("practice", None) or create_practice()
    status = "sourced" if sources else "unverified"
    claim = Evidence.objects.create(practice=practice, **{"text": as_text(words), "status": status, **fields})
    claim.sources.set(sources)
    return claim


def create_term(term: str = "Demo term", **fields) -> Term:
    values = {
        "slug": f"term-{next(numbers)}",
        "term": as_text(term),
        "area": "council",
        "definition": text("What it means."),
    }
    return Term.objects.create(**{**values, **fields})


def create_visit(title: str | Text = "Demo visit", **fields) -> Visit:
    city = fields.pop("city", None) or create_city()
    values = {
        "reference": f"visit-{next(numbers)}",
        "title": as_text(title),
        "starts_on": DAY_ONE,
        "ends_on": DAY_ONE + datetime.timedelta(days=1),
        "status": "planning",
    }
    return Visit.objects.create(city=city, **{**values, **fields})


def create_aim(visit: Visit, short: str | Text = "Learn something", **fields) -> Aim:
    return Aim.objects.create(
        visit=visit, **{"words": "Chceme se učit.", "words_language": "cs", "short": as_text(short), **fields}
    )


def create_person(visit: Visit, name: str = "", **fields) -> Person:
    """Somebody on the roster, not invited yet."""
    number = next(numbers)
    name = name or f"Guest {number}"
    return Person.objects.create(visit=visit, **{"name": name, "email": f"guest{number}@example.org", **fields})


def create_member(visit: Visit, name: str = "", *, user: User | None = None, **fields) -> Person:
    """Somebody on the roster whose invitation is in force: they can sign in and read their releases."""
    person = create_person(visit, name, **fields)
    user = user or create_user(person.name, language=fields.get("language", "en"))
    now = timezone.now()
    person.invitation = Invitation.objects.create(
        user=user, sent_count=1, opened_at=now, accepted_at=now, expires_at=now + datetime.timedelta(days=21)
    )
    person.save(update_fields=["invitation"])
    return person


def moment(clock: str, day: datetime.date = DAY_ONE) -> datetime.datetime:
    """``moment("09:30")``: that time on the clock in Leeds."""
    return datetime.datetime.combine(day, datetime.time.fromisoformat(clock), tzinfo=LEEDS)


def create_session(
    visit: Visit, title: str | Text = "Demo session", *, at: str = "09:00", until: str = "10:00", **fields
) -> Session:
    day = fields.pop("day", visit.starts_on or DAY_ONE)
    hosts = fields.pop("hosts", [])
    aims = fields.pop("aims", [])
    session = Session.objects.create(
        visit=visit, title=as_text(title), starts_at=moment(at, day), ends_at=moment(until, day), **fields
    )
    session.hosts.set(hosts)
    session.aims.set(aims)
    return session
