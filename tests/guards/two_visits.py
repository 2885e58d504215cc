"""What the guards stand on: two visits that share nothing, and a secret in every place that has one.

``our`` visit is Alice's, ``their`` visit Charlie's. Each side has rows of its own in every table, and
its word (kestrel, puffin) in every text of them; what belongs to the visit itself says ``kestrelnest``
or ``puffinnest``, so that a page which shows it to others is found out by its words. What neither the
public nor guests may read says ``heron`` and what it is.
"""

import datetime
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.utils import websafe_encode

from accounts import actions as accounts
from accounts.invitations import link
from accounts.models import User
from core.outbox.models import Notice
from core.pictures import add_picture
from core.translated import Text, text
from partners import actions as partners
from partners.models import Contact
from practices import actions as practices
from practices.models import Evidence, Practice, Rule, Source, Term
from tests import factories
from tests.accounts.passkey import Passkey
from tests.guards.routes import Route
from tests.uploads import drawing, upload
from visits.booking.models import Visit
from visits.delegation import actions as delegation
from visits.problems.actions import pass_problem
from visits.problems.find import find
from visits.programme.programme import Programme
from visits.release.actions import publish_release

OUR, THEIR, SECRET = "kestrel", "puffin", "heron"
NEWEST = {OUR: 2, THEIR: 3}  # numbers published; the third is theirs alone
SECRET_PHONE = "0113 496 0777"
PASSWORD = "three wise owls knit"
SHARED_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of everybody's authenticator app

PASSKEY = "account/second-factor/passkeys/<int:pk>"

GUESTS = ["lead", "delegate", "interpreter", "student"]
STAFF = ["coordinator", "editor", "administrator"]
PEOPLE = ["anonymous", "closed", "former", "another", *GUESTS, *STAFF]


def nest(word: str) -> str:
    """The word of what belongs to the visit itself, and to nobody outside it."""
    return f"{word}nest"


def secret(what: str) -> str:
    return f"{SECRET}-{what}"


@dataclass
class Side:
    """One visit and everything around it.

    ``at`` is what stands at each parameter of an address: by the path up to it, or by the name of a
    route and the parameter where that route needs another row.
    """

    word: str
    visit: Visit
    at: dict[str, Any] = field(default_factory=dict)
    further_pages: list[str] = field(default_factory=list)  # with forms that no page at the addresses above has

    def address(self, route: Route, **others: Any) -> str:
        """Where the route leads with the rows of this side, and with ``others`` in place of some."""
        path = reverse(route.name, kwargs={name: self.value(route, name) for name in route.parameters} | others)
        return f"{path}{self.at.get(f'{route.name} ?', '')}"

    def value(self, route: Route, name: str) -> Any:
        own, shared = f"{route.name} {name}", route.parameters[name]
        assert own in self.at or shared in self.at, f"say in tests/guards/two_visits.py which row stands at {shared}"
        return self.at.get(own, self.at.get(shared))


@dataclass
class TwoVisits:
    ours: Side
    theirs: Side
    users: dict[str, User]
    sessions: dict[str, str]  # the session cookie of each person who is signed in
    hidden: dict[str, Any]  # rows that were never published
    forms: dict[str, dict[str, Any]] = field(default_factory=dict)  # by person and path, once they have been read


def build() -> TwoVisits:
    alice = factories.create_user("Alice", roles=["coordinator"], email="coordinator@example.org")
    factories.create_home()
    ours, theirs = _side(OUR, alice), _side(THEIR, alice)
    users = _people(ours, theirs, alice)
    passkeys = {who: _proofs(users[who]) for who in STAFF}
    ours.at[PASSKEY], theirs.at[PASSKEY] = passkeys["coordinator"], passkeys["editor"]
    hidden = _hide_secrets(ours)
    sessions = {who: _cookie(user) for who, user in users.items()}
    _close(users["closed"])
    return TwoVisits(ours, theirs, users, sessions, hidden)


def _words(word: str, what: str) -> Text:
    return text(f"{word} {what}", cs=f"{word} {what} cs")


# --- the two sides -------------------------------------------------------------------------------


def _side(word: str, alice: User) -> Side:
    city = _city(word)
    venue, other, contact = _partners(word, city)
    practice = _practice(word, venue, contact)
    visit = factories.create_visit(
        f"{nest(word)} visit",
        city=city,
        reference=f"{word}-1",
        purpose=f"{nest(word)} purpose",
        lead_coordinator=alice,
    )
    side = Side(word, visit)
    side.at.update(_at_partners(word, city, venue, other, contact))
    side.at.update(_at_catalogue(word, practice))
    side.at.update(_at_visit(word, visit, practice, venue, contact, alice))
    side.at.update(_accounts(word))
    retired, newcomer = side.at["people:reopen pk"], side.at["people:invitation-send pk"]
    side.further_pages = [reverse("people:person", args=[each]) for each in (retired, newcomer)]
    side.at.update(_at_core(word, audience="public" if word == OUR else "staff"))
    return side


