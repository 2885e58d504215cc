"""What people type stays words: it never becomes markup on a page, nor a header of a mail or an answer."""

import email
from email.policy import SMTP
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from core.outbox.models import Notice
from core.outbox.sending import mail_of
from tests.guards import access_table
from tests.guards.pages import Form, read
from tests.guards.routes import Route, every_route
from tests.guards.sent_forms import addresses_for, answers_to, form_for, form_on_a_page
from tests.guards.two_visits import PEOPLE, TwoVisits
from tests.guards.visitors import Visitors, undone

TABLE = access_table.read()
ROUTES = {f"{route.name} {route.path}": route for route in every_route()}

MARKUP = "\"><img src=x onerror=alert(1)>'{{ 7|add:7 }}</script></textarea>"
SHORT = '"><i onx=1>'  # where little fits
SIGNS = ("<img src=x", "<i onx=", "alert(1)>'14", "</script></textarea>")
NOT_TYPED = {"base", "username", "credential", "written_by", "csrfmiddlewaretoken"}  # filled in by machines

# Signing in shows nobody what was typed there, and ends the sessions of the others; it has a test below.
ENTRANCE = ("account/", "people/invitation/", "demonstration/")
TYPING = [route for route in ROUTES.values() if TABLE[route.name].takes("POST") and not route.path.startswith(ENTRANCE)]
PUBLISHING = ["catalogue:practice-publish", "catalogue:term-publish", "partners:city-publish", "visits:publish"]
# What is asked together with a text.
WITH_THEM = {
    "partners:city-edit": {"local_language": "cs", "second_local_language": "de"},
    "partners:venue-add": {"capacity": "9"},
}
ENDING = ["catalogue:practice-withdraw", "catalogue:term-withdraw", "partners:city-withdraw", "visits:move"]


def broken_out(address: str, html: str) -> list[str]:
    """Where words became markup: as a search in the text finds it, and as a browser would."""
    handlers = [
        f"<{tag}>"
        for tag, given in read(address, html).elements
        if any(name.startswith("on") for name in given) or given.get("src") == "x"
    ]
    return [*(sign for sign in SIGNS if sign in html), *handlers]


def text_of(answer: HttpResponse) -> str:
    return "" if answer.streaming else answer.content.decode(errors="replace")


class Typist:
    """Sends forms with markup in every box, and looks at what becomes of it."""

    def __init__(self, two_visits: TwoVisits, visitors: Visitors):
        self.two_visits, self.visitors = two_visits, visitors
        self.taken: dict[str, set[str]] = {}  # the boxes of each route that took markup
        self.faults: dict[Any, list[str]] = {}
        self.readers: set[str] = set()  # who met the markup as words

    def type_into(self, route: Route) -> None:
        form = self.form_of(route)
        names = [each.name for each in form.texts() if each.name not in NOT_TYPED]
        if not names:
            return
        fitting = answers_to(form, route, self.two_visits)
        sent = fitting | dict.fromkeys(names, MARKUP) | WITH_THEM.get(route.name, {})
        for instead in (dict.fromkeys(names, SHORT), fitting, fitting):
            answer = self.send(route, sent)
            if answer.status_code == 302:
                self.taken[route.name] = {name for name in names if sent[name] in (MARKUP, SHORT)}
                return
            sent |= {name: instead.get(name, "") for name in names if is_refused(name, answer)}
        pytest.fail(f"{route.name} was not taken: {[each.errors for each in forms_of(answer)]}")

    def form_of(self, route: Route) -> Form:
        """As it stands now; one without a page of its own as it stood before."""
        who, address = TABLE[route.name].somebody_who_may(), self.two_visits.ours.address(route)
        if TABLE[route.name].takes("GET"):
            page = self.visitors.page(who, address)
            return next(form for form in page.forms if form.method == "POST" and form.action == address)
        return form_on_a_page(route, self.two_visits, self.visitors)

    def send(self, route: Route, sent: dict) -> HttpResponse:
        who, address = TABLE[route.name].somebody_who_may(), self.two_visits.ours.address(route)
        answer = self.visitors.post(who, address, sent)
        self.look((route.name, "sent"), text_of(answer))
        return answer

    def look(self, where: Any, html: str) -> None:
        if found := broken_out("/", html):
            self.faults[where] = found

    def look_at_every_page(self, *people: str) -> None:
        for who in people:
            for address in addresses_for(who, self.two_visits):
                html = text_of(self.visitors.get(who, address))
                self.look((who, address), html)
                self.readers |= {who} if "&lt;img src=x" in html else set()


