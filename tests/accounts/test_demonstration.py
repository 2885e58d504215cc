"""One-click sign-in and the local mailbox: in the demonstration, on this computer, and nowhere else."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.contrib.auth import get_user
from django.core.mail import get_connection
from django.core.mail.message import EmailMultiAlternatives
from django.urls import reverse

from accounts.demonstration import PARTS
from tests import factories
from tests.accounts.conftest import is_signed_in

LOCAL = {"headers": {"host": "localhost:8000"}}


@pytest.fixture
def people(visit):
    """The people of the demonstration, each with what they hold there."""
    for email in ["coordinator@example.org", "editor@example.org", "administrator@example.org"]:
        factories.create_user("Demo", email=email, roles=[email.split("@")[0]])
    for email in ["lead@example.org", "delegate@example.org", "interpreter@example.org", "student@example.org"]:
        factories.create_member(visit, user=factories.create_user("Demo", email=email))
    other = factories.create_visit()
    factories.create_member(other, user=factories.create_user("Demo", email="dortmund@example.org"))


def click(client, key="coordinator", **extra):
    return client.post(reverse("demonstration:sign-in", args=[key]), **{**LOCAL, **extra})


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_one_click_signs_in_as_each_person_and_the_session_is_complete(client, people, part):
    assert click(client, part.key).url == reverse("portal:start")
    assert get_user(client).email == part.email
    assert is_signed_in(client)


def test_sign_in_page_offers_every_person_there_is(client, people):
    page = client.get(reverse("account_login"), **LOCAL).content.decode()
    assert [part.key for part in PARTS if reverse("demonstration:sign-in", args=[part.key]) in page] == [
        part.key for part in PARTS
    ]


def test_sign_in_page_offers_nobody_before_the_demonstration_is_loaded(client, db):
    assert "one-click" not in client.get(reverse("account_login"), **LOCAL).content.decode()


def test_one_click_leads_back_to_the_page_that_asked_for_sign_in(client, people):
    answer = client.post(
        reverse("demonstration:sign-in", args=["delegate"]), {"next": reverse("people:account")}, **LOCAL
    )
    assert answer.url == reverse("people:account")


def test_one_click_needs_a_post(client, people):
    assert client.get(reverse("demonstration:sign-in", args=["editor"]), **LOCAL).status_code == 405


def test_one_click_as_somebody_who_does_not_exist_is_not_found(client, people):
    assert click(client, "queen").status_code == 404


def test_one_click_works_with_two_staff_in_turn(client, people):
    click(client, "coordinator")
    click(client, "editor")
    assert get_user(client).email == "editor@example.org"
    assert is_signed_in(client)


FROM_ELSEWHERE = [
    {"headers": {"host": "testserver"}},
    {**LOCAL, "REMOTE_ADDR": "198.51.100.7"},
    {**LOCAL, "REMOTE_ADDR": "10.0.0.2"},
    {**LOCAL, "REMOTE_ADDR": ""},
    {"headers": {"host": "localhost:8000", "X-Forwarded-For": "198.51.100.7"}},
    {"headers": {"host": "localhost:8000", "Forwarded": "for=198.51.100.7"}},
    {"headers": {"host": "localhost:8000", "X-Real-Ip": "198.51.100.7"}},
    {"headers": {"host": "localhost:8000", "X-Forwarded-Proto": "http"}},
    {"headers": {"host": "localhost:8000", "X-Forwarded-Server": "proxy"}},
    {"headers": {"host": "localhost:8000", "Via": "1.1 proxy"}},
    {"headers": {"host": "localhost:8000", "CF-Connecting-IP": "198.51.100.7"}},
]


@pytest.mark.parametrize("elsewhere", FROM_ELSEWHERE, ids=str)
def test_request_from_elsewhere_finds_nothing(client, people, mailbox, elsewhere):
    put_mail(mailbox)
    assert click(client, **elsewhere).status_code == 404
    assert client.get(reverse("demonstration:mailbox"), **elsewhere).status_code == 404
    assert client.get(reverse("demonstration:mail", args=["any.0"]), **elsewhere).status_code == 404
    assert "one-click" not in client.get(reverse("account_login"), **elsewhere).content.decode()
    assert not get_user(client).is_authenticated


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.5", "::1"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8123", "[::1]:8000"])
def test_request_from_this_computer_is_served(client, people, address, host):
    assert click(client, headers={"host": host}, REMOTE_ADDR=address).status_code == 302


def test_without_the_demonstration_its_sessions_count_for_nothing(client, people, settings):
    click(client, "coordinator")
    settings.DEMONSTRATION = False
    assert client.get(reverse("people:account")).url == reverse("mfa_index")


def test_without_the_demonstration_nothing_is_served(client, people, settings):
    settings.DEMONSTRATION = False
    assert click(client).status_code == 404
    assert client.get(reverse("demonstration:mailbox"), **LOCAL).status_code == 404


# --- the mailbox ---------------------------------------------------------------------------------


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR


def put_mail(folder, *subjects: str, body: str = "Hello", to: str = "jana@example.org") -> None:
    """Write mails as the worker does: one connection for each call."""
    backend = "django.core.mail.backends.filebased.EmailBackend"
    mails = [
        EmailMultiAlternatives(subject, body, "desk@example.org", [to], headers={"Content-Language": "cs"})
        for subject in subjects or ["Hello"]
    ]
    get_connection(backend, file_path=str(folder)).send_messages(mails)


def subjects(client) -> list[str]:
    return [mail.subject for mail in client.get(reverse("demonstration:mailbox"), **LOCAL).context["mails"]]


def test_mailbox_shows_the_newest_first(client, mailbox, db):
    for number, subject in enumerate(["First", "Second", "Third"]):
        put_mail(mailbox / "new", subject)
        path = next((mailbox / "new").iterdir()).rename(mailbox / f"{number}.log")
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    assert subjects(client) == ["Third", "Second", "First"]


def test_mailbox_shows_each_mail_of_one_connection(client, mailbox, db):
    put_mail(mailbox, "First", "Second")
    assert subjects(client) == ["Second", "First"]


def test_mailbox_that_is_empty_says_what_to_do(client, mailbox, db):
    assert "Ask for a sign-in code" in client.get(reverse("demonstration:mailbox"), **LOCAL).content.decode()


def read_mail(client, folder) -> str:
    name = next(iter(client.get(reverse("demonstration:mailbox"), **LOCAL).context["mails"])).name
    return client.get(reverse("demonstration:mail", args=[name]), **LOCAL).content.decode()


def test_mail_shows_its_code_and_its_links_can_be_followed(client, mailbox, db):
    put_mail(mailbox, "Žádost o kód", body="Kód: 1234-5678\n\nhttp://localhost:8000/people/invitation/a.b/?language=cs")
    page = read_mail(client, mailbox)
    assert "Žádost o kód" in page
    assert "1234-5678" in page
    assert 'href="http://localhost:8000/people/invitation/a.b/?language=cs"' in page
    assert 'lang="cs"' in page


def test_mail_cannot_bring_its_own_markup(client, mailbox, db):
    put_mail(mailbox, "<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
    page = read_mail(client, mailbox)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("name", ["none", "a.0", "..%2f..%2fsecret.0", "x.99", "a.b.0"])
def test_mail_that_is_not_there_is_not_found(client, mailbox, db, name):
    put_mail(mailbox)
    assert client.get(f"/demonstration/mailbox/{name}/", **LOCAL).status_code == 404


def test_mailbox_reads_no_file_outside_its_folder(client, mailbox, db):
    mailbox.mkdir()
    (mailbox.parent / "secret.log").write_text("Subject: secret\n\nsecret")
    assert client.get("/demonstration/mailbox/../secret.0/", **LOCAL).status_code == 404


def test_mailbox_needs_no_sign_in_and_changes_nothing(client, mailbox, db):
    put_mail(mailbox)
    assert client.post(reverse("demonstration:mailbox"), **LOCAL).status_code == 405


# --- a production server -------------------------------------------------------------------------


def start(code: str = "pass", **environment: str) -> subprocess.CompletedProcess:
    """Python with the portal set up in an environment of its own."""
    kept = {name: os.environ[name] for name in ["PATH", "HOME", "DATABASE_URL"] if name in os.environ}
    program = f"import django; django.setup(); {code}"
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**kept, "DJANGO_SETTINGS_MODULE": "config.settings", **environment},
        cwd=configured.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


PRODUCTION = {
    "SECRET_KEY": "made by nobody for these tests alone, and long enough",
    "ALLOWED_HOSTS": "portal.example.org",
    "SITE_URL": "https://portal.example.org",
}


@pytest.mark.parametrize(
    "production",
    [
        PRODUCTION,
        {"ALLOWED_HOSTS": "portal.example.org"},
        {"SITE_URL": "https://portal.example.org"},
        {"SITE_URL": "http://localhost.example.org"},
        {"ALLOWED_HOSTS": "localhost,portal.example.org"},
        {"ALLOWED_HOSTS": "*"},
    ],
    ids=str,
)
def test_production_server_does_not_start_with_the_demonstration(production):
    answer = start(DEMONSTRATION="1", **production)
    assert answer.returncode != 0
    assert "DEMONSTRATION lets anybody sign in as anybody" in answer.stderr


def test_production_server_knows_no_route_of_the_demonstration():
    code = "from django.urls import resolve; resolve('/demonstration/mailbox/')"
    answer = start(code, **PRODUCTION)
    assert "Resolver404" in answer.stderr


def test_production_server_keeps_its_cookies_to_https():
    code = "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    assert start(code, **PRODUCTION).stdout.split() == ["True", "True"]


def test_production_server_takes_its_cookies_from_no_other_host():
    """A browser holds a cookie named __Host- to https, to the path / and to this host; else it refuses it."""
    code = (
        "from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, "
        "s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH)"
    )
    names = ["__Host-open_doors_session", "__Host-open_doors_csrf", "__Host-open_doors_language"]
    assert start(code, **PRODUCTION).stdout.split() == [*names, "None", "None", "/", "/"]


def test_production_server_writes_no_mail_into_files():
    answer = start("from django.conf import settings as s; print(s.EMAIL_BACKEND)", **PRODUCTION)
    assert answer.stdout.strip() == "django.core.mail.backends.smtp.EmailBackend"


def test_production_server_allows_passkeys_over_https_only():
    answer = start("from django.conf import settings as s; print(s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN)", **PRODUCTION)
    assert answer.stdout.strip() == "False"


def test_forms_may_lead_to_the_councils_sign_in_and_nowhere_else():
    code = "from django.conf import settings as s; print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    with_council = start(code, **PRODUCTION, OPENID_CONNECT_SERVER="https://login.example.org/tenant/v2.0")
    assert with_council.stdout.strip() == "[\"'self'\", 'https://login.example.org']"
    assert start(code, **PRODUCTION).stdout.strip() == "[\"'self'\"]"
