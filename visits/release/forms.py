from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from visits.booking.models import Visit
from visits.booking.reading_languages import READING_LANGUAGES
from visits.delegation.models import Person


class PreviewForm(Form):
    """For whom the draft is shown, and in which language."""

    person_chosen = forms.ModelChoiceField(
        queryset=Person.objects.none(), label=_("As whom?"), required=False, empty_label=_("everybody together")
    )
    in_language = forms.ChoiceField(label=_("In which language?"), required=False)

    def __init__(self, *args, visit: Visit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person_chosen"].queryset = visit.people.here().select_related("invitation__user")
        self.fields["in_language"].choices = [("", _("their own")), *READING_LANGUAGES]

    def person(self) -> Person | None:
        return self.cleaned_data.get("person_chosen") if self.is_valid() else None

    def language(self, person: Person | None) -> str:
        """The language asked for, else the person's own, else the one on this page."""
        asked = self.cleaned_data.get("in_language") if self.is_valid() else ""
        offered = dict(READING_LANGUAGES)
        own = person.reads_in if person else ""
        return asked or (own if own in offered else "") or get_language()


class PublishForm(Form):
    note = forms.CharField(
        label=_("A sentence about this release"),
        help_text=_("For example what has changed. It stands in the list of releases, for colleagues."),
        required=False,
        max_length=300,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    status_code = 200

    def show(self, now: str) -> None:
        """``now`` is the digest of the document that the page shows: what the next press of the button publishes."""
        self.initial["seen"] = now
        if self.is_bound:
            self.data = {**self.data.dict(), "seen": now}

    def look_again(self, sentence) -> None:
        self.add_error(None, sentence)
        self.status_code = 409