def forms_of(answer: HttpResponse) -> list:
    layers = [layer for context in answer.context or [] for layer in context.dicts]
    return list({id(layer["form"]): layer["form"] for layer in layers if hasattr(layer.get("form"), "errors")}.values())


def is_refused(box: str, answer: HttpResponse) -> bool:
    """A text in several languages has a box for each: ``title_en`` and ``title_cs`` of ``title``."""
    wrong = {name for form in forms_of(answer) for name in form.errors}
    return any(box == name or box.startswith(f"{name}_") for name in wrong)


def test_markup_that_was_typed_anywhere_stays_words_everywhere(two_visits: TwoVisits, visitors: Visitors):
    typist = Typist(two_visits, visitors)
    by_name = {route.name: route for route in TYPING}

    for name in [name for name in by_name if name not in {*PUBLISHING, *ENDING}] + PUBLISHING:
        typist.type_into(by_name[name])
    typist.look_at_every_page(*PEOPLE)
    for name in ENDING:
        typist.type_into(by_name[name])
    typist.look_at_every_page("coordinator", "editor", "administrator")

    assert typist.faults == {}
    assert typist.readers >= {"anonymous", "delegate", "coordinator", "editor", "administrator"}
    assert [name for name, boxes in typist.taken.items() if not boxes] == ["partners:opening-edit"]  # times alone
    assert {*PUBLISHING, *ENDING} <= typist.taken.keys()
    assert sum(map(len, typist.taken.values())) > 100


def test_markup_in_the_boxes_of_signing_in_stays_words(two_visits: TwoVisits, visitors: Visitors):
    for name in ("account_login", "account_request_login_code", "account_reset_password"):
        sent = {"login": MARKUP, "email": MARKUP, "password": MARKUP, "next": MARKUP}
        answer = visitors.post("anonymous", reverse(name), sent)
        assert (name, answer.status_code, broken_out("/", text_of(answer))) == (name, 200, [])


ASKED = ["q", "page", "in", "next", "key", "from", "to", "city", "organisation", "which", "day", "starts", "former"]
ASKED += ["adding", "added", "kind", "area", "language", "before", "after", "status", "verb", "by", "person_chosen"]


@pytest.mark.parametrize("who", ["anonymous", "delegate", "coordinator", "editor", "administrator"])
def test_markup_in_an_address_stays_words(who: str, two_visits: TwoVisits, visitors: Visitors):
    query, faults = urlencode(dict.fromkeys(ASKED, MARKUP)), {}
    for address in addresses_for(who, two_visits):
        with undone():
            answer = visitors.get(who, f"{address.partition('?')[0]}?{query}")
        found = broken_out("/", text_of(answer))
        if found or answer.status_code >= 500:
            faults[address] = (answer.status_code, found)

    assert faults == {}


def test_markup_in_a_mail_stays_words_in_the_local_mailbox(two_visits: TwoVisits, visitors: Visitors):
    file = Path(settings.MAILBOX_DIR) / "markup.log"
    file.write_text(f"Subject: {MARKUP}\nTo: {MARKUP}\nFrom: {MARKUP}\n\n{MARKUP}\n" + "-" * 79 + "\n")

    pages = [reverse("demonstration:mailbox"), reverse("demonstration:mail", args=["markup.0"])]
    found = {address: broken_out("/", text_of(visitors.get("anonymous", address))) for address in pages}
    file.unlink()

    assert found == {address: [] for address in pages}


