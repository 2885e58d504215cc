"""Finds every text of the portal that is to be translated, in Python and in templates.

The system's gettext would read the sources as text; here the parsers of Python and of Django's
templates read them, so that what is found is just what will be looked up.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import engines
from django.template.base import FilterExpression, Node, NodeList
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.functional import Promise

from core.own_apps import own_apps

# Which arguments of Django's functions are: the context, the text, its plural.
FUNCTIONS = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
    "gettext_noop": (None, 0, None),
}
FUNCTIONS |= {f"{name}_lazy": places for name, places in FUNCTIONS.items()}


@dataclass(frozen=True, order=True)
class Message:
    text: str
    plural: str = ""
    context: str = ""


def everything() -> dict[Message, set[str]]:
    """Each text with the files where it stands, as paths from the top of the project."""
    found: dict[Message, set[str]] = {}
    for file, messages in [*in_python(), *in_templates()]:
        for message in messages:
            found.setdefault(message, set()).add(file)
    return found


# --- Python --------------------------------------------------------------------------------------


def in_python() -> Iterator[tuple[str, list[Message]]]:
    for app in sorted([*own_apps(), "config"]):
        for file in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" not in file.parts:
                yield str(file.relative_to(settings.BASE_DIR)), list(messages_in(ast.parse(file.read_text())))


def messages_in(tree: ast.Module) -> Iterator[Message]:
    known = imported_functions(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in known:
            yield from message_of(node, *known[node.func.id])


def imported_functions(tree: ast.Module) -> dict[str, tuple]:
    """By the name that they have in this module: ``gettext_lazy as _``."""
    return {
        alias.asname or alias.name: FUNCTIONS[alias.name]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }


def message_of(call: ast.Call, context: int | None, text: int, plural: int | None) -> Iterator[Message]:
    """Nothing for a call with a variable: its text is marked where it is written."""
    words = [argument.value if isinstance(argument, ast.Constant) else None for argument in call.args]
    if len(words) > (plural or text) and isinstance(words[text], str):
        yield Message(words[text], words[plural] if plural else "", words[context] if context is not None else "")


# --- templates -----------------------------------------------------------------------------------


def in_templates() -> Iterator[tuple[str, list[Message]]]:
    engine = engines["django"].engine
    folder = settings.BASE_DIR / "templates"
    for file in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")]):
        template = engine.get_template(str(file.relative_to(folder)))
        yield str(file.relative_to(settings.BASE_DIR)), list(messages_under(template.nodelist, set()))


def messages_under(value: Any, seen: set[int]) -> Iterator[Message]:
    """Goes through whatever a compiled template is made of."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, TranslateNode | BlockTranslateNode):
        yield from message_of_node(value)
    if isinstance(value, Promise):  # _("...") as a value or an argument of a filter
        yield Message(value._args[0])
    elif isinstance(value, Node | NodeList | FilterExpression | list | tuple | dict):
        for part in parts_of(value):
            yield from messages_under(part, seen)


def parts_of(value: Any) -> list[Any]:
    if isinstance(value, FilterExpression):
        return [value.var, value.filters]
    if isinstance(value, list | tuple):
        return list(value)
    return list(value.values() if isinstance(value, dict) else vars(value).values())


def message_of_node(node: TranslateNode | BlockTranslateNode) -> Iterator[Message]:
    context = str(node.message_context.var) if node.message_context else ""
    if isinstance(node, BlockTranslateNode):
        plural = node.render_token_list(node.plural)[0] if node.plural else ""
        yield Message(node.render_token_list(node.singular)[0], plural, context)
    elif not node.noop and node.filter_expression.var.literal is not None:
        yield Message(str(node.filter_expression.var.literal).replace("%", "%%"), "", context)


# --- the file of a language ----------------------------------------------------------------------


def catalogue_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"
