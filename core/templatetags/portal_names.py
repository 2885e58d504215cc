"""Names people who stand on a page by reference: ``{% name_of names entry.by_user %}``."""

from collections.abc import Mapping
from typing import Any

from django import template

from core.names_by_reference import Names

register = template.Library()


@register.simple_tag
def name_of(names: Names, who: Any, kind: str = "user") -> str:
    """``who`` is a reference such as {"contact": id}, or the id of a user (or of another ``kind``)."""
    return names.of(who) if isinstance(who, Mapping) else names.get(kind, who)