# --- headers -------------------------------------------------------------------------------------

LINES = "Brno\r\nBcc: eve@evil.example\r\nX-Evil: yes\r\n\r\nEvil"
HEADERS = ["Subject", "From", "To", "Reply-To", "Message-ID", "Content-Language", "Auto-Submitted"]


def test_line_breaks_that_were_typed_make_no_header_in_a_mail(two_visits: TwoVisits, visitors: Visitors):
    """The title of the visit, the names of those who invite and are invited stand in the mails."""
    known = set(Notice.objects.values_list("pk", flat=True))
    reference = two_visits.ours.visit.reference
    routes = {route.name: route for route in ROUTES.values()}
    for name, boxes in {
        "people:account": ["name"],
        "visits:edit": ["title_en", "title_cs"],
        "visits:person-edit": ["name"],
        "people:invite": ["name"],
    }.items():
        who, address = TABLE[name].somebody_who_may(), two_visits.ours.address(routes[name])
        form = form_on_a_page(routes[name], two_visits, visitors)
        visitors.post(who, address, answers_to(form, routes[name], two_visits) | dict.fromkeys(boxes, LINES))
    visitors.post("coordinator", reverse("visits:invite-all", args=[reference]))

    new = Notice.objects.exclude(pk__in=known)
    mails = [email.message_from_bytes(mail_of(notice).message().as_bytes(), policy=SMTP) for notice in new]

    assert len(mails) >= 2
    assert [mail.get_all("Bcc") or mail.get("X-Evil") for mail in mails] == [None] * len(mails)
    assert any("Bcc: eve@evil.example" in str(mail["Subject"]) + mail.get_content() for mail in mails)
    assert {name for mail in mails for name in mail} <= {
        *HEADERS,
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Date",
    }


@pytest.mark.parametrize("name", ["people:language", "account_login", "demonstration:sign-in"])
def test_line_breaks_in_an_address_to_go_to_make_no_header(name, two_visits: TwoVisits, visitors: Visitors):
    sent = {"language": "cs", "next": f"/start/{LINES}", "login": "x@example.org", "password": "x"}
    route = next(route for route in ROUTES.values() if route.name == name)

    answer = visitors.post("delegate", two_visits.ours.address(route), sent)

    assert answer.status_code < 500
    assert "X-Evil" not in answer.headers
    assert "\n" not in answer.headers.get("Location", "")


ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
LEADING_ON = ["people:language", "account_login", "demonstration:sign-in", "partners:venue-add", "partners:contact-add"]


def leads(visitors: Visitors, who: str, address: str, elsewhere: str, sent: dict) -> str:
    """Where to, if it is out of the portal."""
    with undone():
        asked = f"{address.partition('?')[0]}?{urlencode({'next': elsewhere})}"
        target = visitors.post(who, asked, sent | {"next": elsewhere}).headers.get("Location", "")
    return target if target.startswith(("http", "//", "/\\", "javascript")) else ""


def test_no_form_leads_out_of_the_portal(two_visits: TwoVisits, visitors: Visitors):
    led = {}
    for route in ROUTES.values():
        if TABLE[route.name].takes("POST"):
            who, sent = TABLE[route.name].somebody_who_may(), form_for(route, two_visits, visitors)
            led[route.name] = leads(visitors, who, two_visits.ours.address(route), ELSEWHERE[0], sent)

    assert {name: target for name, target in led.items() if target} == {}


@pytest.mark.parametrize("name", LEADING_ON)
def test_no_form_that_leads_on_can_be_talked_into_it(name, two_visits: TwoVisits, visitors: Visitors):
    route = next(route for route in ROUTES.values() if route.name == name)
    who, sent = TABLE[name].somebody_who_may(), form_for(route, two_visits, visitors)

    led = {each: leads(visitors, who, two_visits.ours.address(route), each, sent) for each in ELSEWHERE}

    assert led == dict.fromkeys(ELSEWHERE, "")
