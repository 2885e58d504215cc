"""Forms for organisations, contacts and venues. What is added from a programme asks for little."""

import datetime
import re
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import ChangeForm, Form, TranslatedFormField
from core.languages import in_order
from partners.city_forms import DayInput, stay_on_earth
from partners.models import City, Contact, HouseRule, Organisation, Space, TravelTime, Venue
from partners.opening_hours import WEEKDAYS, Stretch, day_lines, stretches
from partners.rules import trouble_with_contact, trouble_with_travel_time, trouble_with_venue
from partners.spoken_languages import SpokenLanguagesField

MOST_PEOPLE = 5000  # in one space; the largest hall of a council holds fewer
LONGEST_TRAVEL = 480  # minutes


def bare_helper(*parts) -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the page's own marks bring it
    helper.layout = Layout(*parts)
    return helper


def organisation_choices() -> list[tuple[Any, str]]:
    rows = Organisation.objects.select_related("city").only("id", "name", "city__name")
    return [(row.pk, f"{row.name}, {row.city.name}") for row in in_order(rows)]


def venue_choices() -> list[tuple[Any, str]]:
    return [(row.pk, str(row)) for row in in_order(Venue.objects.only("id", "name"))]


class OrganisationForm(ChangeForm):
    class Meta:
        model = Organisation
        fields = ["name", "city", "kind", "about"]
        widgets = {"kind": forms.RadioSelect}
        labels = {
            "name": _("What is the organisation called?"),
            "city": _("In which city is it?"),
            "kind": _("What kind of organisation is it?"),
            "about": _("What does it do?"),
        }
        help_texts = {"about": _("A sentence or two. Guests may read it in their programme.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        cities = in_order(City.objects.only("id", "name"))
        self.fields["city"].choices = [("", _("Choose a city")), *((city.pk, str(city)) for city in cities)]
        self.fields["kind"].choices = Organisation.Kind.choices
        self.fields["name"].error_messages["required"] = _("Write down the name of the organisation.")


class WithOrganisationForm(Form):
    """Something new that belongs to an organisation: one that we know, or one named here for the first time."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=_("To which organisation does it belong?"), required=False
    )
    new_organisation = forms.CharField(
        label=_("Or the name of an organisation that is not in the list"), max_length=120, required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", _("Choose an organisation")), *organisation_choices()]
        for either in ("organisation", "new_organisation"):
            self.fields[either].mark_optional = False  # one of the two is needed

    def clean(self):
        cleaned = super().clean()
        if self.errors.keys() & {"organisation", "new_organisation"}:
            return cleaned
        if cleaned.get("organisation") and cleaned.get("new_organisation"):
            self.add_error("new_organisation", _("Choose an organisation or name a new one, not both."))
        elif not cleaned.get("organisation") and not cleaned.get("new_organisation"):
            self.add_error("organisation", _("Choose the organisation, or name a new one below."))
        return cleaned


class AddVenueForm(WithOrganisationForm):
    """What a programme needs of a place at once: where it is and how many fit in."""

    name = forms.CharField(label=_("What is the place called?"), max_length=120)
    address = forms.CharField(label=_("What is its address?"), max_length=200)
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)
    space = forms.CharField(
        label=_("Which space will you use there?"),
        help_text=_("For example: Meeting room. Leave this empty where there is nothing to book."),
        max_length=120,
        required=False,
    )
    capacity = forms.IntegerField(
        label=_("How many people does it hold?"), min_value=1, max_value=MOST_PEOPLE, required=False
    )
    field_order = ["name", "address", "postcode", "organisation", "new_organisation", "space", "capacity"]

    def clean(self):
        cleaned = super().clean()
        space, capacity = cleaned.get("space"), cleaned.get("capacity")
        if "capacity" not in self.errors and bool(space) != bool(capacity):
            missing = "capacity" if space else "space"
            self.add_error(missing, _("Give both the space and how many people it holds, or neither."))
        return cleaned


class AddContactForm(WithOrganisationForm):
    """What a programme needs of a host at once: a name, what guests should read, and how to reach them."""

    name = forms.CharField(label=_("What is their name?"), max_length=120)
    role = TranslatedFormField(
        label=_("What is their role?"),
        help_text=_("As guests should read it, for example: Team manager, Early Support."),
    )
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    languages = SpokenLanguagesField(initial=["en"])
    gives_sessions = forms.BooleanField(label=_("They give sessions as a host"), required=False, initial=True)
    field_order = ["name", "role", "organisation", "new_organisation", "email", "languages", "gives_sessions"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].label = _("For which organisation do they work?")
        self.fields["role"].error_messages["required"] = _("Say what guests should read as their role.")


class ContactForm(ChangeForm):
    rule = trouble_with_contact
    languages = SpokenLanguagesField()

    class Meta:
        model = Contact
        fields = [
            "name",
            "role",
            "organisation",
            "email",
            "phone",
            "languages",
            "gives_sessions",
            "usual_venue",
            "starts_on",
            "ends_on",
        ]
        widgets = {"starts_on": DayInput, "ends_on": DayInput}
        labels = {
            "name": _("What is their name?"),
            "role": _("What is their role?"),
            "organisation": _("For which organisation do they work?"),
            "email": _("E-mail address"),
            "phone": _("Telephone"),
            "gives_sessions": _("They give sessions as a host"),
            "usual_venue": _("At which venue do they usually receive guests?"),
            "starts_on": _("Contact since"),
            "ends_on": _("Contact until"),
        }
        help_texts = {
            "role": _("As guests should read it, for example: Team manager, Early Support."),
            "phone": _("Only council staff see it."),
            "email": _("Only council staff see it."),
            "ends_on": _("The last day on which you can write to them here. Leave it empty while there is none."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = organisation_choices()
        self.fields["usual_venue"].choices = [("", _("none")), *venue_choices()]
        self.fields["name"].error_messages["required"] = _("Write down the person's name.")
        self.fields["role"].error_messages["required"] = _("Say what guests should read as their role.")


class VenueForm(ChangeForm):
    rule = trouble_with_venue

    class Meta:
        model = Venue
        fields = [
            "name",
            "kind",
            "organisation",
            "address",
            "postcode",
            "latitude",
            "longitude",
            "precision",
            "entrance",
            "access",
        ]
        labels = {
            "name": _("What is the place called?"),
            "kind": _("What kind of place is it?"),
            "organisation": _("To which organisation does it belong?"),
            "address": _("What is its address?"),
            "latitude": _("Latitude in degrees"),
            "longitude": _("Longitude in degrees"),
            "precision": _("How exact is this point?"),
            "entrance": _("Which door, and how do guests get in?"),
            "access": _("Steps, lift, toilets, hearing loop"),
        }
        help_texts = {
            "kind": _("For example: family hub."),
            "latitude": _("For example 53.79202. Both degrees stand in the address of a map in your browser."),
            "longitude": _("For example -1.57859: west of Greenwich is negative."),
            "precision": _("For example: at the door; centre of the postcode."),
            "entrance": _("Guests read this on the day, at the door."),
            "access": _("What is there, so that everybody can decide for themselves."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = organisation_choices()
        self.fields["name"].error_messages["required"] = _("Write down the name of the place.")
        stay_on_earth(self)
        self.helper = bare_helper(
            Fieldset(_("The place"), "name", "kind", "organisation"),
            Fieldset(
                _("Where it is"), "address", "postcode", Div("latitude", "longitude", css_class="row"), "precision"
            ),
            Fieldset(_("Getting in and about"), "entrance", "access"),
            "base",
        )


class SpaceForm(ChangeForm):
    class Meta:
        model = Space
        fields = ["name", "capacity", "note"]
        labels = {
            "name": _("What is the space called?"),
            "capacity": _("How many people does it hold?"),
            "note": _("How to find it, and what it has"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = _("Name the space.")
        self.fields["capacity"].validators += [MinValueValidator(1), MaxValueValidator(MOST_PEOPLE)]


class HouseRuleForm(ChangeForm):
    class Meta:
        model = HouseRule
        fields = ["text", "reason", "position"]
        labels = {"text": _("What are guests asked to do?"), "reason": _("Why?"), "position": _("Place in the list")}
        help_texts = {"reason": _("A rule with its reason is easier to keep."), "position": _("0 stands first.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["text"].error_messages["required"] = _("Write down the rule.")
        self.fields["reason"].error_messages["required"] = _("Give the reason for the rule.")

    def clean_position(self):
        return self.cleaned_data["position"] or 0


# --- opening hours -----------------------------------------------------------------------------------

STRETCH = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})")


class HoursField(forms.CharField):
    """One day: "09:00-17:00", or "09:00-12:00, 13:00-17:00"; empty for a day on which it is closed."""

    def clean(self, value) -> str:
        stretches = [self._stretch(part) for part in super().clean(value).split(",") if part.strip()]
        for one, other in zip(sorted(stretches), sorted(stretches)[1:], strict=False):
            if other[0] < one[1]:
                raise ValidationError(_("Two stretches of this day overlap."))
        return ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in sorted(stretches))

    def _stretch(self, part: str) -> tuple[datetime.time, datetime.time]:
        try:
            numbers = [int(number) for number in STRETCH.fullmatch(part.strip()).groups()]
            opens, closes = datetime.time(*numbers[:2]), datetime.time(*numbers[2:])
        except (AttributeError, ValueError):
            raise ValidationError(_("Write the times like this: 09:00-17:00.")) from None
        if opens >= closes:
            raise ValidationError(_("A place opens before it closes."))
        return opens, closes


class OpeningForm(ChangeForm):
    """The whole week of a venue, a line for each day."""

    class Meta:
        model = Venue
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        hours = self.instance.opening_hours.all()
        self.initial.update(day_lines((each.weekday, each.opens, each.closes) for each in hours))
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = HoursField(label=name, max_length=60, required=False)
        self.settle_fields()
        self.mark_optional = False

    @property
    def values(self) -> dict[str, list[Stretch]]:
        return {"hours": stretches(super().values)}


# --- travel ------------------------------------------------------------------------------------------


class TravelTimeForm(ChangeForm):
    """How long it takes from this venue to another. Minutes throughout."""

    rule = trouble_with_travel_time
    MINUTES = ["walk_minutes", "taxi_minutes", "plan_minutes", "measured_minutes"]

    class Meta:
        model = TravelTime
        fields = ["walk_minutes", "taxi_minutes", "plan_minutes", "measured_minutes", "measured_mode", "measured_on"]
        widgets = {"measured_on": DayInput}
        labels = {
            "walk_minutes": _("Minutes on foot"),
            "taxi_minutes": _("Minutes by taxi"),
            "plan_minutes": _("Minutes to plan for a group"),
            "measured_minutes": _("Has somebody measured it? How many minutes?"),
            "measured_mode": _("How did they go?"),
            "measured_on": _("On which day?"),
        }
        help_texts = {"plan_minutes": _("With getting everybody in and out. The programme is checked against this.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.MINUTES:
            self.fields[name].validators += [MinValueValidator(1), MaxValueValidator(LONGEST_TRAVEL)]
        self.fields["measured_mode"].choices = [("", _("not measured")), *TravelTime.Mode.choices]

    def clean_measured_on(self):
        day = self.cleaned_data["measured_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


class AddTravelTimeForm(TravelTimeForm):
    destination = forms.ModelChoiceField(
        Venue.objects.all(), label=_("To which venue?"), empty_label=_("Choose a venue")
    )
    field_order = ["destination", *TravelTimeForm.Meta.fields]

    def __init__(self, *args, venue: Venue, **kwargs):
        super().__init__(*args, **kwargs)
        known = {travel_time.other_end(venue).pk for travel_time in TravelTime.objects.from_venue(venue)}
        others = [row for row in in_order(Venue.objects.only("id", "name")) if row.pk not in known and row != venue]
        self.fields["destination"].queryset = Venue.objects.exclude(pk__in=[venue.pk, *known])
        self.fields["destination"].choices = [("", _("Choose a venue")), *((row.pk, str(row)) for row in others)]
