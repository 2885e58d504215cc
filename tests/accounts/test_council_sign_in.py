"""The council's own sign-in, against a provider that this run starts."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import User
from tests import factories
from tests.accounts.conftest import PASSWORD, SECRET, is_signed_in, send_password
from tests.accounts.provider import CLIENT_ID, running_provider
from tests.accounts.provider import SECRET as CLIENT_SECRET

HERE = "http://testserver"


@pytest.fixture
def provider(settings):
    with running_provider() as provider:
        app = {
            "provider_id": "council",
            "name": "Council sign-in",
            "client_id": CLIENT_ID,
            "secret": CLIENT_SECRET,
            "settings": {"server_url": provider.issuer},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
        yield provider


@pytest.fixture
def stella(db):
    return factories.create_user("Stella", roles=["coordinator"], email="stella@example.org", password=PASSWORD)


def leave(client, **fields):
    return client.post(reverse("openid_connect_login", kwargs={"provider_id": "council"}), fields)


def go_through(client, **fields):
    """To the provider and back, as a browser goes."""
    there = leave(client, **fields)
    assert there.status_code == 302
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
    return client.get(back.removeprefix(HERE))


def test_staff_sign_in_and_the_session_is_complete(client, provider, stella):
    answer = go_through(client)
    assert answer.url == reverse("portal:start")
    assert get_user(client) == stella
    assert is_signed_in(client)


def test_nothing_of_the_provider_is_stored(client, provider, stella):
    go_through(client)
    assert not SocialAccount.objects.exists()


def test_password_stays_as_it_is(client, provider, stella):
    go_through(client)
    stella.refresh_from_db()
    assert stella.check_password(PASSWORD)


def test_own_second_factor_is_not_asked_for_on_top(client, provider, stella):
    TOTP.activate(stella, SECRET)
    assert go_through(client).url == reverse("portal:start")
    assert is_signed_in(client)


def test_sign_in_page_offers_it_by_name_only_when_it_is_set_up(client, provider, settings):
    assert "Sign in with Council sign-in" in client.get(reverse("account_login")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert "Sign in with Council" not in client.get(reverse("account_login")).content.decode()
    assert leave(client).status_code == 404


def test_it_leads_back_to_the_page_that_asked_for_sign_in(client, provider, stella):
    assert go_through(client, next=reverse("people:account")).url == reverse("people:account")


def test_it_leads_to_no_other_site(client, provider, stella):
    assert go_through(client, next="https://example.com/").url == reverse("portal:start")


def test_leaving_needs_a_post(client, provider):
    assert client.get(reverse("openid_connect_login", kwargs={"provider_id": "council"})).status_code == 405


def test_address_may_differ_in_capitals(client, provider, stella):
    provider.person["email"] = "Stella@Example.ORG"
    go_through(client)
    assert get_user(client) == stella


def test_person_is_matched_by_address_each_time_anew(client, provider, stella):
    """Whoever gets the address gets the account, and the one who had it before does not keep it."""
    go_through(client)
    client.post(reverse("account_logout"))
    User.objects.filter(pk=stella.pk).update(email="stella.new@example.org")
    answer = go_through(client)
    assert answer.status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize("verified", [False, None, "false", "yes", 0, 1, 1.0])
def test_address_that_was_not_checked_is_refused(client, provider, stella, verified):
    provider.person["email_verified"] = verified
    answer = go_through(client)
    assert answer.status_code == 403
    assert "did not confirm your e-mail address" in answer.content.decode()
    assert not get_user(client).is_authenticated


def test_person_without_an_address_is_refused(client, provider, stella):
    del provider.person["email"]
    assert go_through(client).status_code == 403


def test_address_of_a_trusted_domain_needs_no_claim(client, provider, stella, settings):
    settings.OPENID_CONNECT_EMAIL_DOMAINS = ["example.org"]
    del provider.person["email_verified"]
    go_through(client)
    assert get_user(client) == stella


def test_provider_that_says_no_is_believed_for_a_trusted_domain_too(client, provider, stella, settings):
    settings.OPENID_CONNECT_EMAIL_DOMAINS = ["example.org"]
    provider.person["email_verified"] = False
    assert go_through(client).status_code == 403


def test_address_of_another_domain_still_needs_the_claim(client, provider, stella, settings):
    settings.OPENID_CONNECT_EMAIL_DOMAINS = ["example.com"]
    del provider.person["email_verified"]
    assert go_through(client).status_code == 403


def test_stranger_gets_no_account(client, provider, stella):
    provider.person["email"] = "stranger@example.org"
    answer = go_through(client)
    assert answer.status_code == 403
    assert "no staff account for your address" in answer.content.decode()
    assert User.objects.count() == 1


def test_guest_is_refused(client, provider, bob):
    provider.person["email"] = bob.email
    assert go_through(client).status_code == 403
    assert not get_user(client).is_authenticated


def test_closed_account_is_refused(client, provider, stella):
    User.objects.filter(pk=stella.pk).update(is_active=False)
    assert go_through(client).status_code == 403


def test_invitation_to_staff_is_taken_up(client, provider, administrator):
    invitation = actions.invite(
        email="stella@example.org", name="Stella", language="en", by=administrator, roles=["editor"]
    )
    assert go_through(client).url == reverse("portal:start")
    invitation.refresh_from_db()
    assert get_user(client).roles == ["editor"]
    assert invitation.is_in_force
    assert is_signed_in(client)


def test_withdrawn_invitation_to_staff_is_refused(client, provider, administrator):
    invitation = actions.invite(
        email="stella@example.org", name="Stella", language="en", by=administrator, roles=["editor"]
    )
    actions.withdraw_invitation(invitation=invitation, by=administrator)
    assert go_through(client).status_code == 403
    assert invitation.user.roles == []


def test_somebody_else_who_was_signed_in_is_signed_out(client, as_person, provider, stella, bob):
    as_person(bob)
    go_through(client)
    assert get_user(client) == stella


def test_refused_sign_in_leaves_no_trace_that_completes_a_later_one(client, provider, stella):
    provider.person["email_verified"] = False
    go_through(client)
    send_password(client, stella.email)
    assert client.get(reverse("people:account")).url == reverse("mfa_index")


# --- a provider or somebody between that does not keep to the rules -------------------------------


@pytest.mark.parametrize(
    "lie",
    [
        {"aud": "another-portal"},
        {"iss": "http://localhost:1"},
        {"exp": int(time.time()) - 60},
    ],
    ids=["for another portal", "from another issuer", "too old"],
)
def test_token_that_is_not_for_us_is_refused(client, provider, stella, lie):
    provider.token_says = lie
    assert go_through(client).status_code == 401
    assert not get_user(client).is_authenticated


def test_two_different_people_in_one_answer_are_refused(client, provider, stella):
    provider.told_by_userinfo = {"sub": "somebody-else"}
    assert go_through(client).status_code == 403
    assert not get_user(client).is_authenticated


def test_state_that_we_did_not_give_is_refused(client, provider, stella):
    there = leave(client)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there.url).query).items()}
    back = provider.authorise({**asked, "state": "made-up"})
    assert client.get(back.removeprefix(HERE)).status_code == 401
    assert not get_user(client).is_authenticated


def test_answer_meant_for_another_browser_is_refused(client, provider, stella):
    there = leave(client)
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"]
    victim = Client()
    assert victim.get(back.removeprefix(HERE)).status_code == 401
    assert not get_user(victim).is_authenticated


def test_answer_is_not_taken_twice(client, provider, stella):
    there = leave(client)
    back = requests.get(there.url, allow_redirects=False, timeout=5).headers["Location"].removeprefix(HERE)
    client.get(back)
    client.post(reverse("account_logout"))
    assert client.get(back).status_code == 401
    assert not get_user(client).is_authenticated


def test_code_that_the_provider_does_not_know_is_refused(client, provider, stella):
    there = leave(client)
    state = parse_qs(urlsplit(there.url).query)["state"][0]
    query = urlencode({"state": state, "code": "made-up"})
    callback = reverse("openid_connect_callback", kwargs={"provider_id": "council"})
    assert client.get(f"{callback}?{query}").status_code == 401


@pytest.mark.parametrize("process", ["connect", "redirect"])
def test_link_that_would_do_something_else_than_sign_in_is_refused(client, provider, stella, process):
    answer = go_through(client, process=process)
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_person_who_stops_there_comes_back_to_a_page_that_says_so(client, provider):
    provider.refuses = "access_denied"
    answer = go_through(client)
    assert answer.url == reverse("socialaccount_login_cancelled")
    assert client.get(answer.url).status_code == 200


def test_provider_that_is_out_of_order_is_told_of_on_a_page(client, provider, stella):
    provider.fails_at = "/.well-known/openid-configuration"
    answer = leave(client)
    assert answer.status_code == 503
    assert "did not work" in answer.content.decode()


@pytest.mark.parametrize("path", ["/token", "/userinfo"])
def test_provider_that_breaks_down_on_the_way_is_told_of_on_a_page(client, provider, stella, path):
    provider.fails_at = path
    assert go_through(client).status_code == 401
    assert not get_user(client).is_authenticated


def test_provider_that_has_gone_is_told_of_on_a_page(client, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {"server_url": "http://localhost:9"}
    assert leave(client).status_code == 503


def test_answer_without_a_name_for_the_person_is_told_of_on_a_page(client, provider, stella):
    provider.person["sub"] = ""
    assert go_through(client).status_code in {401, 503}
    assert not get_user(client).is_authenticated
