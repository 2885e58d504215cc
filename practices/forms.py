"""Forms of the catalogue: the public filters, and a form for each thing that editors write."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import ChangeForm, Form
from core.languages import in_order
from core.pictures import Picture
from core.translated import FIRST_LANGUAGE
from partners.models import Contact, Venue
from partners.spoken_languages import language_choices, language_name
from practices import catalogue_pages, judgements, search
from practices.models import Evidence, Offer, Practice, PracticePart, Reading, Rule, Source, Term
from practices.rules import trouble_with_evidence

FURTHER_LANGUAGES = [code for code, _name in settings.LANGUAGES if code != FIRST_LANGUAGE]

# --- what readers look for -----------------------------------------------------------------------


class SearchForm(Form):
    q = forms.CharField(label=_("What are you looking for?"), required=False, max_length=100)
    mark_optional = False

    def asked(self) -> str:
        return self.cleaned_data["q"] if self.is_valid() else ""


class PracticeFilter(Form):
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    q = forms.CharField(label=_("With the words"), required=False, max_length=100)
    mark_optional = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All kinds")), *catalogue_pages.KIND_HEADINGS.items()]

    def chosen(self) -> list[dict]:
        """The cards of the published practices that fit; all of them while the form is wrong."""
        kind, asked = (self.cleaned_data["kind"], self.cleaned_data["q"]) if self.is_valid() else ("", "")
        return [card for card in search.find_practices(asked) if kind in ("", card["kind"])]


class GlossaryFilter(Form):
    area = forms.ChoiceField(label=_("About"), required=False)
    q = forms.CharField(label=_("With the words"), required=False, max_length=100)
    mark_optional = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("Everything")), *catalogue_pages.areas()]

    def chosen(self) -> list[dict]:
        area, asked = (self.cleaned_data["area"], self.cleaned_data["q"]) if self.is_valid() else ("", "")
        return [card for card in search.find_terms(asked) if area in ("", card["area"])]


# --- fields of our own ---------------------------------------------------------------------------


class LinesField(forms.CharField):
    """Several short answers, one on each line; gives a list."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = (" ".join(line.split()) for line in super().clean(value).splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class SourcesField(forms.CharField):
    """Sources by their codes: "S03, S12"; gives the sources."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(source.code for source in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[Source]:
        codes = list(dict.fromkeys(super().clean(value).replace(",", " ").replace(";", " ").split()))
        found = {source.code.casefold(): source for source in Source.objects.filter(code__in=spelt_either_way(codes))}
        if unknown := [code for code in codes if code.casefold() not in found]:
            raise ValidationError(
                _("No source is registered as %(codes)s. Look in the list of sources."),
                params={"codes": ", ".join(unknown)},
            )
        return [found[code.casefold()] for code in codes]


def spelt_either_way(codes: list[str]) -> list[str]:
    return [spelling for code in codes for spelling in (code, code.upper(), code.lower())]


class SortedIterator(ModelChoiceIterator):
    """Choices as the reader's language sorts them."""

    def __iter__(self):
        empty, rows = [], []
        for choice in super().__iter__():
            (rows if choice[0] else empty).append(choice)
        yield from [*empty, *in_order(rows, by=lambda choice: choice[1])]


class SortedChoice(forms.ModelChoiceField):
    iterator = SortedIterator


class SortedChoices(forms.ModelMultipleChoiceField):
    iterator = SortedIterator
    widget = forms.CheckboxSelectMultiple


class HostChoices(SortedChoices):
    def label_from_instance(self, obj: Contact) -> str:
        return f"{obj.name}, {obj.role}"


# --- what editors write --------------------------------------------------------------------------


