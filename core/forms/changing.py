"""A form for a row that others may be editing too: it carries what its page was made with, and asks where two differ.

What is kept and what clashes is decided by the action, under its lock (`core/merging.py`); the form only tells it.
"""

import datetime
import json
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import models
from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext

from core.access import Refusal
from core.changing import Clash, kept_from_others
from core.forms.words import ModelForm
from core.merging import Disagreement, Merged, Part, comparable, rebased
from core.rules import Proposed, Rule
from core.translated import FIRST_LANGUAGE

BASE = "base"  # the hidden field with the values that the page was made with
LONGEST_BASE = 200_000  # characters; a form of the catalogue with ten long texts in two languages has 80,000


@dataclass(frozen=True)
class Box:
    """What is merged as one: a field, or of a text in several languages the box of one language."""

    field: BoundField
    language: str = ""

    @property
    def key(self) -> str:
        return f"{self.field.name}:{self.language}" if self.language else self.field.name

    @property
    def label(self) -> str:
        name = str(self.field.label)
        return f"{name} ({settings.LANGUAGE_NAMES[self.language]})" if self.language else name

    @property
    def focus_id(self) -> str:
        """The id of the input that a link to this box leads to."""
        widget, identity = self.field.field.widget, self.field.auto_id
        if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return widget.id_for_label(identity, "0")
        return identity if self.language in {"", FIRST_LANGUAGE} else f"{identity}_{self.language}"

    def show(self, value: Any, data: QueryDict) -> bool:
        """Put into ``data`` what a fresh page would send for this value; False where that cannot be told."""
        name, widget = self.field.html_name, self.field.field.widget
        context = widget.get_context(name, self.field.field.prepare_value(value), {})["widget"]
        if self.language:
            box = next(box for box in context["boxes"] if box["code"] == self.language)
            data[box["name"]] = box["value"]
            data.setlist(box["review_name"], ["on"] if box["needs_review"] else [])
        elif isinstance(widget, forms.CheckboxInput | forms.MultiWidget):
            return False
        else:
            value = context["value"]
            data.setlist(name, value if isinstance(value, list) else [] if value is None else [value])
        return True

    def in_words(self, value: Any) -> str:
        """A part of a value as the person would read it in the box."""
        field = self.field.field
        if self.language:
            return value["words"]
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(field, forms.ModelChoiceField):
            return _names(field, value)
        choices = {str(key): str(label) for key, label in flat(getattr(field, "choices", []))}
        if isinstance(value, list | tuple | set):
            return ", ".join(choices.get(str(each), str(each)) for each in value)
        if isinstance(value, datetime.datetime):
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        if isinstance(value, datetime.date | datetime.time):
            return date_format(value) if isinstance(value, datetime.date) else f"{value:%H:%M}"
        return choices.get(str(value), "" if value is None else str(value))


def _names(field: forms.ModelChoiceField, value: Any) -> str:
    """From all rows, since what stands may be a choice that the form does not offer any more."""
    keys = comparable(value)
    keys = keys if isinstance(keys, list) else [keys]
    rows = field.queryset.model._default_manager.filter(pk__in=[key for key in keys if key])
    return ", ".join(field.label_from_instance(row) for row in rows)


def flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    """Choices without their groups."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from flat(label)
        else:
            yield key, label


@dataclass(frozen=True)
class ClashingBox:
    """One box that two people changed: what this person typed, and what stands now."""

    name: str
    field: str
    label: str
    typed: str
    current: str
    language: str  # of both wordings, "" for what is no text of several languages
    focus_id: str  # of the box for the result


class ChangeForm(ModelForm):
    """A form for a new row, or for one that others may be editing too. It never changes the row: an action does.

    ``save_by`` hands what was typed to the action, with the values that the page was made with. What only somebody
    else changed is kept, and ``kept_from_others`` lists it; for what both changed ``clashes`` tells both values, and
    the page answers 409 with one box for the result.
    """

    rule: Rule | None = None  # which values do not go together; the action has the same

    base = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LONGEST_BASE)

    def __init__(self, *args, instance: models.Model | None = None, **kwargs):
        super().__init__(*args, instance=copy(instance), **kwargs)  # checking fills the copy
        self.clashes: list[ClashingBox] = []
        self.kept_from_others: list[str] = []
        self.initial[BASE] = lambda: json.dumps(self.base_now, ensure_ascii=False)

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        rule = type(self).rule
        for field, sentence in rule(Proposed(self.instance, cleaned)) if rule else ():
            if field not in self.errors:
                self.add_error(field if field in self.fields else None, sentence)
        return cleaned

    @property
    def is_new(self) -> bool:
        return self.instance._state.adding

    @cached_property
    def base_now(self) -> dict[str, Any]:
        """The values with which the page is made; asked for late, when a form has settled its fields."""
        return {} if self.is_new else {name: comparable(self[name].initial) for name in self._merged_fields()}

    def refill(self, values: dict[str, Any]) -> None:
        """Show these values in the boxes of a form that is not sent yet; what is sent is still compared
        with what stood before."""
        _before = self.base_now
        self.initial.update(values)
        self._bound_fields_cache.clear()

    @property
    def status_code(self) -> int:
        return 409 if self.clashes else 200

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name != BASE}

    def hand_to(self, action: Callable[..., Any], **which: Any) -> Any:
        if self.is_new:
            return super().hand_to(action, **which)
        row = super().hand_to(action, **which, base=self._sent_base())
        self.kept_from_others = [self._box(part).label for part in kept_from_others(row)]
        return row

    def tell_refusal(self, refusal: Refusal) -> None:
        if isinstance(refusal, Clash):
            self._tell(refusal)
            return
        if merged := getattr(refusal, "merged", None):
            # What is refused may be what somebody else wrote together with this: both must stand in the boxes.
            self._take_over(merged, refusal.current)
        super().tell_refusal(refusal)

    def _sent_base(self) -> dict[str, Any]:
        """What the page was made with; of a page that does not know it, nothing."""
        try:
            base = json.loads(self.cleaned_data.get(BASE) or "{}")
        except ValueError:
            return {}
        return base if isinstance(base, dict) else {}

    def _tell(self, clash: Clash) -> None:
        """Show both sides, and let the next save decide."""
        self._take_over(clash.merged, clash.current)
        self.clashes = [self._clashing(each) for each in clash.merged.disagreements]
        for name in dict.fromkeys(box.field for box in self.clashes):
            self.add_error(name, clash.sentence)

    def _take_over(self, merged: Merged, current: dict[str, Any]) -> None:
        """Put what is kept into its boxes; whoever saves next has seen it, and what stands where two differ."""
        self.data = self.data.copy()
        shown = [part for part in merged.kept if self._show(part, current)]
        seen = [*shown, *(each.part for each in merged.disagreements)]
        self.data[self.add_prefix(BASE)] = json.dumps(rebased(self._sent_base(), current, seen))
        self.kept_from_others = [self._box(part).label for part in merged.kept]

    def _show(self, part: Part, current: dict[str, Any]) -> bool:
        return self._box(part).show(current[part[0]], self.data)

    def _clashing(self, each: Disagreement) -> ClashingBox:
        box = self._box(each.part)
        typed, current = box.in_words(each.mine), box.in_words(each.current)
        return ClashingBox(box.key, box.field.name, box.label, typed, current, box.language, box.focus_id)

    def _box(self, part: Part) -> Box:
        name, language = part
        return Box(self[name], language)

    def _merged_fields(self) -> list[str]:
        return [
            name
            for name, field in self.fields.items()
            if name != BASE and not field.disabled and not isinstance(field, forms.FileField)
        ]


def tell_kept(request: HttpRequest, form: ChangeForm) -> None:
    """After saving: say which fields hold what somebody else wrote meanwhile."""
    if form.kept_from_others:
        fields = "; ".join(form.kept_from_others)
        messages.info(
            request,
            gettext("Somebody else changed this meanwhile. We kept their changes to: %(fields)s") % {"fields": fields},
        )
