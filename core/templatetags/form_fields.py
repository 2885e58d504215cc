"""What the templates of our form pack (templates/opendoors/) ask about a field.

A form may say more about a field than Django knows. All of it is optional:

- ``field.purpose`` and ``field.audience``: why it is asked, and who sees the answer
- ``field.reveals = {"taxi": ["pickup"]}``: fields that show only while that choice is made
- ``field.inline = True``: radios or checkboxes side by side
- ``field.in_columns = True``: many short radios or checkboxes in as many columns as there is room for
- ``form.mark_optional = False``: no "(optional)" on the labels, for searches and filters; or on one field alone,
  for a question that another field may answer instead
- a widget whose ``template_name`` lies in ``opendoors/`` is drawn by that template
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

register = template.Library()

TEMPLATES = (
    (forms.RadioSelect, "choices"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.CheckboxInput, "checkbox"),
    (forms.ClearableFileInput, "file"),
    (forms.Textarea, "textarea"),
)
CLASSES = (
    ((forms.CheckboxSelectMultiple, forms.CheckboxInput), "govuk-checkboxes__input"),
    (forms.RadioSelect, "govuk-radios__input"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    ((forms.DateInput, forms.NumberInput), "govuk-input govuk-input--width-10"),
    (forms.DateTimeInput, "govuk-input govuk-input--width-20"),
    (forms.TimeInput, "govuk-input govuk-input--width-5"),
    (forms.Widget, "govuk-input"),
)
WITH_RED_BORDER = ("govuk-select", "govuk-textarea", "govuk-input", "govuk-file-upload")
# Browsers show their own picker for these, in the person's language, and send ISO values.
NATIVE_INPUTS = (
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M", datetime.fromisoformat),
    (forms.DateInput, "date", "%Y-%m-%d", date.fromisoformat),
    (forms.TimeInput, "time", "%H:%M", time.fromisoformat),
)
# The server says what is wrong, in the reader's language, beside the field and at the top. A browser
# that refuses to send, or cuts a pasted text short, says less and loses words.
LEFT_TO_THE_SERVER = ("maxlength", "minlength")


@dataclass(frozen=True)
class Choice:
    id: str
    label: str
    input: SafeString
    revealed: list[BoundField]


@register.filter
def pack_template(field: BoundField) -> str:
    """The template that draws this field."""
    widget = field.field.widget
    if widget.template_name.startswith("opendoors/"):
        return widget.template_name
    name = next((name for kind, name in TEMPLATES if isinstance(widget, kind)), "input")
    return f"opendoors/fields/{name}.html"


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The control itself, with its classes, its type and the ids of what describes it."""
    return field.as_widget(attrs=attributes(field))


@register.simple_tag
def widget_context(field: BoundField) -> dict:
    """What the widget would give its own Django template, for controls that we draw ourselves."""
    kind = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id, **attributes(field)})
    return kind.get_context(field.html_name, field.value(), attrs)["widget"]


def attributes(field: BoundField) -> dict[str, str]:
    kind = field.field.widget
    field.form.use_required_attribute = False
    for name in LEFT_TO_THE_SERVER:
        kind.attrs.pop(name, None)
    make_native(field)
    attrs = {"class": classes(field)}
    if described := described_by(field):
        attrs["aria-describedby"] = described
    return attrs


def classes(field: BoundField) -> str:
    kind = field.field.widget
    found = next(names for type_, names in CLASSES if isinstance(kind, type_)).split()
    if field.errors and found[0] in WITH_RED_BORDER:
        found.append(f"{found[0]}--error")
    return " ".join([*found, *kind.attrs.get("class", "").split()])


def make_native(field: BoundField) -> None:
    """Turn Django's text boxes for days and times into the browser's own. The widget is the form's."""
    kind = field.field.widget
    for type_, name, written, read in NATIVE_INPUTS:
        if isinstance(kind, type_) and can_show(field.value(), read):
            kind.input_type, kind.format = name, written
            return


