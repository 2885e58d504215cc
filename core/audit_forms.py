import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.audit import AuditEntry, AuditQuerySet
from core.audit_words import KINDS
from core.forms import Form
from core.languages import in_order
from core.names_by_reference import names_of


class AuditFilter(Form):
    mark_optional = False
    kind = forms.ChoiceField(label=_("About what"), required=False)
    person = forms.ChoiceField(label=_("By whom"), required=False)
    day = forms.DateField(label=_("On which day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = in_order(KINDS.items(), by=lambda each: each[1])
        self.fields["kind"].choices = [("", _("everything")), *kinds]
        self.fields["person"].choices = [("", _("everybody")), *self._people()]

    def _people(self) -> list[tuple[str, str]]:
        """All who have done something and are still here."""
        keys = AuditEntry.objects.exclude(by_user=None).order_by().values_list("by_user", flat=True).distinct()
        names = names_of(users=keys)
        return in_order(((key, name) for (_kind, key), name in names.found.items()), by=lambda each: each[1])

    def narrow(self, entries: AuditQuerySet) -> AuditQuerySet:
        if not self.is_valid():
            return entries
        chosen = self.cleaned_data
        if chosen["kind"]:
            entries = entries.filter(verb__startswith=f"{chosen['kind']}.")
        if chosen["person"]:
            entries = entries.filter(by_user=chosen["person"])
        if chosen["day"]:
            entries = entries.filter(at__gte=midnight(chosen["day"]), at__lt=midnight(chosen["day"], days_later=1))
        return entries


def midnight(day: datetime.date, days_later: int = 0) -> datetime.datetime:
    """The first moment of a day in Leeds."""
    return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=days_later), datetime.time()))
