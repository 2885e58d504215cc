"""What every form of the portal does: explains itself, refuses what cannot be shown, loses nothing.

An edit form merges: two people who save the same page keep each other's changes to different
fields, and for the same field the second is asked (see ``MergingModelForm``).
"""

import hashlib
import json
import unicodedata
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.translated import FIRST_LANGUAGE, REVIEW, Text, as_text

LONG_TEXT = 4000  # characters in a box of several lines
SHORT_TEXT = 200


def refuse_control_signs(value: str) -> None:
    """Signs that no keyboard writes and no page can show; line breaks and tabs are fine."""
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in value):
        raise ValidationError(_("Take out the characters that cannot be shown, for example by typing the text again."))


class Explained:
    """Every text field has a length and plain signs; ``explain`` says why a field is asked and who sees it."""

    # {"field": (why it is asked, who sees the answer)}; on public, guest and host forms for every field.
    explain: dict[str, tuple[Any, Any]] = {}

    def settle_fields(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField):
                field.validators.append(refuse_control_signs)
                if field.max_length is None and not isinstance(field, TranslatedFormField):
                    limit_length(field)
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
            refuse_control_signs(said)
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

    def has_changed(self, initial, data):
        try:
            return dict(as_text(initial)) != dict(self.clean(data))
        except ValidationError:
            return True


# --- two people on the same page -----------------------------------------------------------------


@dataclass(frozen=True)
class Clash:
    """One field that two people changed: what this person typed, and what stands now."""

    name: str
    label: str
    typed: str
    stands: str


class MergingModelForm(ModelForm):
    """An edit form for a row that others may be editing too.

    The form carries a digest of every value as it stood when the page was made. On saving, a field
    that only somebody else changed keeps their value (and is listed in ``kept_from_others``); a
    field that both changed is a clash: the form is invalid, ``clashes`` tells both values, and the
    page answers 409 with one box for the result.

    The row must have been read under a lock (``select_for_update`` on it or on what it belongs
    to), in the transaction that saves it.
    """

    stood = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.clashes: list[Clash] = []
        self.kept_from_others: list[str] = []
        self.note_what_stands()

    def note_what_stands(self) -> None:
        """Take the values that stand now as the starting point; call again after giving ``initial`` more of them."""
        self.standing = {name: self._digest_of(self._standing_value(name)) for name in self._merged_names()}
        self.initial["stood"] = json.dumps(self.standing)

    @property
    def status_code(self) -> int:
        return 409 if self.clashes else 200

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if self.instance._state.adding:
            return cleaned
        seen = self._seen()
        for name in self._merged_names():
            if name not in cleaned or name not in seen or seen[name] == self.standing[name]:
                continue
            mine = self._digest_of(cleaned[name])
            if mine == seen[name]:
                self.kept_from_others.append(str(self.fields[name].label))
                del cleaned[name]
            elif mine != self.standing[name]:
                self._clash(name, cleaned[name])
        if self.clashes:
            self._let_the_next_save_decide(seen)
            raise ValidationError(
                _("Somebody else changed this while you were writing. Compare, put the result into the box, and save again.")
            )
        return cleaned

    def _clash(self, name: str, typed: Any) -> None:
        field = self.fields[name]
        self.clashes.append(
            Clash(name, str(field.label), self._shown(name, typed), self._shown(name, self._standing_value(name)))
        )

    def _let_the_next_save_decide(self, seen: dict[str, str]) -> None:
        self.data = self.data.copy()
        decided = {**seen, **{clash.name: self.standing[clash.name] for clash in self.clashes}}
        self.data[self.add_prefix("stood")] = json.dumps(decided)

    def _merged_names(self) -> list[str]:
        return [name for name in self.fields if name != "stood" and not isinstance(self.fields[name], forms.FileField)]

    def _seen(self) -> dict[str, str]:
        try:
            seen = json.loads(self.cleaned_data.get("stood") or "{}")
        except ValueError:
            return {}
        return seen if isinstance(seen, dict) else {}

    def _standing_value(self, name: str) -> Any:
        value = self.initial.get(name, self.fields[name].initial)
        return value() if callable(value) else value

    def _digest_of(self, value: Any) -> str:
        spelt = json.dumps(plain(value), sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(spelt.encode()).hexdigest()[:16]

    def _shown(self, name: str, value: Any) -> str:
        """The value in words, as the person would read it in the field."""
        field = self.fields[name]
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(field, forms.ModelChoiceField):
            return self._names_of(field, value)
        if isinstance(value, dict):
            return "\n".join(str(value[code]) for code, _name in settings.LANGUAGES if value.get(code))
        choices = {str(key): str(label) for key, label in getattr(field, "choices", [])}
        if isinstance(value, list | tuple | set):
            return ", ".join(choices.get(str(each), str(each)) for each in value)
        return choices.get(str(value), "" if value is None else str(value))

    def _names_of(self, field: forms.ModelChoiceField, value: Any) -> str:
        keys = plain(value)
        keys = keys if isinstance(keys, list) else [keys]
        rows = field.queryset.filter(pk__in=[key for key in keys if key])
        return ", ".join(str(row) for row in rows)


def tell_kept(request: HttpRequest, form: MergingModelForm) -> None:
    """After saving: say which fields hold what somebody else wrote meanwhile."""
    if form.kept_from_others:
        fields = "; ".join(form.kept_from_others)
        messages.info(request, gettext("Somebody else changed this meanwhile. We kept their changes to: %(fields)s") % {"fields": fields})


def plain(value: Any) -> Any:
    """A value in the one spelling in which it is compared, whether it came from a row or a form."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, models.QuerySet | list | tuple | set):
        return sorted(str(plain(each)) for each in value)
    if isinstance(value, dict):
        words = {key: each for key, each in value.items() if each}
        return {key: sorted(each) if isinstance(each, list) else each for key, each in words.items()}
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return value
    return str(value).replace("\r\n", "\n").strip()
