"""Forms of the roster. Guests' own forms come later; these are filled in by council staff."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dates import day_in_words
from core.forms import ChangeForm, Form
from core.languages import in_order
from partners.spoken_languages import SpokenLanguagesField, language_choices
from visits.booking.forms import DayInput
from visits.booking.models import Visit
from visits.booking.reading_languages import READING_LANGUAGES
from visits.delegation.actions import UNDERTAKING_VERSION
from visits.delegation.models import Group, Need, Person
from visits.delegation.rules import trouble_with_person


class PersonForm(ChangeForm):
    """Somebody on the roster, as far as the programme depends on them."""

    rule = trouble_with_person

    language = forms.ChoiceField(label=_("In which language do they read the programme?"), choices=READING_LANGUAGES)
    languages = SpokenLanguagesField(help_text=_("For an interpreter: the languages they interpret between."))
    days = forms.TypedMultipleChoiceField(
        label=_("On which days are they here?"),
        help_text=_("Tick nothing for somebody who is here every day."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Person
        fields = [
            "name",
            "part",
            "profession",
            "organisation",
            "email",
            "language",
            "languages",
            "english",
            "days",
            "group",
            "access_ends_on",
        ]
        widgets = {"access_ends_on": DayInput, "part": forms.RadioSelect, "english": forms.RadioSelect}
        labels = {
            "name": _("What is their name?"),
            "part": _("What is their part in the visit?"),
            "profession": _("What is their profession?"),
            "organisation": _("Where do they work at home?"),
            "email": _("E-mail address"),
            "english": _("How good is their English?"),
            "group": _("Which group are they in?"),
            "access_ends_on": _("For a placement student: until which day may they see the visit?"),
        }
        help_texts = {
            "name": _("As they like to be called."),
            "email": _("The invitation goes here. Guests sign in with a code sent to it."),
            "english": _("Ask the person: it decides where an interpreter is needed."),
        }
        error_messages = {"name": {"required": _("Write down the person's name.")}}

    def __init__(self, *args, visit: Visit, **kwargs):
        super().__init__(*args, **kwargs)
        self.visit = visit
        self.instance.visit = visit
        self.fields["languages"].choices = language_choices(likely=[*visit.city.languages, "en"])
        if self.instance._state.adding:
            self.initial["english"] = None  # asked of the person, not guessed
        self.fields["english"].error_messages["required"] = _(
            "Say how good their English is; ask them if you do not know."
        )
        days = sorted({*visit.days, *(self.instance.days or [])})
        self.fields["days"].choices = [(day.isoformat(), day_in_words(day)) for day in days]
        self.fields["days"].coerce = lambda day: next(each for each in days if each.isoformat() == day)
        if not days:
            del self.fields["days"]
        groups = in_order(visit.groups.all())
        self.fields["group"].queryset = visit.groups.all()
        self.fields["group"].choices = [("", _("everybody together")), *((group.pk, str(group)) for group in groups)]
        if not groups:
            del self.fields["group"]
        if self.instance.invitation and not self.instance.invitation.withdrawn_at:
            del self.fields["email"]  # the account has it too: correcting it is a step of its own


class NeedForm(ChangeForm):
    is_new = False  # where nothing is known yet, nothing stands there, and that can be compared too

    class Meta:
        model = Need
        fields = ["access", "meals"]
        widgets = {"access": forms.Textarea(attrs={"rows": 3}), "meals": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "access": _("What do they need to get around and take part?"),
            "meals": _("What do they need at meals?"),
        }
        help_texts = {
            "access": _("For example: a place without steps, a seat near the speaker. Never why."),
            "meals": _("For example: vegetarian, no nuts. Never why."),
        }

    explain = {
        "access": (_("So that rooms and ways fit."), _("Coordinators of visits see it; each look is written down.")),
        "meals": (_("So that everybody can eat."), _("Coordinators of visits see it; each look is written down.")),
    }


class UndertakingForm(Form):
    """The confidentiality promise that somebody gave: which version, in which language, when."""

    version = forms.CharField(label=_("Which version of the undertaking?"), max_length=20, initial=UNDERTAKING_VERSION)
    language = forms.ChoiceField(label=_("In which language did they read it?"), choices=language_choices)
    received_on = forms.DateField(label=_("When did it arrive?"), widget=DayInput, initial=timezone.localdate)

    def clean_received_on(self):
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class GroupForm(ChangeForm):
    class Meta:
        model = Group
        fields = ["name"]
        labels = {"name": _("What is the group called?")}


class AddressForm(Form):
    email = forms.EmailField(
        label=_("What is the right e-mail address?"),
        max_length=254,
        help_text=_("The old invitation stops working, and a new one goes to this address."),
    )

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if self.person.visit.people.here().exclude(pk=self.person.pk).filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody else on this list has this address. Each person needs their own."))
        return email
