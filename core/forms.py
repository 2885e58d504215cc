"""What every form of the portal does: explains itself, refuses what cannot be shown, loses nothing.

An edit form merges: two people who save the same page keep each other's changes to different
fields, and for the same field the second is asked (see ``MergingModelForm``).
"""

import datetime
import decimal
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator
from django.db import models
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from core.translated import FIRST_LANGUAGE, REVIEW, Text, as_text

LONG_TEXT = 4000  # characters in a box of several lines
SHORT_TEXT = 200
FIRST_YEAR, LAST_YEAR = 1900, 2100  # beyond them a date is a slip of the finger
DASHES = BLANK_CHOICE_DASH[0][1]
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # category Cc but for \t \n \r
LARGEST_NUMBER = 2_147_483_647  # what a column of whole numbers holds


def refuse_control_characters(value: str) -> None:
    """Characters that no keyboard writes and no page can show; line breaks and tabs are fine."""
    if CONTROL_CHARACTERS.search(value):
        raise ValidationError(_("Take out the characters that cannot be shown, for example by typing the text again."))


def refuse_strange_years(value: datetime.date) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValidationError(
            _("Write a year between %(first)s and %(last)s."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )


# In place of Django's own words, where a form has none: what to do, and how it looks when it is right.
TOO_LONG = ngettext_lazy(
    "This has %(show_value)d characters; %(limit_value)d character fits.",
    "This has %(show_value)d characters; %(limit_value)d characters fit.",
    "limit_value",
)
NOT_OFFERED = _("Choose one of the answers that stand here; what you chose is not among them any more.")
PLAIN_WORDS = (
    (forms.Field, "required", _("Answer this question.")),
    (forms.DateField, "invalid", _("Write a day that the calendar has, with day, month and year.")),
    (forms.TimeField, "invalid", _("Write hours and minutes, for example 09:30.")),
    (forms.IntegerField, "invalid", _("Write a whole number.")),
    (forms.EmailField, "invalid", _("Write the whole e-mail address, for example name@example.org.")),
    (forms.Field, "max_length", TOO_LONG),
    (forms.Field, "min_value", _("Write a number of %(limit_value)s or more.")),
    (forms.Field, "max_value", _("Write a number of %(limit_value)s or less.")),
    (forms.ChoiceField, "invalid_choice", NOT_OFFERED),
    (forms.ModelChoiceField, "invalid_choice", NOT_OFFERED),
    (forms.URLField, "invalid", _("Write the whole web address, for example https://example.org/.")),
)


def speak_plainly(field: forms.Field) -> None:
    for kind, code, words in PLAIN_WORDS:
        if isinstance(field, kind) and field.error_messages.get(code) == kind.default_error_messages.get(code):
            field.error_messages[code] = words


def name_nothing(field: forms.Field) -> None:
    """The empty line of a list says what it means."""
    words = _("Choose one") if field.required else _("none")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = words
    elif isinstance(field, forms.TypedChoiceField):
        choices = list(field.choices)
        if choices[:1] == [("", DASHES)]:
            field.choices = [("", words), *choices[1:]]


class Explained:
    """Every text field has a length and plain characters; ``explain`` says why a field is asked and who sees it."""

    # {"field": (why it is asked, who sees the answer)}; on public, guest and host forms for every field.
    explain: dict[str, tuple[Any, Any]] = {}

    def settle_fields(self) -> None:
        for name, field in self.fields.items():
            speak_plainly(field)
            name_nothing(field)
            if isinstance(field, forms.CharField) and not isinstance(field, forms.JSONField):
                field.validators.append(refuse_control_characters)
                if field.max_length is None:
                    limit_length(field)
            elif isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(refuse_strange_years)
            elif type(field) is forms.IntegerField and field.max_value is None:
                field.validators.append(MaxValueValidator(LARGEST_NUMBER))
            field.purpose, field.audience = self.explain.get(name, ("", ""))


def limit_length(field: forms.CharField) -> None:
    is_long = isinstance(field.widget, forms.Textarea)
    field.max_length = LONG_TEXT if is_long else SHORT_TEXT
    field.widget.attrs.setdefault("maxlength", str(field.max_length))
    field.validators.append(MaxLengthValidator(field.max_length))


class Form(Explained, forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.settle_fields()


class ModelForm(Explained, forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.settle_fields()


# --- one text in several languages ---------------------------------------------------------------


class TranslatedWidget(forms.Widget):
    """One box for each language, and for each a mark that its wording awaits a native speaker."""

    template_name = "opendoors/translated.html"

    def __init__(self, attrs=None, *, long: bool = False):
        super().__init__(attrs)
        self.long = long

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        words = as_text(value)
        identity = context["widget"]["attrs"].get("id", name)
        context["widget"]["long"] = self.long
        context["widget"]["boxes"] = [
            {
                "code": code,
                "language_name": settings.LANGUAGE_NAMES[code],
                "name": f"{name}_{code}",
                "id": identity if code == FIRST_LANGUAGE else f"{identity}_{code}",
                "value": words.get(code, ""),
                "review_name": f"{name}_{code}_{REVIEW}",
                "review_id": f"{identity}_{code}_{REVIEW}",
                "needs_review": code in words.get(REVIEW, []),
                "may_need_review": code != FIRST_LANGUAGE,
            }
            for code, _name in settings.LANGUAGES
        ]
        return context

    def value_from_datadict(self, data, files, name):
        words = {code: data.get(f"{name}_{code}", "") for code, _name in settings.LANGUAGES}
        marks = [code for code in words if data.get(f"{name}_{code}_{REVIEW}")]
        return {**words, REVIEW: marks}

    def value_omitted_from_data(self, data, files, name):
        return all(f"{name}_{code}" not in data for code, _name in settings.LANGUAGES)

    def id_for_label(self, id_):
        return id_


class TranslatedFormField(forms.Field):
    """A Text from its boxes. Languages that the form does not offer stay as they were stored."""

    widget = TranslatedWidget

    def __init__(self, *, long: bool = False, max_length: int | None = None, encoder=None, decoder=None, **kwargs):
        self.long = long
        self.max_length = max_length or (LONG_TEXT if long else SHORT_TEXT)
        kwargs["widget"] = TranslatedWidget(long=long)
        super().__init__(**kwargs)
        self.widget.attrs["maxlength"] = str(self.max_length)

    def prepare_value(self, value):
        return as_text(value)

    def clean(self, value) -> Text:
        words = Text()
        for code, name in settings.LANGUAGES:
            said = str((value or {}).get(code) or "").replace("\r\n", "\n").strip()
            refuse_control_characters(said)
            if len(said) > self.max_length:
                raise ValidationError(
                    _("The text in %(language)s has %(count)s characters; %(most)s fit.")
                    % {"language": name, "count": len(said), "most": self.max_length}
                )
            if said:
                words[code] = said
        marks = [code for code in (value or {}).get(REVIEW, []) if code in words]
        if marks:
            words[REVIEW] = marks
        if self.required and not words:
            raise ValidationError(self.error_messages["required"], code="required")
        return words

    def _clean_bound_field(self, bf):
        return with_unoffered(super()._clean_bound_field(bf), as_text(bf.initial))

    def has_changed(self, initial, data):
        try:
            return plain(as_text(initial)) != plain(with_unoffered(self.clean(data), as_text(initial)))
        except ValidationError:
            return True


def with_unoffered(words: Text, stored: Text) -> Text:
    """The typed text with what was stored in languages that the form has no box for."""
    offered = {code for code, _name in settings.LANGUAGES}
    others = {code: stored[code] for code in stored.languages() if code not in offered}
    marks = sorted({*words.get(REVIEW, []), *(code for code in stored.get(REVIEW, []) if code in others)})
    return Text({**words, **others, **({REVIEW: marks} if marks else {})})


# --- two people on the same page -----------------------------------------------------------------


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

    def part_of(self, value: Any) -> Any:
        """Of a field's value what stands in this box."""
        if not self.language:
            return value
        words = as_text(value)
        return {"words": words.get(self.language, ""), "needs_review": self.language in words.get(REVIEW, [])}

    def show_what_stands(self, data: QueryDict) -> bool:
        """Put into ``data`` what a fresh page would send for this box; False where that cannot be told."""
        name, widget = self.field.html_name, self.field.field.widget
        context = widget.get_context(name, self.field.field.prepare_value(self.field.initial), {})["widget"]
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

    def put_into(self, cleaned: dict[str, Any], value: Any) -> None:
        """Give the box in ``cleaned`` what it holds in ``value``."""
        if not self.language:
            cleaned[self.field.name] = value
            return
        stands, words = as_text(value), Text(cleaned[self.field.name])
        marks = {code for code in words.get(REVIEW, []) if code != self.language}
        marks |= {self.language} & set(stands.get(REVIEW, []))
        kept = {**words, self.language: stands.get(self.language, ""), REVIEW: sorted(marks)}
        cleaned[self.field.name] = Text({key: said for key, said in kept.items() if said})


@dataclass(frozen=True)
class Clash:
    """One box that two people changed: what this person typed, and what stands now."""

    name: str
    field: str
    label: str
    typed: str
    stands: str
    language: str  # of both wordings, "" for what is no text of several languages
    focus_id: str  # of the box for the result


class MergingModelForm(ModelForm):
    """An edit form for a row that others may be editing too.

    The form carries a digest of every value as it stood when the page was made. On saving, a box
    that only somebody else changed keeps their value (and is listed in ``kept_from_others``); a box
    that both changed is a clash: the form is invalid, ``clashes`` tells both values, and the page
    answers 409 with one box for the result. A text in several languages is merged language by
    language.

    The row must have been read under a lock (``select_for_update`` on it or on what it belongs
    to), in the transaction that saves it.
    """

    stood = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.clashes: list[Clash] = []
        self.kept_from_others: list[str] = []
        self.initial["stood"] = lambda: json.dumps(self.standing)

    @cached_property
    def standing(self) -> dict[str, str]:
        """A digest of each box as it stands; asked for late, when a form has settled its fields."""
        return {box.key: self._digest_of(box, box.field.initial) for box in self._boxes()}

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that this save changes: not those in which only somebody else's change is kept."""
        return [name for name in super().changed_data if name != "stood" and self._is_new(name)]

    def refill(self, values: dict[str, Any]) -> None:
        """Show these values in the boxes of a form that is not sent yet; the next save is still compared
        with what stands now."""
        _before = self.standing
        self.initial.update(values)
        self._bound_fields_cache.clear()

    @property
    def status_code(self) -> int:
        return 409 if self.clashes else 200

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if not self.instance._state.adding:
            self._merge(cleaned, self._seen(cleaned))
        return cleaned

    def _is_new(self, name: str) -> bool:
        cleaned = getattr(self, "cleaned_data", {})
        return name not in cleaned or plain(cleaned[name]) != plain(self[name].initial)

    def _merge(self, cleaned: dict[str, Any], seen: dict[str, str]) -> None:
        kept: list[Box] = []
        for box in self._boxes():
            if box.field.name not in cleaned or seen.get(box.key, self.standing[box.key]) == self.standing[box.key]:
                continue
            mine = self._digest_of(box, cleaned[box.field.name])
            if mine == seen[box.key]:
                self.kept_from_others.append(box.label)
                kept.append(box)
                box.put_into(cleaned, self._standing_value(box))
            elif mine != self.standing[box.key]:
                self.clashes.append(self._clash(box, cleaned[box.field.name]))
        if self.clashes:
            self._refuse(seen, kept)

    def _clash(self, box: Box, typed: Any) -> Clash:
        typed, stands = self._shown(box, typed), self._shown(box, box.field.initial)
        return Clash(box.key, box.field.name, box.label, typed, stands, box.language, box.focus_id)

    def _refuse(self, seen: dict[str, str], kept: list[Box]) -> None:
        self.data = self.data.copy()
        shown = [box.key for box in kept if box.show_what_stands(self.data)]
        self._let_the_next_save_decide(seen, [*shown, *(clash.name for clash in self.clashes)])
        for name in dict.fromkeys(clash.field for clash in self.clashes):
            self.add_error(
                name,
                _("Somebody else changed this while you were writing. Put the result into the box, and save again."),
            )

    def _let_the_next_save_decide(self, seen: dict[str, str], shown: list[str]) -> None:
        decided = {**seen, **{key: self.standing[key] for key in shown}}
        self.data[self.add_prefix("stood")] = json.dumps(decided)

    def _boxes(self) -> list[Box]:
        return [
            Box(self[name], language)
            for name, field in self.fields.items()
            if name != "stood" and not field.disabled and not isinstance(field, forms.FileField)
            for language in self._languages_of(field)
        ]

    def _languages_of(self, field: forms.Field) -> list[str]:
        is_text = isinstance(field, TranslatedFormField)
        return [code for code, _name in settings.LANGUAGES] if is_text else [""]

    def _seen(self, cleaned: dict[str, Any]) -> dict[str, str]:
        """The digests that the page was made with; a page of the time before this form knows none."""
        try:
            seen = json.loads(cleaned.get("stood") or "{}")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}

    def _standing_value(self, box: Box) -> Any:
        """What stands, as cleaning would give it: a row for a choice of one row."""
        initial, field = box.field.initial, box.field.field
        if isinstance(field, forms.ModelMultipleChoiceField) or not isinstance(field, forms.ModelChoiceField):
            return initial
        return field.queryset.model._default_manager.filter(pk=initial).first() if initial else None

    def _digest_of(self, box: Box, value: Any) -> str:
        spelt = json.dumps(plain(box.part_of(value)), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(spelt.encode()).hexdigest()[:16]

    def _shown(self, box: Box, value: Any) -> str:
        """The value in words, as the person would read it in the box."""
        field = box.field.field
        if box.language:
            return as_text(value).get(box.language, "")
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(field, forms.ModelChoiceField):
            return self._names_of(field, value)
        choices = {str(key): str(label) for key, label in flat(getattr(field, "choices", []))}
        if isinstance(value, list | tuple | set):
            return ", ".join(choices.get(str(each), str(each)) for each in value)
        if isinstance(value, datetime.datetime):
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        if isinstance(value, datetime.date | datetime.time):
            return date_format(value) if isinstance(value, datetime.date) else f"{value:%H:%M}"
        return choices.get(str(value), "" if value is None else str(value))

    def _names_of(self, field: forms.ModelChoiceField, value: Any) -> str:
        """From all rows, since what stands may be a choice that the form does not offer any more."""
        keys = plain(value)
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


def tell_kept(request: HttpRequest, form: MergingModelForm) -> None:
    """After saving: say which fields hold what somebody else wrote meanwhile."""
    if form.kept_from_others:
        fields = "; ".join(form.kept_from_others)
        messages.info(
            request,
            gettext("Somebody else changed this meanwhile. We kept their changes to: %(fields)s") % {"fields": fields},
        )


def plain(value: Any) -> Any:
    """A value in the one spelling in which it is compared, whether it came from a row or a form."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, models.QuerySet | list | tuple | set):
        return sorted(str(plain(each)) for each in value)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if each}
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime.datetime):
        # A form's clock shows minutes, in the time of Leeds.
        value = value.replace(second=0, microsecond=0)
        return value.astimezone(datetime.UTC).isoformat() if timezone.is_aware(value) else value.isoformat()
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, decimal.Decimal | float):
        return f"{decimal.Decimal(str(value)).normalize():f}"
    return str(value).replace("\r\n", "\n").strip()