def _city(word: str):
    city = factories.create_city(
        f"{word} city",
        slug=f"{word}-city",
        summary=_words(word, "summary"),
        certainty=_words(word, "certainty"),
        latitude=49.2,
        longitude=16.6,
        languages=["cs"],
        interpreter_language="cs",
        entry="eta",
        entry_summary=_words(word, "entry"),
        entry_checked_on=datetime.date(2026, 11, 22),
        staff_note=secret("city-note"),
    )
    partners.add_topic(city=city, name=_words(word, "topic"), by=None)
    partners.add_agreement(city=city, year=2003, what=_words(word, "agreement"), by=None)
    for number in range(1, NEWEST[word] + 1):
        _edit(city, summary=_words(word, f"summary {number}"))
        partners.publish_city(city=city, by=None)
    city.refresh_from_db()
    return city


def _partners(word: str, city):
    home = factories.create_home()
    organisation = factories.create_organisation(f"{word} council", slug=f"{word}-council", city=home)
    venue, other = (
        factories.create_venue(
            f"{word} {which}",
            capacity=12,
            slug=f"{word}-{which}",
            organisation=organisation,
            address=f"1 {word} Street",
            entrance=_words(word, "door"),
            access=_words(word, "step"),
            latitude=latitude,
            longitude=-1.54,
        )
        for which, latitude in (("house", 53.80), ("hub", 53.81))
    )
    rule = {"text": _words(word, "house rule"), "reason": _words(word, "house reason")}
    partners.add_house_rule(venue=venue, by=None, **rule)
    partners.set_travel_time(origin=venue, destination=other, plan_minutes=20, by=None)
    contact = factories.create_contact(
        f"{word.title()} Host",
        organisation=organisation,
        role=_words(word, "manager"),
        email=f"{secret('host')}-{word}@example.org",
        phone=SECRET_PHONE,
        usual_venue=venue,
    )
    return venue, other, contact


def _practice(word: str, venue, contact: Contact) -> Practice:
    practice = factories.create_practice(
        f"{word} practice",
        slug=f"{word}-practice",
        summary=_words(word, "summary"),
        how=_words(word, "how"),
        question=_words(word, "question"),
    )
    source = Source.objects.create(code=f"S{word.upper()[:3]}", title=f"{word} source", url="https://example.org/")
    claim = Evidence.objects.create(practice=practice, text=_words(word, "claim"), status="sourced")
    claim.sources.add(source)
    Evidence.objects.create(practice=practice, text=text(secret("unverified"), cs=secret("unverified")), position=1)
    for number in (1, 2):
        Rule.objects.create(
            practice=practice,
            position=number,
            text=_words(word, f"rule {number}"),
            reason=_words(word, "reason"),
            contact_role=_words(word, "whom"),
        )
    offer = factories.create_offer(f"{word} offer", practice=practice, text=_words(word, "offered"), venue=venue)
    offer.hosts.add(contact)
    for number in range(1, NEWEST[word] + 1):
        _edit(practice, summary=_words(word, f"summary {number}"))
        practices.publish_practice(practice=practice, by=None)
    return practice


def _at_partners(word: str, city, venue, other, contact: Contact) -> dict[str, Any]:
    spare_room = venue.spaces.create(name=_words(word, "spare room"), capacity=2)
    return {
        "cities/<slug:slug>": city.slug,
        "places/cities/<slug:slug>": city.slug,
        "places/cities/<slug:slug>/topics/<uuid:pk>": city.topics.get().pk,
        "places/cities/<slug:slug>/agreements/<uuid:pk>": city.agreements.get().pk,
        "places/cities/<slug:slug>/history/<int:older>": 1,
        "places/cities/<slug:slug>/history/<int:older>-<int:newer>": NEWEST[word],
        "places/organisations/<slug:slug>": venue.organisation.slug,
        "places/people/<uuid:pk>": contact.pk,
        "places/venues/<slug:slug>": venue.slug,
        "places/venues/<slug:slug>/spaces/<uuid:pk>": spare_room.pk,
        "places/venues/<slug:slug>/rules/<uuid:pk>": venue.house_rules.get().pk,
        "places/venues/<slug:slug>/ways/<slug:to>": other.slug,
        "a venue without a way": factories.create_venue(organisation=venue.organisation).pk,
    }