class PracticeForm(ChangeForm):
    aliases = LinesField(
        label=_("Other names"), required=False, help_text=_("One on each line. Search finds the entry by them too.")
    )
    related = SortedChoices(label=_("Related entries"), queryset=Practice.objects.all(), required=False)

    class Meta:
        model = Practice
        fields = ["title", "kind", "how", "question", "summary", "aliases", "related"]
        help_texts = {
            "how": _("Readers see this first: what people do, so that one can picture it."),
            "question": _("One question that a visitor can take home."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["related"].queryset = Practice.objects.exclude(pk=self.instance.pk)


class PictureForm(ChangeForm):
    """Only what everybody may see can be chosen, so a picture of people has their permission."""

    class Meta:
        model = Practice
        fields = ["picture"]
        labels = {"picture": _("Which picture?")}
        field_classes = {"picture": SortedChoice}
        widgets = {"picture": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["picture"].queryset = Picture.objects.filter(audience=Picture.Audience.PUBLIC)
        self.fields["picture"].empty_label = gettext("No picture")


class IdeaForm(ChangeForm):
    class Meta:
        model = PracticePart
        fields = ["text"]


class StepForm(ChangeForm):
    class Meta:
        model = PracticePart
        fields = ["label", "text"]
        labels = {"label": _("Name of the step")}


class QuestionForm(ChangeForm):
    class Meta:
        model = PracticePart
        fields = ["label", "text"]
        labels = {"label": _("Heading"), "text": _("Its question")}


class MilestoneForm(ChangeForm):
    class Meta:
        model = PracticePart
        fields = ["when", "label", "text"]
        labels = {"when": _("Year"), "label": _("What it was, or how it was judged"), "text": _("More about it")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["when"].required = self.fields["label"].required = True


class OfferForm(ChangeForm):
    venue = SortedChoice(label=_("Usual venue"), queryset=Venue.objects.all(), required=False)
    hosts = HostChoices(label=_("Usual hosts"), queryset=Contact.objects.none(), required=False)

    class Meta:
        model = Offer
        fields = ["title", "text", "format", "minutes", "group_max", "observation", "venue", "hosts"]
        widgets = {"observation": forms.RadioSelect}
        help_texts = {
            "minutes": _("From 5 to 720."),
            "observation": _("What is never open to visitors is shown as closed and cannot enter a programme."),
            "hosts": _("Hosts are not named on the public page."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = self.instance.hosts.values("pk") if self.instance.pk and not self.instance._state.adding else []
        self.fields["observation"].choices = Offer.Observation.choices  # nothing is chosen for the editor
        self.fields["hosts"].queryset = Contact.objects.hosts() | Contact.objects.filter(pk__in=chosen)


class RuleForm(ChangeForm):
    class Meta:
        model = Rule
        fields = ["text", "reason", "contact_role"]
        help_texts = {
            "reason": _("A rule is kept when people see what it is for."),
            "contact_role": _("A role, not a name, for example “Host of the session”."),
        }


class EvidenceForm(ChangeForm):
    rule = trouble_with_evidence

    sources = SourcesField(label=_("Sources"), required=False, help_text=_("Codes from the list of sources: S03, S12"))

    class Meta:
        model = Evidence
        fields = ["text", "caveat", "status", "sources"]
        widgets = {"status": forms.RadioSelect}
        help_texts = {
            "caveat": _("What the claim does not show. It stands beside the claim wherever that is read."),
            "status": _("Only what is sourced is published."),
        }


class ReadingForm(ChangeForm):
    source = SortedChoice(label=_("Source, with its address"), queryset=Source.objects.all(), required=False)
    language = forms.ChoiceField(label=_("Language"))

    class Meta:
        model = Reading
        fields = ["title", "publisher", "language", "source"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices()


PART_FORMS = {
    "ideas": IdeaForm,
    "steps": StepForm,
    "questions": QuestionForm,
    "milestones": MilestoneForm,
    "evidence": EvidenceForm,
    "offers": OfferForm,
    "rules": RuleForm,
    "readings": ReadingForm,
}


class TermForm(ChangeForm):
    """The term in the portal's languages; for each but English, how near it comes and how sure we are."""

    class Meta:
        model = Term
        fields = ["term", "abbreviation", "area", "definition"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code in FURTHER_LANGUAGES:
            facts = {"language": language_name(code)}
            self._add_choice("equivalence", code, _("Is there such a thing where people speak %(language)s?") % facts)
            self._add_choice("confidence", code, _("How sure is the wording in %(language)s?") % facts)

    def _add_choice(self, kind: str, code: str, question: str) -> None:
        name, choices = judgements.name_in(kind, code), judgements.JUDGED[kind].choices
        field = forms.ChoiceField(label=question, choices=[("", _("not said")), *choices], required=False)
        self.fields[name] = field
        self.initial[name] = judgements.judgement(self.instance, name)


def web_address() -> forms.URLField:
    return forms.URLField(label=_("Web address"), required=False, max_length=500, assume_scheme="https")


class SourceForm(ChangeForm):
    url = web_address()

    class Meta:
        model = Source
        fields = ["title", "publisher", "url", "published", "kind"]
        help_texts = {"kind": _("For example: report, page, law, news.")}


class NewSourceForm(ChangeForm):
    url = web_address()

    class Meta:
        model = Source
        fields = ["code", *SourceForm.Meta.fields]
        help_texts = {"code": _("Short and new, for example S121."), **SourceForm.Meta.help_texts}


# --- publishing ----------------------------------------------------------------------------------


class NoteForm(Form):
    note = forms.CharField(
        label=_("What changed, in a few words"), required=False, max_length=300,
        help_text=_("Colleagues read this in the history."),
    )  # fmt: skip


class PublishForm(NoteForm):
    """``seen`` is the digest of the document that the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    status_code = 200

    def look_again(self, sentence: Any, now: str) -> None:
        """Refuse, and take what the page shows now as seen."""
        self.add_error(None, sentence)
        self.data = {**self.data.dict(), "seen": now}
        self.status_code = 409
