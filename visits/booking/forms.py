"""Forms of the visit itself and of its aims."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ChangeForm
from core.languages import in_order
from partners.models import City
from partners.spoken_languages import language_choices
from visits.booking.models import Aim, Visit
from visits.booking.rules import trouble_with_days


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class VisitForm(ChangeForm):
    """Which city, when, and why; the rest of a visit grows from there."""

    rule = trouble_with_days

    class Meta:
        model = Visit
        fields = ["city", "title", "starts_on", "ends_on", "purpose", "staff_note"]
        widgets = {"starts_on": DayInput, "ends_on": DayInput, "purpose": forms.Textarea, "staff_note": forms.Textarea}
        labels = {
            "city": _("Which partner city do they come from?"),
            "title": _("What is the visit called?"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
            "purpose": _("Why do they come?"),
            "staff_note": _("Note for staff"),
        }
        help_texts = {
            "title": _("Guests read it above their programme, for example: Social workers from Brno."),
            "starts_on": _("Leave both days empty while they are not agreed."),
            "purpose": _("A few lines from your first conversation."),
            "staff_note": _("Guests never see this. Write nothing here about a family or a child."),
        }
        error_messages = {"city": {"required": _("Choose the city that the guests come from.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["city"].queryset = City.objects.abroad()
        cities = in_order(City.objects.abroad().only("id", "name"))
        self.fields["city"].choices = [("", _("Choose a city")), *((city.pk, str(city)) for city in cities)]
        self.fields["title"].error_messages["required"] = _("Give the visit a title.")


class AimForm(ChangeForm):
    """What the guests want to learn, in their own words, beside a short form."""

    words_language = forms.ChoiceField(label=_("In which language did they say it?"), choices=language_choices)

    class Meta:
        model = Aim
        fields = ["words", "words_language", "short"]
        widgets = {"words": forms.Textarea}
        labels = {
            "words": _("What do they want to learn, in their own words?"),
            "short": _("The same in short, for the programme"),
        }
        help_texts = {"words": _("Write down what they said or wrote, without mending it.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].error_messages["required"] = _("Write down the guests' own words.")
        self.fields["short"].error_messages["required"] = _(
            "Say it in short as well, so that sessions can point to it."
        )


class MoveForm(forms.Form):
    """A move of the visit's state, with a word why."""

    to = forms.ChoiceField(choices=Visit.Status)
    why = forms.CharField(label=_("Why, in a sentence (you may leave this empty)"), max_length=500, required=False)
    is_sure = forms.BooleanField(required=False)