def _at_catalogue(word: str, practice: Practice) -> dict[str, Any]:
    term = Term.objects.create(
        slug=f"{word}-term", term=_words(word, "term"), area="care", definition=_words(word, "definition")
    )
    practices.publish_term(term=term, by=None)
    return {
        "practices/<slug:slug>": practice.slug,
        "catalogue/practices/<slug:slug>": practice.slug,
        "catalogue/practices/<slug:slug>/numbers/<int:number>": NEWEST[word],
        "catalogue/practices/<slug:slug>/<str:part>": "rules",
        "catalogue/practices/<slug:slug>/<str:part>/<uuid:pk>": practice.rules.last().pk,
        "catalogue/terms/<slug:slug>": term.slug,
        "catalogue/sources/<slug:code>": f"S{word.upper()[:3]}",
    }


def _at_visit(word: str, visit: Visit, practice: Practice, venue, contact: Contact, alice: User) -> dict[str, Any]:
    newest, word = NEWEST[word], nest(word)
    aim = factories.create_aim(visit, f"{word} aim", words=f"{word} words")
    group = visit.groups.create(name=_words(word, "group"))
    spare = visit.groups.create(name=_words(word, "spare group"))
    person = factories.create_person(
        visit, f"{word} person", organisation=f"{word} office", profession=_words(word, "worker")
    )
    left = factories.create_person(visit, f"{word} leaver", left_at=timezone.now())
    delegation.write_needs(person=person, access=secret("needs-access"), meals=secret("needs-meals"), by=None)
    day = visit.starts_on
    undertaking = delegation.record_undertaking(person=person, version="1.0", language="cs", received_on=day, by=None)
    session = factories.create_session(
        visit,
        f"{word} session",
        about=_words(word, "about"),
        practice=practice,
        offer=practice.offers.get(),
        venue=venue,
        space=venue.spaces.get(capacity=12),
        hosts=[contact],
        aims=[aim],
        group=group,
        staff_note=secret("session-note"),
        fallback=text(secret("fallback"), cs=secret("fallback")),
        guest_note=_words(word, "guest note"),
    )
    for number in range(1, newest + 1):
        _edit(session, about=_words(word, f"about {number}"))
        publish_release(visit=visit, by=alice, note=secret("release-note"))
    invited = factories.create_member(visit, f"{word} invited")
    question, answered = [problem for problem in find(Programme.of(visit)) if problem.can_be_passed][:2]
    pass_problem(visit=visit, key=answered.key, reason=f"{word} reason", by=alice)
    here = "visits/<slug:reference>"
    return {
        here: visit.reference,
        f"{here}/aims/<uuid:pk>": aim.pk,
        f"{here}/groups/<uuid:pk>": spare.pk,
        f"{here}/people/<uuid:pk>": person.pk,
        f"{here}/people/<uuid:pk>/undertaking/<int:number>": undertaking.pk,
        f"{here}/programme/<uuid:pk>": session.pk,
        f"{here}/programme/offers/<uuid:pk>": practice.offers.get().pk,
        f"{here}/programme/add/<slug:kind>": "session",
        f"{here}/releases/<int:number>": newest,
        f"{here}/releases/<int:before>": 1,
        f"{here}/releases/<int:before>/<int:after>": newest,
        "visits:person-restore pk": left.pk,
        "visits:invitation-withdraw pk": invited.pk,
        "visits:compare-any ?": "?before=1&after=2",
        "visits:problem-pass ?": "?" + urlencode({"key": question.key}),
    }


# --- people --------------------------------------------------------------------------------------


def _people(ours: Side, theirs: Side, alice: User) -> dict[str, User]:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    months_ahead = timezone.localdate() + datetime.timedelta(days=90)
    parts = {
        "lead": {"part": "lead"},
        "delegate": {"part": "delegate", "language": "cs"},
        "interpreter": {"part": "interpreter", "languages": ["cs", "en"]},
        "student": {"part": "student", "access_ends_on": months_ahead},
        "former": {"part": "student", "access_ends_on": yesterday},
    }
    guests = {
        who: factories.create_member(ours.visit, f"{nest(ours.word)} {who}", **fields) for who, fields in parts.items()
    }
    guests["another"] = factories.create_member(theirs.visit, f"{nest(theirs.word)} charlie", language="cs")
    users = {who: person.invitation.user for who, person in guests.items()}
    _edit(users["another"], email="dortmund@example.org")
    users["coordinator"] = alice
    for who in ("editor", "administrator"):
        users[who] = factories.create_user(who.title(), roles=[who])
    users["closed"] = factories.create_user("Closed", roles=STAFF)
    return users


