"""The actions of accounts, which hold the account or the invitation, and of the outbox.

An account is no whole: nobody edits it on a page that others have open.
"""

from functools import partial

from allauth.mfa.totp.internal.auth import TOTP
from django.db import models

from accounts import actions as accounts
from accounts.models import Invitation
from core.outbox import actions as outbox
from core.outbox.models import Notice
from tests import factories
from tests.guards.action import Action

Account = partial(Action, make=factories.create_user, is_of_a_whole=False)
colleague = partial(factories.create_user, "Cora", roles=["editor", "coordinator"])


def made_invitation(*roles: str) -> Invitation:
    return accounts.invite(email="dana@example.org", name="Dana", language="en", by=None, roles=roles)


def with_second_factor() -> models.Model:
    user = colleague()
    TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    return user


def failed_notice() -> Notice:
    return Notice.objects.create(
        address="dana@example.org",
        language="en",
        cause="x:1",
        subject="S",
        body="B",
        status="failed",
        message_id="<x@example.org>",
    )


ACTIONS = [
    Account(
        accounts.invite,
        lambda _nothing: {"email": "new@example.org", "name": "New", "language": "en", "roles": ["editor"]},
        make=lambda: None,  # it makes the account, or locks the one that there is
        is_held=False,
    ),
    Account(
        accounts.invite_colleague,
        lambda _nothing: {"email": "new@example.org", "name": "New", "language": "en", "roles": ["editor"]},
        make=lambda: None,
        is_held=False,
        mails=1,
        entries=2,  # it is made, and it is sent
    ),
    Account(
        accounts.send_invitation,
        lambda invitation: {"invitation": invitation},
        make=partial(made_invitation, "editor"),
        mails=1,
    ),
    Account(accounts.withdraw_invitation, lambda invitation: {"invitation": invitation}, make=made_invitation),
    Account(
        accounts.mark_opened,
        lambda invitation: {"invitation": invitation},
        make=made_invitation,
        entries=0,
        is_held=False,  # one statement, which writes only the first time
        is_by_themselves=True,
    ),
    Account(
        accounts.accept_open_invitations,
        lambda invitation: {"user": invitation.user},
        make=made_invitation,
        is_by_themselves=True,
    ),
    Account(
        accounts.join_staff,
        lambda invitation: {"invitation": invitation, "password": "three wise owls knit"},
        make=partial(made_invitation, "editor"),
        entries=2,  # the invitation is taken up, and the role given
        is_by_themselves=True,
    ),
    Account(accounts.give_role, lambda user: {"user": user, "role": "administrator"}, make=colleague),
    Account(accounts.take_role, lambda user: {"user": user, "role": "editor"}, make=colleague),
    Account(accounts.deactivate, lambda user: {"user": user}),
    Account(accounts.reactivate, lambda user: {"user": user}, make=partial(factories.create_user, is_active=False)),
    Account(accounts.take_second_factors, lambda user: {"user": user}, make=with_second_factor, mails=1),
    Account(accounts.correct_language, lambda user: {"user": user, "language": "cs"}),
    Account(
        accounts.change_own_details,
        lambda user: {"user": user, "name": "New", "language": "cs"},
        is_by_themselves=True,
    ),
    Account(accounts.end_all_sessions, lambda user: {"user": user}, entries=0, is_by_themselves=True),
    Account(outbox.send_again, lambda notice: {"notice": notice}, make=failed_notice),
]
