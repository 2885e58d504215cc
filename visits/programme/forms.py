"""Forms of the programme. Each kind of session asks only what it needs."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from core.access import Refusal
from core.forms import ChangeForm, Form
from core.languages import in_order
from partners.models import Contact, Space, Venue
from practices.models import Offer, Practice
from visits.booking.forms import DayInput
from visits.booking.models import Aim, Visit
from visits.delegation.models import Person
from visits.programme.clock import period
from visits.programme.models import Session
from visits.programme.rules import trouble_with_session

NO_DAY, NO_START = _("Say on which day."), _("Say from when.")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__({"step": "300", **(attrs or {})}, format="%H:%M")


WHEN = ["day", "starts", "ends"]
WHERE = ["venue", "space"]
WHO = ["led_by", "hosts", "lead_staff", "lead_person"]
NOTES = ["guest_note", "staff_note"]
FIELDS_OF = {
    Session.Kind.SESSION: [
        *["title", "about", *WHEN, *WHERE, *WHO],
        *["practice", "further_practices", "offer", "aims", "group", "capacity", "interpreting"],
        *["content_note", "fallback", *NOTES],
    ],
    Session.Kind.REFLECTION: [
        "title",
        "about",
        *WHEN,
        *WHERE,
        *WHO,
        "aims",
        "group",
        "interpreting",
        "fallback",
        *NOTES,
    ],
    Session.Kind.GUESTS_TURN: ["title", "about", *WHEN, *WHERE, *WHO, "aims", "interpreting", "fallback", *NOTES],
    Session.Kind.TRAVEL: ["title", *WHEN, "venue", "to_venue", "mode", "group", *NOTES],
    Session.Kind.ARRIVAL: ["title", "about", *WHEN, *WHERE, *WHO, *NOTES],
    Session.Kind.MEAL: ["title", "about", *WHEN, *WHERE, *WHO, "group", *NOTES],
    Session.Kind.BREAK: ["title", *WHEN, *WHERE, "group", *NOTES],
    Session.Kind.FREE: ["title", "about", *WHEN, "group", *NOTES],
}


GROUPS = [
    ("", ["title", "about"]),
    (_("When"), WHEN),
    (_("Where"), ["venue", "space", "to_venue", "mode"]),
    (_("Who leads it"), WHO),
    (
        _("What it shows, and for whom"),
        ["practice", "offer", "further_practices", "aims", "group", "capacity", "interpreting"],
    ),
    (_("Notes"), ["content_note", "guest_note", "fallback", "staff_note"]),
]
SIDE_BY_SIDE = [WHEN, ["venue", "space"], ["practice", "offer"], ["group", "capacity"], ["lead_staff", "lead_person"]]


def grouped(fields: dict) -> FormHelper:
    """The questions that are asked, in groups, with those beside each other that belong together."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    groups = [(legend, [name for name in names if name in fields]) for legend, names in GROUPS]
    helper.layout = Layout("base", *(Fieldset(legend, *_rows(names)) for legend, names in groups if names))
    return helper


def _rows(names: list[str]) -> list:
    rows: list = []
    for name in names:
        beside = next((row for row in SIDE_BY_SIDE if name in row), [name])
        together = [each for each in beside if each in names]
        if together[0] == name:
            rows.append(Div(*together, css_class="row") if len(together) > 1 else name)
    return rows


