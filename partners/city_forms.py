"""Forms for editors of city pages."""

import zoneinfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries import countries

from core import sources
from core.forms import ChangeForm, Form
from core.languages import in_order
from core.pictures import Picture
from partners.models import Agreement, City, CityTopic
from partners.rules import trouble_with_agreement, trouble_with_city
from partners.spoken_languages import SpokenLanguagesField, language_choices

EARLIEST_YEAR = 1000


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


def country_choices() -> list[tuple[str, str]]:
    return [("", _("Choose a country")), *in_order(countries, by=lambda pair: pair[1])]


def zone_choices() -> list[tuple[str, str]]:
    """The IANA zones that are named after a place; "Etc/GMT+5" helps nobody."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("", _("Choose a time zone")), *((name, name.replace("_", " ")) for name in names)]


def stay_on_earth(form: forms.BaseForm) -> None:
    """The fields ``latitude`` and ``longitude`` refuse degrees that there are not."""
    for name, most in (("latitude", 90), ("longitude", 180)):
        form.fields[name].validators += [MinValueValidator(-most), MaxValueValidator(most)]


class AddCityForm(ChangeForm):
    """The little that a new city begins with; the page of the city asks for the rest."""

    rule = trouble_with_city

    class Meta:
        model = City
        fields = ["name", "country", "time_zone", "status"]
        widgets = {"status": forms.RadioSelect}
        labels = {
            "name": _("What is the city called?"),
            "country": _("In which country does it lie?"),
            "time_zone": _("Which clock does it go by?"),
            "status": _("What links us with it?"),
        }
        help_texts = {"time_zone": _("The zone of the nearest large place, for example Europe/Prague.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = _("Write down the name of the city.")
        self.fields["country"] = forms.ChoiceField(label=self.fields["country"].label, choices=country_choices)
        self.fields["time_zone"] = forms.ChoiceField(
            label=self.fields["time_zone"].label, help_text=self.fields["time_zone"].help_text, choices=zone_choices
        )
        self.fields["status"].choices = City.Status.choices


class CityForm(AddCityForm):
    """Everything that stands on a city page, less its topics and agreements."""

    languages = SpokenLanguagesField(label=_("Which languages do people speak there?"))

    class Meta(AddCityForm.Meta):
        fields = [
            *AddCityForm.Meta.fields,
            "local_name",
            "local_language",
            "second_local_name",
            "second_local_language",
            "latitude",
            "longitude",
            "certainty",
            "partner_since",
            "since_words",
            "languages",
            "interpreter_language",
            "summary",
            "picture",
            "entry",
            "entry_summary",
            "entry_checked_on",
            "staff_note",
        ]
        widgets = {
            **AddCityForm.Meta.widgets,
            "entry": forms.RadioSelect,
            "entry_checked_on": DayInput,
            "staff_note": forms.Textarea,
        }
        labels = {
            **AddCityForm.Meta.labels,
            "local_name": _("What do people there call it?"),
            "local_language": _("In which language is that?"),
            "second_local_name": _("Has it a name in a second language?"),
            "second_local_language": _("In which language is the second name?"),
            "latitude": _("Latitude in degrees"),
            "longitude": _("Longitude in degrees"),
            "certainty": _("How certain is the link?"),
            "partner_since": _("Since which year have we been linked?"),
            "since_words": _("Since when, in words?"),
            "interpreter_language": _("For which language do guests usually need an interpreter?"),
            "summary": _("The city and our work together"),
            "picture": _("Which picture stands on the page?"),
            "entry": _("What do people with the usual passport of the country need to enter the United Kingdom?"),
            "entry_summary": _("The same in a sentence or two"),
            "entry_checked_on": _("On which day did you check this?"),
            "staff_note": _("Note for staff"),
        }
        help_texts = {
            **AddCityForm.Meta.help_texts,
            "latitude": _("North of the equator is positive: 49.19522."),
            "longitude": _("East of Greenwich is positive: 16.60796."),
            "certainty": _("Say honestly what you know and from when. Readers see it on the page."),
            "since_words": _("Where a plain year would mislead: “Late 1980s”."),
            "summary": _("Two or three sentences."),
            "picture": _("Among those that everybody may see."),
            "entry_summary": _("Never say that somebody may travel: it depends on each person's own passport."),
            "staff_note": _("The public never sees this."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._offer_languages()
        self._offer_pictures()
        stay_on_earth(self)
        self.fields["entry"].choices = [("", _("We have not checked it")), *City.Entry.choices]
        self.fields["partner_since"].validators += [
            MinValueValidator(EARLIEST_YEAR),
            MaxValueValidator(timezone.localdate().year),
        ]
        self.helper = city_layout()

    def _offer_languages(self) -> None:
        for name in ("local_language", "second_local_language", "interpreter_language"):
            field = self.fields[name]
            self.fields[name] = forms.ChoiceField(
                label=field.label,
                required=False,
                choices=lambda: [("", pgettext_lazy("no language", "none")), *language_choices()],
            )

    def _offer_pictures(self) -> None:
        public = Picture.objects.filter(audience=Picture.Audience.PUBLIC).newest_first()
        self.fields["picture"].queryset = public
        self.fields["picture"].empty_label = _("No picture")

    def clean_entry_checked_on(self):
        day = self.cleaned_data["entry_checked_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


def city_layout() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the page's own marks bring it
    helper.layout = Layout(
        Fieldset(
            _("The city"),
            "name",
            Div("local_name", "local_language", css_class="row"),
            Div("second_local_name", "second_local_language", css_class="row"),
            "country",
            Div("latitude", "longitude", css_class="row"),
            "time_zone",
            "languages",
            "interpreter_language",
        ),
        Fieldset(_("Our link"), "status", "certainty", "partner_since", "since_words", "summary", "picture"),
        Fieldset(_("Coming to the United Kingdom"), "entry", "entry_summary", "entry_checked_on"),
        Fieldset(_("For staff only"), "staff_note"),
        "base",
    )
    return helper


class TopicForm(ChangeForm):
    class Meta:
        model = CityTopic
        fields = ["name", "position"]
        labels = {"name": _("What do the two cities work on together?"), "position": _("Place in the list")}
        help_texts = {"name": _("In two to five words."), "position": _("0 stands first.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["position"].required = False
        self.fields["name"].error_messages["required"] = _("Name the topic.")

    def clean_position(self):
        return self.cleaned_data["position"] or 0


class CodesField(forms.CharField):
    """Codes of sources in one line: "S60, S64"."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value) -> list[str]:
        codes = [code for code in super().clean(value).replace(",", " ").split() if code]
        known = sources.described(codes)
        for code in codes:
            if code not in known:
                raise ValidationError(_("%(code)s is not in our list of sources.") % {"code": code[:10]})
        return codes


class AgreementForm(ChangeForm):
    """One moment in the relationship of the two cities."""

    rule = trouble_with_agreement

    sources = CodesField(
        label=_("Where do we know it from?"),
        help_text=_("The codes of the sources, for example: S60, S64."),
        required=False,
    )

    class Meta:
        model = Agreement
        fields = ["year", "on", "what", "sources"]
        widgets = {"on": DayInput}
        labels = {"year": _("In which year?"), "on": _("On which day, where you know it?"), "what": _("What happened?")}
        help_texts = {"what": _("In one sentence: what was signed, renewed or marked together.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].error_messages["required"] = _("Say in a sentence what happened.")
        self.fields["year"].validators += [
            MinValueValidator(EARLIEST_YEAR),
            MaxValueValidator(timezone.localdate().year + 1),
        ]


class PublishForm(Form):
    """A word for colleagues about what changed, and which wording was looked at before."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    note = forms.CharField(
        label=_("What has changed?"),
        help_text=_("A word for colleagues; it stands in the history. The public does not see it."),
        max_length=300,
        required=False,
    )
