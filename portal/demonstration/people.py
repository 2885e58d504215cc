"""Everybody of the demonstration who signs in. Nobody has a password: there they sign in by one click or by code."""

from typing import Any

from accounts.models import User
from core import audit
from portal.demonstration.files import Files, permanent_id
from portal.demonstration.importing import Given, Import, Kind, by_id, one_by_one


def take_in(run: Import, files: Files) -> None:
    run.take_in(ACCOUNT, [_account(given) for given in files.people], by=None)


def _account(given: dict[str, Any]) -> Given:
    values = {name: given[name] for name in ("email", "name", "language", "roles")}
    return Given(permanent_id("account", given["slug"]), values)


def _add(*, by: User | None, via: str, **values: Any) -> User:
    user = User.objects.create_user(password=None, **values)
    audit.record("account.added", user, by=by, via=via, roles=user.roles)
    return user


ACCOUNT = Kind("account", by_id(User), one_by_one(_add))