def can_show(value, read: Callable) -> bool:
    """Whether the browser's box can show this value: it drops what it cannot read, and words are kept."""
    if not isinstance(value, str) or not value:
        return True
    try:
        read(value)
    except ValueError:
        return False
    return True


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of the hint, the error and the count that belong to this field."""
    parts = (("helptext", has_hint(field)), ("error", field.errors), ("count", letters_at_most(field)))
    return " ".join(f"{field.auto_id}_{name}" for name, there in parts if there)


@register.filter
def has_hint(field: BoundField) -> bool:
    return bool(field.help_text or explanation(field, "purpose") or explanation(field, "audience"))


def explanation(field: BoundField, what: str) -> str:
    return getattr(field.field, what, "")


@register.filter
def explanation_of_form(form: forms.BaseForm, what: str) -> str:
    """Why the whole form is asked, or who sees it; asked here, since a form may have a field of that name."""
    return getattr(form, what, "")


@register.filter
def letters_at_most(field: BoundField) -> int | None:
    """The longest text that fits, for boxes that count along."""
    if isinstance(field.field.widget, forms.Textarea):
        return getattr(field.field, "max_length", None)
    return None


@register.filter
def shows_optional(field: BoundField) -> bool:
    if field.field.required or isinstance(field.field.widget, forms.CheckboxInput):
        return False
    return getattr(field.form, "mark_optional", True) and getattr(field.field, "mark_optional", True)


@register.filter
def choice_kind(field: BoundField) -> str:
    """The GOV.UK block that these choices wear."""
    return "checkboxes" if isinstance(field.field.widget, forms.CheckboxSelectMultiple) else "radios"


@register.filter
def choice_groups(field: BoundField) -> list[tuple[str, list[Choice]]]:
    """The radios or checkboxes of a field, under the names of their groups ("" for none)."""
    kind = field.field.widget
    attrs = {"id": field.auto_id, "class": classes(field)}
    if field.field.disabled:
        attrs["disabled"] = True
    found: list[tuple[str, list[Choice]]] = []
    for name, options, _ in kind.optgroups(field.html_name, kind.format_value(field.value()), attrs):
        if name or not found or found[-1][0]:  # Django gives each choice outside a group a group of its own
            found.append((name or "", []))
        found[-1][1].extend(as_choice(field, option) for option in options)
    return found


def as_choice(field: BoundField, option: dict) -> Choice:
    attrs = {"type": option["type"], "name": option["name"], "value": str(option["value"]), **option["attrs"]}
    return Choice(
        id=option["attrs"]["id"],
        label=option["label"],
        input=SafeString(f"<input{flatatt(attrs)}>"),
        revealed=revealed_by(field, str(option["value"])),
    )


@register.filter
def revealed_by(field: BoundField, choice: str) -> list[BoundField]:
    names = getattr(field.field, "reveals", {}).get(choice, [])
    return [field.form[name] for name in names]


@register.filter
def drawn_fields(form: forms.BaseForm) -> list[BoundField]:
    """The fields that stand by themselves; a revealed one is drawn with the choice that reveals it."""
    revealed = {
        name for field in form.fields.values() for names in getattr(field, "reveals", {}).values() for name in names
    }
    return [field for field in form.visible_fields() if field.name not in revealed]


@register.filter
def focus_id(field: BoundField) -> str:
    """The id of the first input of a field: where a link in the error summary puts the focus."""
    kind = field.field.widget
    if kind.is_hidden:
        return ""
    if hasattr(kind, "focus_id"):
        return kind.focus_id(field.auto_id)
    if isinstance(kind, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return kind.id_for_label(field.auto_id, "0") if kind.choices else ""
    if isinstance(kind, forms.MultiWidget):
        return f"{field.auto_id}{kind.widgets_names[0]}"
    return kind.id_for_label(field.auto_id)


@dataclass(frozen=True)
class Refusal:
    id: str  # of the input to go to; "" where there is none
    question: str
    error: str


@register.simple_tag
def refusals(form: forms.BaseForm | None = None, forms: list | None = None) -> list[Refusal]:
    """Everything that was refused, in the order of the page."""
    found = []
    for one in forms or [form]:
        if one and one.is_bound:
            found += [Refusal("", "", error) for error in one.non_field_errors()]
            found += [Refusal(focus_id(field), asked(field), error) for field in one for error in field.errors]
    return found


def asked(field: BoundField) -> str:
    label = str(field.label)
    return label if label.endswith((".", "?", "!", ":")) else f"{label}:"