def _cookie(user: User) -> str:
    return factories.sign_in(Client(), user).session.session_key


def _close(user: User) -> None:
    """Somebody whose account was closed while they were signed in."""
    accounts.deactivate(user=user, by=User.objects.with_role("administrator").exclude(pk=user.pk).first())


def _accounts(word: str) -> dict[str, Any]:
    """Colleagues in each state in which an administrator can do something about them."""
    invitation = accounts.invite(
        email=f"{word}-new@example.org", name=f"{word} newcomer", language="en", by=None, roles=["editor"]
    )
    accounts.send_invitation(invitation=invitation, by=None)
    colleague = factories.create_user(f"{word} colleague", roles=["coordinator", "administrator"])
    TOTP.activate(colleague, SHARED_SECRET)
    gone = factories.create_user(f"{word} retired", roles=["editor"], is_active=False)
    return {
        "people/<uuid:pk>": colleague.pk,
        "people/<uuid:pk>/roles/<slug:role>": "editor",
        "people:role-take role": "administrator",
        "people:reopen pk": gone.pk,
        "people:invitation-send pk": invitation.user.pk,
        "people:invitation-withdraw pk": invitation.user.pk,
        "people/invitation/<str:token>": link(invitation).split("/")[-2],
    }


def _proofs(user: User) -> int:
    """A password, an authenticator app, recovery codes and a passkey; the key of the passkey's row."""
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, SHARED_SECRET)
    RecoveryCodes.activate(user)
    asked = {"user": {"id": websafe_encode(user.pk.bytes)}, "challenge": websafe_encode(b"a challenge of the portal")}
    credential = Passkey("localhost", "http://localhost").made_for({"publicKey": asked})
    return WebAuthn.add(user, f"{user.name} passkey", json.loads(credential)).instance.pk


# --- what lies in the core -----------------------------------------------------------------------


def _at_core(word: str, audience: str) -> dict[str, Any]:
    picture = add_picture(
        file=upload(drawing(240, 240)),
        by=None,
        alt=_words(word, "picture"),
        audience=audience,
        shows_people=False,
    )
    notice = Notice.objects.create(
        address=f"{word}@example.org",
        language="en",
        cause=f"{word}:1",
        subject=f"{word} mail",
        body=secret("mail"),
        status="failed",
        reason="refused",
        message_id=f"<{word}>",
    )
    return {
        "pictures/<uuid:pk>": picture.pk,
        "pictures/<uuid:pk>/<int:width>": 240,
        "outbox/<int:pk>": notice.pk,
        "demonstration/sign-in/<slug:key>": {OUR: "coordinator", THEIR: "dortmund"}[word],
        "demonstration/mailbox/<str:name>": _demonstration_mail(word),
    }


def _demonstration_mail(word: str) -> str:
    folder = Path(settings.MAILBOX_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{word}.log").write_text(f"Subject: {word}\nTo: {word}@example.org\n\n{word}\n" + "-" * 79 + "\n")
    return f"{word}.0"


# --- secrets -------------------------------------------------------------------------------------


def _hide_secrets(ours: Side) -> dict[str, Any]:
    """Everything that is written and not published, beside what is: rows, edits, sessions of a draft."""
    visit, practice = ours.visit, Practice.objects.get(slug=f"{OUR}-practice")
    _edit(visit, staff_note=secret("visit-note"))
    of_practice = text(secret("edited-practice"), cs=secret("edited-practice"))
    _edit(practice, title=of_practice, summary=of_practice)
    _edit(visit.city, summary=text(secret("edited-city"), cs=secret("edited-city")))
    _edit(Term.objects.get(slug=f"{OUR}-term"), definition=text(secret("edited-term"), cs=secret("edited-term")))
    factories.create_session(visit, secret("draft-session"), at="11:00", until="12:00")
    return {
        "practice": factories.create_practice(secret("new-practice"), slug=secret("new-practice")),
        "city": factories.create_city(secret("new-city"), slug=secret("new-city")),
        "term": Term.objects.create(
            slug=secret("new-term"), term=text(secret("new-term")), area="care", definition=text("x")
        ),
        "picture": add_picture(
            file=upload(drawing(240, 240)), by=None, alt=text(secret("picture")), shows_people=False
        ),
        "visit": factories.create_visit(secret("new-visit"), reference=secret("new-visit"), city=visit.city),
    }


def _edit(row: Any, **values: Any) -> None:
    """Change a row as an editor's form would, without publishing it."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
