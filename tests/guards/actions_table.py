"""Every public action of the portal. One without a line here fails a guard, and so does a line without its action."""

from collections.abc import Callable
from importlib import import_module
from inspect import getmembers, isfunction
from typing import Any

from tests.guards import actions_of_accounts, actions_of_partners, actions_of_practices, actions_of_visits
from tests.guards.action import Action, name_of
from tests.guards.source import code, module_of

ROOMS = [actions_of_accounts, actions_of_partners, actions_of_practices, actions_of_visits]
ACTIONS: dict[str, Action] = {action.name: action for room in ROOMS for action in room.ACTIONS}

# Functions beside the actions: each says something, or is a part of what an action does.
NO_ACTIONS = {
    "core.outbox.actions.new_message_id",
    "core.outbox.actions.queue",  # in the transaction of the change that the mail tells of
    "core.outbox.actions.wake_worker",
    "core.pictures.full_disk_refused",
    "core.pictures.trouble_with_permission",
    "core.pictures.stored",
    "core.pictures.surely_has_no_row",
    "core.pictures.sweep",  # removes files that belong to no row
    "visits.booking.actions.next_reference",
}


def public_functions() -> dict[str, Callable[..., Any]]:
    """All that the modules of actions offer, by name."""
    modules = [import_module(name) for name in sorted(modules_of_actions())]
    found = [each for module in modules for _name, each in getmembers(module, isfunction) if is_offered(each, module)]
    return {name_of(each): each for each in found}


def modules_of_actions() -> set[str]:
    return {module_of(path) for path in code() if path.name == "actions.py"} | {"core.pictures"}


def is_offered(function: Callable[..., Any], module: Any) -> bool:
    return function.__module__ == module.__name__ and not function.__name__.startswith("_")