class SessionForm(ChangeForm):
    """One session of a programme; ``kind`` decides which questions it asks."""

    rule = trouble_with_session

    day = forms.DateField(label=_("On which day?"), widget=DayInput, error_messages={"required": NO_DAY})
    starts = forms.TimeField(label=_("From"), widget=ClockInput, error_messages={"required": NO_START})
    ends = forms.TimeField(label=_("Until"), widget=ClockInput, error_messages={"required": _("Say until when.")})

    class Meta:
        model = Session
        fields = [
            *["title", "about", "venue", "space", "to_venue", "mode", "led_by", "hosts", "lead_staff", "lead_person"],
            *["practice", "further_practices", "offer", "aims", "group", "capacity", "interpreting"],
            *["content_note", "fallback", "guest_note", "staff_note"],
        ]
        widgets = {
            "led_by": forms.RadioSelect,
            "interpreting": forms.RadioSelect,
            "hosts": forms.CheckboxSelectMultiple,
            "aims": forms.CheckboxSelectMultiple,
            "further_practices": forms.CheckboxSelectMultiple,
            "staff_note": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {
            "title": _("What is it called in the programme?"),
            "about": _("What is it about?"),
            "venue": _("Where?"),
            "space": _("In which room?"),
            "to_venue": _("Where to?"),
            "mode": _("How do they travel?"),
            "led_by": _("Who leads it?"),
            "hosts": _("Which hosts?"),
            "lead_staff": _("Who from the council?"),
            "lead_person": _("Who of the guests?"),
            "practice": _("Which practice does it show?"),
            "further_practices": _("Which others does it also show?"),
            "offer": _("Which offer of the catalogue is it?"),
            "aims": _("Which aims does it serve?"),
            "group": _("For whom?"),
            "capacity": _("How many guests at most?"),
            "interpreting": _("How is it interpreted?"),
            "content_note": _("A word beforehand about a hard subject"),
            "fallback": _("What happens if it falls through?"),
            "guest_note": _("What else should guests know?"),
            "staff_note": _("Note for staff"),
        }
        help_texts = {
            "about": _("One or two sentences for the guests."),
            "fallback": _("Only staff see this."),
            "capacity": _("Leave it empty if any number can come."),
            "staff_note": _("Guests never see this. Write nothing here about a family or a child."),
            "content_note": _("For example: this session is about the removal of children. You may leave at any time."),
        }
        error_messages = {
            "title": {"required": _("Give it a title.")},
            "offer": {
                "invalid_choice": _("This is never open to visitors, or not in the catalogue any more. Choose another.")
            },
        }

    def __init__(self, *args, visit: Visit, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.visit = visit
        self.kind = kind
        self.instance.visit = visit
        self.instance.kind = kind
        self._keep_only(FIELDS_OF[kind])
        self._offer_what_there_is()
        if not self.instance._state.adding:
            self._fill_in_the_clock()
        if "to_venue" in self.fields:
            self.fields["venue"].label = _("From where?")
        for name in {"led_by", "interpreting"} & self.fields.keys():
            self.fields[name].inline = True
        self.helper = grouped(self.fields)

    def _keep_only(self, names: list[str]) -> None:
        kept = {name: self.fields[name] for name in ["base", *names] if name in self.fields}
        self.fields.clear()
        self.fields.update(kept)

    def _offer_what_there_is(self) -> None:
        offered = {
            "venue": lambda: Venue.objects.all(),
            "to_venue": lambda: Venue.objects.all(),
            "hosts": lambda: (Contact.objects.hosts() | self._hosts_now()).select_related("organisation").distinct(),
            "lead_staff": lambda: User.objects.with_role(Role.COORDINATOR),
            "lead_person": lambda: self.visit.people.here(),
            "practice": lambda: Practice.objects.only("id", "title"),
            "further_practices": lambda: Practice.objects.only("id", "title"),
            "aims": lambda: self.visit.aims.all(),
            "group": lambda: self.visit.groups.all(),
        }
        for name, rows in offered.items():
            if name in self.fields:
                self._offer(name, rows())
        self._offer_grouped("space", Space.objects.select_related("venue"), lambda space: space.venue)
        self._offer_grouped("offer", Offer.objects.for_programme(), lambda offer: offer.practice)
        for name in ("aims", "group"):
            if name in self.fields and len(self.fields[name].choices) <= (name == "group"):
                del self.fields[name]

    def _hosts_now(self):
        now = [] if self.instance._state.adding else self.instance.hosts.values_list("pk", flat=True)
        return Contact.objects.filter(pk__in=list(now))

    def _offer(self, name: str, rows) -> None:
        field = self.fields[name]
        field.queryset = rows
        empty = (
            [("", EMPTY.get(name, _("not yet known")))]
            if isinstance(field.widget, forms.Select) and not isinstance(field.widget, forms.SelectMultiple)
            else []
        )
        field.choices = [*empty, *((row.pk, _label(row)) for row in in_order(rows, by=_label))]

    def _offer_grouped(self, name: str, rows, whole) -> None:
        if name not in self.fields:
            return
        self.fields[name].queryset = rows
        groups: dict[str, list] = {}
        for row in in_order(rows):
            groups.setdefault(str(whole(row)), []).append((row.pk, str(row)))
        self.fields[name].choices = [("", EMPTY[name]), *((title, groups[title]) for title in in_order(groups))]

    def _fill_in_the_clock(self) -> None:
        self.initial.update({name: getattr(self.instance, name) for name in WHEN})

    def clean(self):
        """The action looks at all this again, with what stands then; here it is said beside everything else."""
        cleaned = super().clean()
        if all(cleaned.get(name) for name in WHEN):
            self._check_period(*(cleaned[name] for name in WHEN))
        return cleaned

    def _check_period(self, *clock) -> None:
        try:
            period(*clock)
        except Refusal as refusal:
            self.add_error(refusal.field, refusal.sentence)


EMPTY = {
    "venue": _("not yet known"),
    "to_venue": _("not yet known"),
    "space": _("any room, or not yet known"),
    "offer": _("none of them"),
    "practice": _("none"),
    "group": _("everybody together"),
    "lead_staff": _("not yet known"),
    "lead_person": _("not yet known"),
}


def _label(row) -> str:
    if isinstance(row, Contact):
        return f"{row.role} ({row.name})"
    if isinstance(row, Person):
        return f"{row.name}, {row.get_part_display()}"
    return str(row)


class OfferForm(Form):
    """When an offer of the catalogue takes place in this programme."""

    day = forms.DateField(label=_("On which day?"), widget=DayInput, error_messages={"required": NO_DAY})
    starts = forms.TimeField(
        label=_("From when?"),
        widget=ClockInput,
        help_text=_("In Leeds time."),
        error_messages={"required": NO_START},
    )


class TakeOfferForm(OfferForm):
    """The same, with what the session is for."""

    aims = forms.ModelMultipleChoiceField(
        label=_("Which aims does it serve?"),
        queryset=Aim.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, visit: Visit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["aims"].queryset = visit.aims.all()
        if not self.fields["aims"].queryset:
            del self.fields["aims"]


class MoveSessionForm(ChangeForm):
    day = forms.DateField(label=_("On which day?"), widget=DayInput, error_messages={"required": NO_DAY})
    starts = forms.TimeField(
        label=_("From when?"),
        widget=ClockInput,
        help_text=_("In Leeds time. Its length stays."),
        error_messages={"required": NO_START},
    )

    class Meta:
        model = Session
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.update(day=self.instance.day, starts=self.instance.starts)


class ShiftForm(Form):
    days = forms.IntegerField(
        label=_("By how many days?"),
        error_messages={"required": _("Say by how many days.")},
        min_value=-366,
        max_value=366,
        help_text=_("For example 7 for a week later, -1 for a day earlier. Every session keeps its time of day."),
    )
